import { isPlainObject, isRecord } from '../../codec/error.js'
import { ArgumentError, type Declaration, show } from '../../codec/index.js'
import type { AnyConstants } from '../../codec/names.js'
import { allWords, vocabularyOf } from './vocabulary.js'
import { familyOfFlags } from './words.js'

/** The values that an option accepts: a phrase for the error, and the check. */
export interface Accepted {
  readonly allowed: string
  readonly fits: (value: unknown) => boolean
}

/** Accepts integers from `least` to `most`. */
export const integers = (least: number, most: number): Accepted => ({
  allowed: `an integer from ${least} to ${most}`,
  fits: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
})

/** Accepts the constants that a row declares for its number: one of an enumeration, or any set of flags. */
export function declaredIn([, { constants: names }]: readonly [number, Declaration<unknown>]): Accepted {
  if (names?.type === 'flags') {
    const { values } = familyOfFlags(names)
    const mask = Object.values(values).reduce<number>((bits, bit) => bits | Number(bit), 0)
    return { allowed: `of the flags ${Object.keys(values).join(', ')}`, fits: bitsWithin(mask).fits }
  }
  return declared(...(names?.families ?? []))
}

/** Accepts the numbers of some families. */
export const declared = (...families: readonly AnyConstants[]): Accepted => ({
  allowed: `one of ${allWords(families)}`,
  fits: (value) => families.some((family) => vocabularyOf(family).byNumber.has(value as number)),
})

/** Accepts the bits of `mask`. The kernel refuses the others. */
export const bitsWithin = (mask: number): Accepted => ({
  allowed: `bits of 0x${mask.toString(16)}`,
  fits: (value) => Number.isInteger(value) && Number(value) >= 0 && (Number(value) & ~mask) === 0,
})

/** Accepts text of 1 to `most` bytes without a zero byte: a nul-terminated string with a limit in the kernel's policy. */
export const shortText = (most: number): Accepted => ({
  allowed: `a text of 1 to ${most} bytes`,
  fits: (value) =>
    typeof value === 'string' && value !== '' && !value.includes('\0') && Buffer.byteLength(value) <= most,
})

/** Accepts a name of a new device: a text of 1 to `most` bytes without `characters`, which the kernel replaces or cannot show in sysfs. */
export const nameWithout = (characters: string, most: number): Accepted => {
  const text = shortText(most)
  return {
    allowed: `${text.allowed} without ${[...characters].join(' and ')}, and not . or ..`,
    fits: (value) =>
      text.fits(value) &&
      !/^\.\.?$/.test(value as string) &&
      ![...characters].some((each) => (value as string).includes(each)),
  }
}

/** Accepts 1 to `most` bytes. */
export const shortBytes = (most: number): Accepted => ({
  allowed: `1 to ${most} bytes`,
  fits: (value) => value instanceof Uint8Array && value.length > 0 && value.length <= most,
})

/** Checks a value. @throws {TypeError} naming the option, the accepted values and the value */
export function checkValue(option: string, value: unknown, { allowed, fits }: Accepted): void {
  if (!fits(value)) throw new ArgumentError(`expected ${option} to be ${allowed}, got ${show(value)}`)
}

/** Checks the given options against a table; `under` is put in front of their names. @throws {TypeError} */
export function checkOptions(value: object, table: Readonly<Record<string, Accepted>>, under = ''): void {
  for (const key in table) {
    const member = (value as Record<string, unknown>)[key]
    const accepted = table[key] as Accepted
    if (member !== undefined && Object.hasOwn(table, key) && !accepted.fits(member))
      checkValue(under + key, member, accepted)
  }
}

export const U8 = integers(0, 0xff)
export const U16 = integers(0, 0xffff)
export const U32 = integers(0, 0xffffffff)
export const U64: Accepted = {
  allowed: 'a bigint from 0n to 18446744073709551615n',
  fits: (value) => typeof value === 'bigint' && BigInt.asUintN(64, value) === value,
}
export const LIST: Accepted = { allowed: 'a list', fits: Array.isArray }
export const OBJECT: Accepted = { allowed: 'an object', fits: isPlainObject }
/** Accepts an object that the kernel reports, and that is not sent: its members are not checked. */
export const REPORTED: Accepted = { allowed: 'an object', fits: isRecord }
/** Accepts an address of Ethernet. */
export const MAC: Accepted = {
  allowed: 'an address like 02:00:00:00:00:01',
  fits: (value) => typeof value === 'string' && /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(value),
}
export const BOOLEAN: Accepted = { allowed: 'true or false', fits: (value) => typeof value === 'boolean' }
/** The index of a link, or the ID of a next hop: zero means none. */
export const POSITIVE_U32 = integers(1, 0xffffffff)
/** VLAN IDs (`br_vlan_valid_id`, net/bridge/br_private.h) */
export const VLAN_ID = integers(1, 4094)
/** A VNI has 24 bits. */
export const VNI = integers(0, 0xffffff)
