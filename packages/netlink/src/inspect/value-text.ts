import { Buffer } from '../codec/buffer.js'
import { printable } from '../codec/printable.js'

/** Number of bytes of a value that are printed. Its length follows. */
const SHOWN_BYTES = 64

/** Number of elements of an array that are printed. Their number follows: tables of rates have a thousand. */
const SHOWN_ELEMENTS = 16

const hexadecimalWord = /^0x[\da-f]+$/

/** Returns text without control characters. */
export const safe = printable

function bytesText(value: Uint8Array): string {
  if (value.length === 0) return '(empty)'
  const shown = Buffer.from(value.buffer, value.byteOffset, Math.min(value.length, SHOWN_BYTES)).toString('hex')
  return value.length <= SHOWN_BYTES ? shown : `${shown}… (${value.length} bytes)`
}

function elementsText(values: readonly unknown[]): string {
  const shown = values.slice(0, SHOWN_ELEMENTS).map(scalarText)
  if (values.length > SHOWN_ELEMENTS) shown.push(`… ${values.length - SHOWN_ELEMENTS} more`)
  return `[${shown.join(' ')}]`
}

/** Returns a decoded value as text without line breaks and control characters. */
export function scalarText(value: unknown): string {
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'string':
      return safe(JSON.stringify(value))
    case 'object':
      if (value === null) return 'null'
      if (value instanceof Uint8Array) return bytesText(value)
      if (Array.isArray(value)) return elementsText(value)
      return `{ ${Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => `${safe(key)} ${scalarText(member)}`)
        .join('  ')} }`
    default:
      return ''
  }
}

/** Numbers above it are patterns of bits, which people read in hexadecimal. */
const LAST_DECIMAL = 0xffff

/** Flags and handles, and EtherTypes, which have hexadecimal numbers in headers and tools. */
const hexadecimalNames = /[|:]|^ETH_P_/

/** Returns a decoded value with its words: `RTN_UNICAST (1)`, `UP|RUNNING (0x41)`, `1:10 (0x10010)`, `0xff`, `"eth0"`. */
export function valueText(value: unknown, words: unknown): string {
  if (value === true) return 'yes'
  if (words === undefined) return scalarText(value)
  if (typeof words !== 'string') return scalarText(words)
  if (typeof value !== 'number' && typeof value !== 'bigint') return words
  if (words === String(value) || hexadecimalWord.test(words)) return words
  const isBits = value > LAST_DECIMAL || hexadecimalNames.test(words)
  return `${words} (${isBits ? `0x${value.toString(16)}` : value})`
}
