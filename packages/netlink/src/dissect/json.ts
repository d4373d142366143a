import { Buffer } from '../codec/buffer.js'
/**
 * Returns a decoded value in a form that JSON can represent: bytes as hex text; a bigint as a number if that is exact,
 * otherwise as decimal text.
 */
export function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
  if (Array.isArray(value)) return value.map(toJson)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toJson(member)]))
}
