import { Buffer } from '../../codec/buffer.js'

/** Members of a decoded value. */
export type Members = Readonly<Record<string, unknown>>

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)

const MOST_BYTES = 16
/** Number of elements of an array that are printed: tables of rates have a thousand. */
const MOST_ELEMENTS = 16

/** Returns a number, text or bytes in short form. */
export function shortly(value: unknown): string {
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value.buffer, value.byteOffset, Math.min(value.byteLength, MOST_BYTES)).toString('hex')
    return value.byteLength > MOST_BYTES ? `${hex}… (${value.byteLength} bytes)` : hex
  }
  if (typeof value === 'string') return /^[^\s"]+$/.test(value) ? value : JSON.stringify(value)
  if (Array.isArray(value)) {
    const texts = value.slice(0, MOST_ELEMENTS).map(shortly).join(',')
    return value.length > MOST_ELEMENTS ? `${texts},… ${value.length - MOST_ELEMENTS} more` : texts
  }
  return typeof value === 'object' && value !== null ? '…' : String(value)
}
