import { show } from '../codec/index.js'

/** The values that the kernel accepts: from a smallest to a largest one, or a list. */
export type Range = readonly [min: number | bigint, max: number | bigint] | { readonly oneOf: readonly number[] }

const words = (range: Range) =>
  'oneOf' in range ? `one of ${range.oneOf.join(', ')}` : `an integer from ${range[0]} to ${range[1]}`

const isInteger = (value: unknown): value is number | bigint => typeof value === 'bigint' || Number.isInteger(value)

function isWithin(value: unknown, range: Range): boolean {
  // True and false stand for 1 and 0.
  const number = typeof value === 'boolean' ? Number(value) : value
  if ('oneOf' in range) return range.oneOf.includes(number as number)
  return isInteger(number) && number >= range[0] && number <= range[1]
}

/** Checks one option; `undefined` is not sent. @throws {TypeError} with the option, its range and its value */
export function checkRange(key: string, value: unknown, range: Range): void {
  if (value === undefined || isWithin(value, range)) return
  throw new TypeError(
    `expected ${key} to be ${words(range)}, got ${typeof value === 'bigint' ? `${value}n` : show(value)}`,
  )
}

/** Checks the options that `ranges` names; `prefix` is put in front of a key in the error. @throws {TypeError} */
export function checkRanges(value: object, ranges: Readonly<Record<string, Range>>, prefix = ''): void {
  for (const [key, range] of Object.entries(ranges))
    checkRange(prefix + key, (value as Record<string, unknown>)[key], range)
}

export const U8: Range = [0, 0xff]
export const U16: Range = [0, 0xffff]
export const U32: Range = [0, 0xffffffff]
/** A link's index, or the number of a next hop: zero is none. */
export const POSITIVE_U32: Range = [1, 0xffffffff]
/** VLAN IDs, `br_vlan_valid_id`, net/bridge/br_private.h */
export const VLAN_ID: Range = [1, 4094]
/** A VNI has 24 bits. */
export const VNI: Range = [0, 0xffffff]
