import { type AnyConstants, type Constants, constants, namesOfBits, unsigned } from './names.js'

/** Constants for a part of a number's bits, e.g. a small enum inside a flags field. */
export interface Masked {
  readonly mask: number
  readonly shift: number
  readonly family: AnyConstants
}

/** Names for the numbers of a declaration: one constant, or a set of flags. */
export type NumberNames =
  | {
      readonly type: 'enum'
      readonly families: readonly AnyConstants[]
      /** Names the parts of numbers that the families lack. */
      readonly parts?: readonly Masked[]
    }
  | { readonly type: 'flags'; readonly parts: readonly (AnyConstants | Masked)[] }

/** Names for numbers whose meaning depends on another member: the constants for each of its values. */
export interface NamesBy {
  /** A sibling, or a member of an enclosing nest or header. */
  readonly member: string
  readonly cases: Readonly<Record<string | number, AnyConstants>>
}

/**
 * Returns constants for the bits of `mask`, for {@link flagsOf}. They are compared with the number's masked bits, shifted
 * right by `shift`. A mask of all bits names whole numbers: `0xffffffff` as `ALL`.
 */
export const masked = (mask: number, family: AnyConstants, shift = 0): Masked => ({ mask, shift, family })

/** Compares numbers as 32 bits, so that -1 equals 0xffffffff: the header and the field may differ in sign. */
const isSame = (constant: number | bigint | undefined, value: number | bigint) =>
  constant !== undefined && (constant === value || unsigned(constant) === unsigned(value))

/** Returns the name of a number with its prefix, if the family contains it. */
function constantName({ prefix, values }: AnyConstants, value: number | bigint): string | undefined {
  const key = Object.keys(values).find((name) => isSame(values[name], value))
  return key === undefined ? undefined : prefix === '' ? key : `${prefix}_${key}`
}

/** Returns the name of the constant in a part of a number, if the family of the part contains it. */
const partName = ({ mask, shift, family }: Masked, bits: bigint): string | undefined =>
  constantName(family, (bits & unsigned(mask)) >> BigInt(shift))

/** Returns the names in a number: `RTN_UNICAST`, `UP|LOWER_UP`. Returns undefined if it has no name. */
export function wordsFor(names: NumberNames, value: number | bigint): string | undefined {
  if (names.type === 'enum') {
    for (const family of names.families) {
      const name = constantName(family, value)
      if (name !== undefined) return name
    }
    return names.parts?.some((part) => partName(part, unsigned(value))) ? flagWords(names.parts, value) : undefined
  }
  return flagWords(names.parts, value)
}

function flagWords(parts: readonly (AnyConstants | Masked)[], value: number | bigint): string {
  const words: string[] = []
  const flags: [name: string, bits: number | bigint][] = []
  let bits = unsigned(value)
  let named = 0n
  for (const part of parts) {
    if (!('mask' in part)) {
      flags.push(...Object.entries(part.values))
      continue
    }
    const mask = unsigned(part.mask)
    // An earlier, wider mask has named these bits.
    if ((mask & named) !== 0n) continue
    const name = partName(part, bits)
    if (name === undefined) continue
    words.push(name)
    named |= mask
    bits &= ~mask
  }
  return [...words, ...namesOfBits(flags, bits)].join('|') || '0'
}

/** Maximum number of constants that an error message lists. */
const MOST_LISTED = 8

/** Returns the possible constants as text, if there are only a few: `VXLAN_DF_UNSET (0), VXLAN_DF_SET (1)`. */
export function listedNames(names: NumberNames): string | undefined {
  const families = names.type === 'enum' ? names.families : names.parts.filter((part) => 'prefix' in part)
  const all = families.flatMap(({ prefix, values }) =>
    Object.entries(values).map(([name, value]) => `${prefix === '' ? '' : `${prefix}_`}${name} (${value})`),
  )
  return all.length > 0 && all.length <= MOST_LISTED ? all.join(', ') : undefined
}

/**
 * Returns constants for flags whose bits are numbered by an enum: bit 0 is the constant with the number `first`. For {@link
 * flagsOf}: `flagsOf(u32, bitsOf(BR_BOOLOPT))`.
 */
export const bitsOf = <T extends AnyConstants['values']>(
  { prefix, values }: Constants<T>,
  first = 0,
): Constants<{ readonly [K in keyof T]: number }> =>
  constants(
    prefix,
    Object.fromEntries(Object.entries(values).map(([name, number]) => [name, bitAt(Number(number) - first)])) as Record<
      keyof T,
      number
    >,
  )

/** Reverses {@link bitsOf}: returns the numbers of the bits, from 0. For {@link bitmapOf}: `bitmapOf(array(u32), bitNumbersOf(WAKE))`. */
export const bitNumbersOf = <T extends AnyConstants['values']>({
  prefix,
  values,
}: Constants<T>): Constants<{ readonly [K in keyof T]: number }> =>
  constants(
    prefix,
    Object.fromEntries(Object.entries(values).map(([name, bit]) => [name, Math.log2(Number(bit))])) as Record<
      keyof T,
      number
    >,
  )

/** Yields the numbers of the bits that are set. Each word has `width` bits. Bit 0 is the lowest one of the first word. */
function* setBits(words: ArrayLike<number>, width: number): Generator<number> {
  for (let at = 0; at < words.length; at++)
    for (let bit = 0; bit < width; bit++) if (((words[at] ?? 0) >>> bit) & 1) yield at * width + bit
}

/** Returns the names of the bits in a bitmap: `UCAST|MAGIC`. Bits without a name are last, in hexadecimal. */
export function bitmapWords(family: AnyConstants, words: ArrayLike<number>, width: number): string {
  // The first of several names of a number is the last one that the map is given.
  const nameOf = new Map(
    Object.entries(family.values)
      .reverse()
      .map(([name, number]) => [Number(number), name]),
  )
  const names: string[] = []
  let rest = 0n
  for (const number of setBits(words, width)) {
    const name = nameOf.get(number)
    if (name === undefined) rest |= 1n << BigInt(number)
    else names.push(name)
  }
  if (rest !== 0n) names.push(`0x${rest.toString(16)}`)
  return names.join('|') || '0'
}

/**
 * Returns a number with one bit. V8 represents powers as floating-point numbers even if they are small integers, and then
 * constants of the same name in other families too, which makes each use of them slower.
 */
const bitAt = (index: number): number => (index < 31 ? 1 << index : 2 ** index)
