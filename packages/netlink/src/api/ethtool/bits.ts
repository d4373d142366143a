import { ArgumentError, show } from '../../codec/index.js'
import { nearest } from '../../codec/nearest.js'
import type { EthtoolBitsetAttrs } from '../../generic/ethtool/index.js'
import type { EthtoolNames } from './types.js'

/** True if a bit is set in words of 32 bits. */
const hasBit = (words: readonly number[], bit: number) => (((words[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1

/** The names of a set of bits. Both lists are in the order of the bits. */
export interface DecodedBits {
  /** Bits that are set. */
  readonly set: readonly string[]
  /** Bits that the set may have: those of its mask. */
  readonly possible: readonly string[]
}

const none: DecodedBits = { set: [], possible: [] }

/**
 * Returns the names of a set of bits. Replies contain the names. Notifications contain words of bits, whose names are in `names`. Bits
 * without a name are left out.
 */
export function decodeBits(bitset: EthtoolBitsetAttrs | undefined, names: readonly string[] = []): DecodedBits {
  if (bitset === undefined) return none
  const { nomask = false, size = 0, bits, value = [], mask = value } = bitset
  if (bits !== undefined) {
    const named = (bits.bit ?? []).flatMap(({ name, value: isSet }) => (name ? [{ name, isSet: isSet ?? nomask }] : []))
    const namesOf = (list: typeof named) => list.map(({ name }) => name)
    return { set: namesOf(named.filter(({ isSet }) => isSet)), possible: namesOf(named) }
  }
  const all = Array.from({ length: size }, (_, bit) => ({ bit, name: names[bit] ?? String(bit) }))
  const inWords = (words: readonly number[]) =>
    all.filter(({ bit, name }) => name !== '' && hasBit(words, bit)).map(({ name }) => name)
  return { set: inWords(value), possible: inWords(mask) }
}

/** Returns the index of a name. @throws {TypeError} naming the most similar one */
export function indexOfName(key: string, names: readonly string[], name: unknown): number {
  const index = typeof name === 'string' && name !== '' ? names.indexOf(name) : -1
  if (index >= 0) return index
  const near = typeof name === 'string' ? nearest(name, names) : undefined
  const known = names.filter((each) => each !== '')
  const list = known.length > 20 ? 'a name that the kernel has' : `of the names ${known.join(', ')}`
  const hint = near === undefined || known.length === 0 ? '' : ` (did you mean ${show(near)}?)`
  throw new ArgumentError(`expected ${key} to be ${list}, got ${show(name)}${hint}`)
}

/** True for a set of names: a list, or an object of booleans. */
export const isNames = (value: unknown): value is EthtoolNames =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value)
    ? value.every((each) => typeof each === 'string')
    : Object.values(value).every((each) => typeof each === 'boolean'))

/**
 * Returns the bits of a change of names. ethtool identifies some bits by their `index`, and the others by their name.
 * @throws {TypeError} for a name that the kernel does not have
 */
export function encodeBits(
  key: string,
  names: readonly string[],
  change: EthtoolNames,
  by: 'name' | 'index' = 'name',
): EthtoolBitsetAttrs {
  const idOf = (name: string) => {
    const index = indexOfName(key, names, name)
    return by === 'index' ? { index } : { name }
  }
  if (Array.isArray(change)) return { nomask: true, bits: { bit: change.map(idOf) } }
  const entries = Object.entries(change as Readonly<Record<string, boolean>>)
  return { bits: { bit: entries.map(([name, value]) => ({ ...idOf(name), ...(value && { value }) })) } }
}
