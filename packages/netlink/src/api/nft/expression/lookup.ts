import { ArgumentError } from '../../../codec/error.js'
import { show } from '../../../codec/index.js'
import { type Accepted, checkValue } from '../../values/accepted.js'
import type { DataType } from '../types/data-types.js'
import type { Lookup } from './statement.js'
import { parseKey } from './value.js'

/** A name of an object of nftables (NFT_NAME_MAXLEN, with its zero byte). */
export const NAME: Accepted = {
  allowed: 'a name of 1 to 255 bytes without spaces',
  fits: (value) => typeof value === 'string' && /^[^\s\0"@]+$/.test(value) && Buffer.byteLength(value) < 256,
}

/** Returns the name in `@name`; undefined for another value. @throws {TypeError} for an invalid name */
export function nameOfSet(key: string, value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('@')) return undefined
  checkValue(`the set of ${key}`, value.slice(1), NAME)
  return value.slice(1)
}

/** Returns a set with these elements. @throws {TypeError} naming `key` if a key or its data is invalid */
export function lookupOf<D>(
  key: string,
  types: readonly DataType[],
  entries: readonly (readonly [unknown, unknown])[],
  dataOf: (value: unknown) => D,
): Lookup<D> {
  if (entries.length === 0) throw new ArgumentError(`expected the set of ${key} to have elements, got none`)
  const elements = entries.map((entry) => {
    if (!Array.isArray(entry) || entry.length !== 2)
      throw new ArgumentError(`expected the map of ${key} to have pairs of a key and a value, got ${show(entry)}`)
    return { key: parseKey(key, types, entry[0]), data: dataOf(entry[1]) }
  })
  return { elements }
}
