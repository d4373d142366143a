import { Buffer } from '../codec/buffer.js'
/**
 * Converts a decoded value for JSON. Bytes become hexadecimal text. A bigint becomes a number if that is exact, and decimal
 * text otherwise.
 */
export function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
  if (Array.isArray(value)) return value.map(toJson)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toJson(member)]))
}
