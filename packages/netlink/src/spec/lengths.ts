import type { Place } from './place.js'

/** Longest payload of an attribute, in bytes: `nla_len` has 16 bits. */
const LONGEST = 0xffff

/** Returns the numbers of the definitions of type `const`, by name. Some have the name of a constant of C instead, and are left out. */
export const constantsIn = (definitions: readonly Place[]): ReadonlyMap<string, number> =>
  new Map(
    definitions
      .filter((each) => each.at('type').value === 'const' && Number.isInteger(each.at('value').value))
      .map((each) => [each.at('name').name(), Number(each.at('value').value)]),
  )

/** Reads a number of bytes: a number, the name of a constant, or `name - 1`. Undefined if it is absent. */
export function lengthAt(place: Place, constants: ReadonlyMap<string, number>): number | undefined {
  if (place.isAbsent) return undefined
  if (typeof place.value !== 'string') return place.number(LONGEST)
  const [, name = '', minus = '0'] = /^(.*?)(?: - (1))?$/.exec(place.value) ?? []
  const length = /^\d+$/.test(name) ? Number(name) : constants.get(name)
  if (length === undefined) throw place.unexpected('a number, or the name of a definition of type const')
  return length - Number(minus)
}
