import { Buffer } from './buffer.js'
import { SecretKey } from './secret-key.js'

/**
 * Converts a decoded value for JSON. Bytes become hexadecimal text. A bigint becomes a number if that is exact, and decimal
 * text otherwise. Errors keep their message, and keys are hidden.
 */
export function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof Date || value instanceof SecretKey) return value.toJSON()
  const members = Object.entries(value).map(([key, member]) => [key, toJson(member)])
  // The message of an error is not enumerable.
  return Object.fromEntries(value instanceof Error ? [['message', value.message], ...members] : members)
}

function toJSON(this: object): unknown {
  return toJson(this)
}

const property = { value: toJSON }

/**
 * Makes JSON.stringify accept an object that contains a bigint, or bytes, which it prints as {@link toJson} does. Printing, spreading
 * and comparison leave the added property out. Returns the value, also if it is not an object.
 */
export function withJson<T>(value: T): T {
  if (typeof value === 'object' && value !== null && Object.isExtensible(value))
    Object.defineProperty(value, 'toJSON', property)
  return value
}
