import { ArgumentError, show } from '../../codec/index.js'
import { type Accepted, checkValue } from './accepted.js'
import { type LinkRef, linkKey } from './link-ref.js'
import { checkKeys, type Keys, requireKeys } from './objects.js'

/** Consecutive numbers, both ends included. */
export interface IdRange {
  readonly from: number
  readonly to: number
}

/** Returns the range of two options of an object: one number if `end` is left out. @throws {TypeError} */
export function rangeOf(what: string, first: string, end: string, given: object, accepted: Accepted): IdRange {
  const members = given as Readonly<Record<string, unknown>>
  const [from, to = from] = [members[first], members[end]]
  checkValue(`${first} of ${what}`, from, accepted)
  checkValue(`${end} of ${what}`, to, accepted)
  if (Number(to) < Number(from))
    throw new ArgumentError(`expected ${end} of ${what} to be at least ${first}, ${show(from)}, got ${show(to)}`)
  return { from: Number(from), to: Number(to) }
}

/** The members that identify VLANs or VNIs of a link. */
interface IdKey {
  readonly dev: LinkRef
  readonly vid?: number
  readonly vni?: number
}

/** Checks what identifies VLANs or VNIs of a link, and returns their range. @throws {TypeError} */
export function checkIdKey(what: string, id: 'vid' | 'vni', given: IdKey, keys: Keys, accepted: Accepted): IdRange {
  checkKeys(what, given, keys)
  requireKeys(what, given, 'dev', id)
  linkKey('dev', given.dev)
  return rangeOf(what, id, `${id}End`, given, accepted)
}

/** Returns the part of a range within another one; undefined if there is none. */
export function within({ from, to }: IdRange, limits: IdRange): IdRange | undefined {
  const part = { from: Math.max(from, limits.from), to: Math.min(to, limits.to) }
  return part.from <= part.to ? part : undefined
}

/** Returns the parts of a range that are in none of the given ones, which are in ascending order and may overlap. */
export function gaps({ from, to }: IdRange, taken: readonly IdRange[]): IdRange[] {
  const result: IdRange[] = []
  let next = from
  for (const each of taken) {
    if (each.from > next) result.push({ from: next, to: each.from - 1 })
    next = Math.max(next, each.to + 1)
  }
  if (next <= to) result.push({ from: next, to })
  return result
}

/** Returns ranges as text: `2-5, 8`. */
export const rangesText = (ranges: readonly IdRange[]) =>
  ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')

/** Returns the value that all have; the list of different ones if they differ. */
export function sameOrAll<T>(values: readonly T[]): T | readonly T[] {
  const different = [...new Set(values)]
  return different.length === 1 ? (different[0] as T) : different
}
