import type { Constants } from '../../codec/index.js'
import type { EthtoolBitsetAttrs } from '../../generic/ethtool/index.js'
import { type Accepted, BOOLEAN, U32 } from '../values/accepted.js'
import { named, numberOf } from '../values/names.js'
import { type DecodedBits, decodeBits, encodeBits, isNames } from './bits.js'
import type { Names, StringSet } from './strings.js'
import type { EthtoolNames } from './types.js'

/** A member of an object, and the attribute that it is converted from. */
export interface Member {
  readonly attribute: string
  /** Converts the attribute. The result is left out if it is undefined. */
  decode(value: unknown, names: Names): unknown
  /** True to convert it even if the message does not contain the attribute. */
  readonly isAlways?: boolean
  /** The set with the names of its bits. */
  readonly set?: StringSet
  /** The accepted values of a change. A member without them is only reported. */
  readonly accepted?: Accepted | 1
  /** Converts a value of a change. `key` is for errors. */
  encode?(key: string, value: unknown, names: Names): unknown
}

/** The members of an object, apart from those of its link. */
export type Members<T> = { readonly [K in Exclude<keyof T, 'dev' | 'devName'>]-?: Member }

const unchanged = (value: unknown) => value
const isSet = (value: unknown) => value !== 0

/** A member that is only reported. */
export const reported = (attribute: string, decode: (value: unknown) => unknown = unchanged): Member => ({
  ...{ attribute, decode },
})
/** A number. */
export const number = (attribute: string, accepted: Accepted = U32): Member => ({
  ...{ attribute, decode: unchanged, accepted, encode: (_key, value) => value },
})
/** True or false, as a number that is not zero or zero. */
export const toggle = (attribute: string): Member => ({
  ...{ attribute, decode: isSet, accepted: BOOLEAN, encode: (_key, value) => (value ? 1 : 0) },
})
/** True or false, only reported. */
export const reportedToggle = (attribute: string): Member => reported(attribute, isSet)

type Family = Constants<Readonly<Record<string, number>>>

/** A word of a family of constants. */
export const word = (attribute: string, family: Family): Member => ({
  ...reportedWord(attribute, family),
  ...{ accepted: 1, encode: (key, value) => numberOf(key, family, value as string | number) },
})
/** A word of a family of constants, only reported. */
export const reportedWord = (attribute: string, family: Family): Member =>
  reported(attribute, (value) => named(family, value as number))

/** Names of bits, only reported. Without the attribute the list is empty. */
export const reportedNames = (attribute: string, set: StringSet, part: keyof DecodedBits = 'set'): Member => ({
  ...{ attribute, set, isAlways: true },
  decode: (value, names) => decodeBits(value as EthtoolBitsetAttrs, names(set))[part],
})
const NAMES: Accepted = { allowed: 'a list of names, or an object of names with true or false', fits: isNames }

/** Names of bits. */
export const names = (attribute: string, set: StringSet, by?: 'name' | 'index'): Member => ({
  ...reportedNames(attribute, set),
  ...{ accepted: NAMES, encode: (key, value, of) => encodeBits(key, of(set), value as EthtoolNames, by) },
})
