/** A family of kernel constants, e.g. RTN: the numbers under the names that follow the prefix, and the way back. */
export interface Constants<T extends Readonly<Record<string, number>>> {
  readonly prefix: string
  readonly values: T
}

/** Declares a family: `constants('RTN', { UNICAST: 1 })` names `RTN_UNICAST`. */
export function constants<const T extends Readonly<Record<string, number>>>(
  prefix: string,
  values: T,
): Constants<T> & T {
  // Not enumerable, so that a family still spreads and lists as the numbers alone.
  return Object.defineProperties(
    { ...values },
    { prefix: { value: prefix }, values: { value: values } },
  ) as unknown as Constants<T> & T
}

/** The kernel's name of a number: `nameOf(RTN, 1)` is `RTN_UNICAST`, `nameOf(RTN, 99)` is `RTN_99`. */
export function nameOf(family: Constants<Readonly<Record<string, number>>>, value: number): string {
  const key = Object.keys(family.values).find((name) => family.values[name] === value)
  return `${family.prefix}_${key ?? value}`
}

/** The names of the bits that are set: `flagsOf(IFF, 0x1003)` is `['UP', 'BROADCAST', 'MULTICAST']`; unknown bits as `0x…`. */
export function flagsOf(family: Constants<Readonly<Record<string, number>>>, bits: number): string[] {
  const known = Object.entries(family.values).filter(([, bit]) => (bits & bit) === bit && bit !== 0)
  const rest = known.reduce((left, [, bit]) => left & ~bit, bits) >>> 0
  return [...known.map(([name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])]
}
