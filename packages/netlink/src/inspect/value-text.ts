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

function elementsText<T>(values: readonly T[], textOf: (value: T, index: number) => string): string {
  const shown = values.slice(0, SHOWN_ELEMENTS).map(textOf)
  if (values.length > SHOWN_ELEMENTS) shown.push(`… ${values.length - SHOWN_ELEMENTS} more`)
  return `[${shown.join(' ')}]`
}

function membersText(members: object, textOf: (value: unknown, key: string, index: number) => string): string {
  const texts = Object.entries(members).flatMap(([key, member], index) =>
    member === undefined ? [] : `${safe(key)} ${textOf(member, key, index)}`,
  )
  return `{ ${texts.join('  ')} }`
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
      if (Array.isArray(value)) return elementsText(value, (each) => scalarText(each))
      return membersText(value, (member) => scalarText(member))
    default:
      return ''
  }
}

/** Numbers above it are patterns of bits, which people read in hexadecimal. */
const LAST_DECIMAL = 0xffff

/** Handles, flags inside arrays and structures, and EtherTypes, which have hexadecimal numbers in headers and tools. */
const hexadecimalNames = /[|:]|^ETH_P_/

/** A quantity with its unit: `1.5s`, `-30dBm`. */
export const quantity = /^-?[\d.]+[a-z/]+$/i

/** A point in time, see `dateInSeconds`. */
const date = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

/**
 * Returns a decoded value with its words: `RTN_UNICAST (1)`, `UP|RUNNING (0x41)`, `1:10 (0x10010)`, `0xff`, `"eth0"`.
 * `isFlags`: the words are names of bits, so the number is written in hexadecimal.
 */
export function valueText(value: unknown, words: unknown, isFlags = false): string {
  if (value === true) return 'yes'
  if (words === undefined) return scalarText(value)
  if (typeof words !== 'string') return wordsText(value, words)
  if (typeof value !== 'number' && typeof value !== 'bigint') return words
  if (words === String(value) || hexadecimalWord.test(words)) return words
  if (quantity.test(words)) return words === `${value}${words.replace(/^[-\d.]+/, '')}` ? words : `${words} (${value})`
  const isBits = isFlags || (!date.test(words) && (value > LAST_DECIMAL || hexadecimalNames.test(words)))
  return `${words} (${isBits ? `0x${value.toString(16)}` : value})`
}

/** Returns a value of several parts, each with its words, which are in the same order. Words of elements stand for their numbers. */
function wordsText(value: unknown, words: unknown): string {
  if (typeof words === 'string' && typeof value !== 'string') return valueText(value, words)
  if (typeof words !== 'object' || words === null || words instanceof Uint8Array) return scalarText(words)
  if (Array.isArray(words)) {
    const raw: readonly unknown[] = Array.isArray(value) ? value : []
    return elementsText(words, (each, at) =>
      typeof each === 'string' && typeof raw[at] !== 'string' ? each : wordsText(raw[at], each),
    )
  }
  const raw = (value ?? {}) as Readonly<Record<string, unknown>>
  return membersText(words, (member, key, index) => wordsText(Array.isArray(value) ? value[index] : raw[key], member))
}

/** Least number of characters of a folded line. */
const LEAST_FOLDED = 24

/** Flags and elements. The number of flags stays with the last one. */
const parts = /(?:… \d+ more\]|(?: \(|[^| ])+)(?:\|| +|$)/g
/** Members and their values, and elements with members. */
const membersParts = /.+?(?:\|| {2}|\} |$)/g

/** Returns a text in lines of at most `width` characters, divided between flags, elements and members. Quoted text stays whole. */
export function folded(text: string, width: number): string[] {
  const room = Math.max(LEAST_FOLDED, width)
  if (text.length <= room || text.startsWith('"')) return [text]
  const lines: string[] = []
  let line = ''
  // A separator stays with the part before it.
  for (const [part] of text.matchAll(text.includes('{') ? membersParts : parts)) {
    if (line !== '' && line.length + part.trimEnd().length > room) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += part
  }
  return [...lines, line.trimEnd()]
}
