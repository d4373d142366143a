import { ArgumentError, isRecord } from '../../../codec/error.js'
import { show } from '../../../codec/index.js'
import { type DataType, lengthOf } from '../types/data-types.js'
import type { Interval, Key } from './source.js'

/** A value as a caller writes it: a number, a word, an address, a prefix `10.0.0.0/8`, a range `1-1023`, a name with `*`. */
export type NftValue = string | number | bigint

/** Parses one value without ranges. @throws {TypeError} naming `key` */
export function parseValue(key: string, type: DataType, value: unknown): Buffer {
  const number = typeof value === 'string' && type.words && Object.hasOwn(type.words, value) && type.words[value]
  if (typeof number === 'number') return type.parse(key, number, { ...type, words: {} })
  return type.parse(key, value, type)
}

/** Returns the interval of the values whose first `prefix` bits are those of `bytes`. */
export function prefixOf(bytes: Buffer, prefix: number): Interval {
  const mask = maskOf(prefix, bytes.length)
  const from = Buffer.from(bytes.map((byte, index) => byte & (mask[index] as number)))
  const to = Buffer.from(bytes.map((byte, index) => byte | (~(mask[index] as number) & 0xff)))
  return { from, to, prefix }
}

/** Returns `length` bytes whose first `bits` bits are set. */
export const maskOf = (bits: number, length: number) =>
  Buffer.from(Array.from({ length }, (_, index) => (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))) & 0xff))

function parsePrefix(key: string, type: DataType, value: string): Interval | undefined {
  const slash = value.lastIndexOf('/')
  if (slash < 0) return undefined
  const digits = value.slice(slash + 1)
  const bits = Number(digits)
  if (!/^\d+$/.test(digits) || bits > type.bits || type.bits % 8 !== 0)
    throw new ArgumentError(`expected ${key} to have a prefix length from 0 to ${type.bits}, got ${show(value)}`)
  const bytes = parseValue(key, type, value.slice(0, slash))
  return bits === type.bits ? { from: bytes, to: bytes } : prefixOf(bytes, bits)
}

/** Parses `1-1023`. Words may contain hyphens. */
function parseRange(key: string, type: DataType, value: string): Interval | undefined {
  const [, first, last] = (type.range ?? /^([^-]+)-([^-]+)$/).exec(value) ?? []
  if (first === undefined || last === undefined || (type.words && Object.hasOwn(type.words, value))) return undefined
  const [from, to] = [parseValue(key, type, first), parseValue(key, type, last)]
  if (Buffer.compare(from, to) > 0 && type.cyclic) return { from: to, to: from, outside: true }
  if (Buffer.compare(from, to) > 0)
    throw new ArgumentError(`expected ${key} to be a range from a smaller to a larger value, got ${show(value)}`)
  return { from, to }
}

function parseWildcard(key: string, type: DataType, value: string): Interval | undefined {
  if (!type.text || !value.endsWith('*')) return undefined
  const bytes = type.parse(key, value.slice(0, -1), type)
  return prefixOf(bytes, (Buffer.byteLength(value) - 1) * 8)
}

/** Parses a value, a prefix or a range. @throws {TypeError} naming `key` */
export function parseInterval(key: string, type: DataType, value: unknown): Interval {
  if (typeof value === 'string') {
    const found = type.text
      ? parseWildcard(key, type, value)
      : (parsePrefix(key, type, value) ?? parseRange(key, type, value))
    if (found !== undefined) return found
  }
  const bytes = parseValue(key, type, value)
  return { from: bytes, to: bytes }
}

/** Parses an element of a set. */
function parseElement(key: string, type: DataType, value: unknown): Interval {
  const interval = parseInterval(key, type, value)
  if (interval.outside)
    throw new ArgumentError(
      `expected ${key} to be a range from a smaller to a larger value in a set (two ranges around midnight), got ${show(value)}`,
    )
  return interval
}

/** Parses the key of an element: a list for a concatenation. @throws {TypeError} naming `key` */
export function parseKey(key: string, types: readonly DataType[], value: unknown): Key {
  const [only] = types
  if (types.length === 1 && only !== undefined) return [parseElement(key, only, value)]
  const parts = typeof value === 'string' ? value.split(' . ') : value
  if (!Array.isArray(parts) || parts.length !== types.length)
    throw new ArgumentError(
      `expected ${key} to be a list of ${types.map(({ name }) => name).join(' and ')}, got ${show(value)}`,
    )
  return types.map((type, index) => parseElement(key, type, parts[index]))
}

export const isSingle = ({ from, to }: Interval) => from.equals(to)

/** Returns the number of leading bits if an interval is exactly that of a prefix; undefined otherwise. */
export function prefixLength({ from, to }: Interval): number | undefined {
  const bits = from.length * 8
  let common = 0
  while (common < bits && bitAt(from, common) === bitAt(to, common)) common++
  for (let bit = common; bit < bits; bit++) if (bitAt(from, bit) !== 0 || bitAt(to, bit) !== 1) return undefined
  return common
}

const bitAt = (bytes: Buffer, bit: number) => ((bytes[bit >> 3] as number) >> (7 - (bit & 7))) & 1

/** Flags of which some must be set: `{ mask: ['syn', 'ack'], value: ['syn'] }`. */
export interface Masked {
  readonly mask: NftValue | readonly NftValue[]
  readonly value: NftValue | readonly NftValue[]
}

export const isMasked = (value: unknown): value is Masked => isRecord(value) && 'mask' in value && 'value' in value

/** Parses one value or several flags. @throws {TypeError} naming `key` */
export function parseBits(key: string, type: DataType, value: unknown): Buffer {
  const all = (Array.isArray(value) ? value : [value]).map((each) => parseValue(key, type, each))
  const result = Buffer.alloc(lengthOf(type))
  for (const bytes of all) for (const [index, byte] of bytes.entries()) result[index] = (result[index] as number) | byte
  return result
}
