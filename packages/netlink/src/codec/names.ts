/** Numbers by name. */
type Numbers = Readonly<Record<string, number | bigint>>

/** A family of kernel constants, e.g. RTN: the numbers under the names that follow the prefix, and the way back. */
export interface Constants<T extends Numbers> {
  readonly prefix: string
  readonly values: T
}

/** A family of constants, whatever its names are. */
export type AnyConstants = Constants<Numbers>

/** Declares a family: `constants('RTN', { UNICAST: 1 })` names `RTN_UNICAST`. */
export function constants<const T extends Numbers>(prefix: string, values: T): Constants<T> & T {
  // Not enumerable, so that a family still spreads and lists as the numbers alone.
  return Object.defineProperties(
    { ...values },
    { prefix: { value: prefix }, values: { value: values } },
  ) as unknown as Constants<T> & T
}

/** The kernel's name of a number: `nameOf(RTN, 1)` is `RTN_UNICAST`, `nameOf(RTN, 99)` is `RTN_99`. */
export function nameOf(family: AnyConstants, value: number | bigint): string {
  const key = Object.keys(family.values).find((name) => family.values[name] === value)
  return `${family.prefix}_${key ?? value}`
}

/**
 * Returns the names of the bits that are set: `flagNames(IFF, 0x1003)` is `['UP', 'BROADCAST', 'MULTICAST']`. Bits without a
 * name come last, in hexadecimal.
 */
export const flagNames = (family: AnyConstants, bits: number | bigint): string[] =>
  namesOfBits(Object.entries(family.values), unsigned(bits))

/** Returns the number as its bits: those of a negative 32-bit number if it is one. */
export const unsigned = (bits: number | bigint): bigint =>
  BigInt.asUintN(typeof bits === 'number' && bits < 0 ? 32 : 64, BigInt(bits))

/** Returns the names of the bits that are set. `constants` may contain several bits together. */
export function namesOfBits(
  constants: readonly (readonly [name: string, bits: number | bigint])[],
  bits: bigint,
): string[] {
  const names: string[] = []
  let rest = bits
  for (const [name, value] of constants) {
    const bit = unsigned(value)
    if (bit === 0n || (bits & bit) !== bit) continue
    names.push(name)
    rest &= ~bit
  }
  return rest === 0n ? names : [...names, `0x${rest.toString(16)}`]
}
