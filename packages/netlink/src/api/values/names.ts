import { type Constants, flagNames, show } from '../../codec/index.js'
import { RT_TABLE, RTM_F, RTNH_F } from '../../route/index.js'
import { checkValue, integers } from './accepted.js'

type Numbers = Readonly<Record<string, number>>

/** The kernel's names of a family of constants, in lower case without their prefix: `RTN_UNICAST` is `unicast`. */
export type NameOf<C extends Constants<Numbers>> = Lowercase<string & keyof C['values']>

/** A name; a number if it has none. */
export type Named<C extends Constants<Numbers>> = NameOf<C> | number

/** The name of a flag; hexadecimal digits for bits without a name. */
export type Flag<C extends Constants<Numbers>> = (string & keyof C['values']) | `0x${string}`

/** Returns the name of a number; the number if it has none. */
export function named<C extends Constants<Numbers>>(family: C, value: number): Named<C> {
  const key = Object.keys(family.values).find((name) => family.values[name] === value)
  return key === undefined ? value : (key.toLowerCase() as NameOf<C>)
}

/**
 * Returns the number that a name stands for, in upper or lower case. `most` is the largest number that the field holds.
 * @throws {TypeError} naming `key`
 */
export function numberOf(key: string, family: Constants<Numbers>, value: string | number, most = 0xff): number {
  if (typeof value === 'number') {
    checkValue(key, value, integers(0, most))
    return value
  }
  const name = typeof value === 'string' ? value.toUpperCase() : ''
  const number = Object.hasOwn(family.values, name) ? family.values[name] : undefined
  if (number !== undefined) return number
  const names = Object.keys(family.values).map((each) => each.toLowerCase())
  throw new TypeError(`expected ${key} to be a number or one of ${names.join(', ')}, got ${show(value)}`)
}

/** Returns the number of a routing table. @throws {TypeError} */
export const tableNumber = (table: string | number) => numberOf('table', RT_TABLE, table, 0xffffffff)

/** Returns the names of the bits that are set. */
export const flagsIn = <C extends Constants<Numbers>>(family: C, bits: number) => flagNames(family, bits) as Flag<C>[]

/** Returns the bits that names stand for. @throws {TypeError} naming `key` */
export function bitsOf(key: string, family: Constants<Numbers>, flags: readonly string[]): number {
  if (!Array.isArray(flags)) throw new TypeError(`expected ${key} to be a list of names, got ${show(flags)}`)
  let bits = 0
  for (const flag of flags) {
    if (typeof flag !== 'string') throw new TypeError(`expected ${key} to be a list of names, got ${show(flag)} in it`)
    bits |= /^0x[0-9a-f]{1,8}$/.test(flag) ? Number(flag) : numberOf(key, family, flag)
  }
  return bits >>> 0
}

/** Flags of routes and next hops that the kernel only reports. It refuses some of them in a request, and stores others as if they were true. */
export const REPORTED_FLAGS =
  RTNH_F.DEAD |
  RTNH_F.LINKDOWN |
  RTNH_F.OFFLOAD |
  RTNH_F.TRAP |
  RTNH_F.UNRESOLVED |
  RTM_F.CLONED |
  RTM_F.OFFLOAD |
  RTM_F.TRAP |
  RTM_F.OFFLOAD_FAILED
