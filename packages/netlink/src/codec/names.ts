/** Numbers by name. */
type Numbers = Readonly<Record<string, number | bigint>>

/** A family of kernel constants, e.g. RTN: the numbers under the names that follow the prefix, and the way back. */
export interface Constants<T extends Numbers, W extends object = object> {
  readonly prefix: string
  readonly values: T
  /** The words of iproute2, for names whose word is not the name in lower case. */
  readonly words: W
  /** Returns the name of a number; the first one, if it has several. Absent in a family that `constants` did not create. */
  nameByNumber?(number: number | bigint): string | undefined
}

/** A family of constants of any names. */
export type AnyConstants = Constants<Numbers>

/** The word of each name: iproute2's if it is declared, and the name in lower case if not. */
export type WordOf<C> =
  C extends Constants<infer T, infer W>
    ? { [K in string & keyof T]: K extends keyof W ? Extract<W[K], string> : Lowercase<K> }[string & keyof T]
    : never

/**
 * Declares a family: `constants('RTN', { UNICAST: 1 })` names `RTN_UNICAST`. Its word is `unicast`. If iproute2 has another
 * word, `words` contains it: `constants('RT_SCOPE', { UNIVERSE: 0, LINK: 253 }, { UNIVERSE: 'global' })`.
 */
export function constants<const T extends Numbers, const W extends { readonly [K in keyof T]?: string } = object>(
  prefix: string,
  values: T,
  words?: W,
): Constants<T, W> & T {
  let names: ReadonlyMap<number | bigint, string> | undefined
  const nameByNumber = (number: number | bigint) => {
    names ??= new Map(
      Object.entries(values)
        .reverse()
        .map(([name, value]) => [value, name]),
    )
    return names.get(number)
  }
  // Not enumerable, so that spreading or listing a family still yields only the numbers.
  return Object.defineProperties(
    { ...values },
    {
      prefix: { value: prefix },
      values: { value: values },
      words: { value: words ?? {} },
      nameByNumber: { value: nameByNumber },
    },
  ) as unknown as Constants<T, W> & T
}

/** Returns a family with some of the names: the values of a field that allows no others. */
export function subset<T extends Numbers, W extends object, const K extends string & keyof T>(
  { prefix, values, words }: Constants<T, W>,
  ...names: readonly K[]
): Constants<Pick<T, K>, W> & Pick<T, K> {
  const picked = Object.fromEntries(names.map((name) => [name, values[name]])) as Pick<T, K>
  return constants(prefix, picked, words as never) as unknown as Constants<Pick<T, K>, W> & Pick<T, K>
}

/** Returns the word of a name: `global` for `UNIVERSE` of RT_SCOPE. */
export const wordOfName = ({ words }: AnyConstants, name: string): string =>
  (words as Readonly<Record<string, string>>)[name] ?? name.toLowerCase()

/** The kernel's name of a number: `nameOf(RTN, 1)` is `RTN_UNICAST`, `nameOf(RTN, 99)` is `RTN_99`. */
export function nameOf(family: AnyConstants, value: number | bigint): string {
  const {
    prefix,
    values,
    nameByNumber = (number) => Object.keys(values).find((name) => values[name] === number),
  } = family
  return `${prefix}_${nameByNumber(value) ?? value}`
}

/**
 * Returns the names of the bits that are set: `flagNames(IFF, 0x1003)` is `['UP', 'BROADCAST', 'MULTICAST']`. Bits without a
 * name are last, in hexadecimal.
 */
export const flagNames = (family: AnyConstants, bits: number | bigint): string[] =>
  namesOfBits(Object.entries(family.values), unsigned(bits))

/** Returns the bits of a number. A negative number is taken as 32 bits. */
export const unsigned = (bits: number | bigint): bigint =>
  BigInt.asUintN(typeof bits === 'number' && bits < 0 ? 32 : 64, BigInt(bits))

/** Returns the names of the bits that are set. A constant may consist of several bits. */
export function namesOfBits(
  constants: readonly (readonly [name: string, bits: number | bigint])[],
  bits: bigint,
): string[] {
  const names: string[] = []
  let rest = bits
  let last = 0n
  for (const [name, value] of constants) {
    const bit = unsigned(value)
    // An alias follows the name that it repeats.
    if (bit === 0n || bit === last || (bits & bit) !== bit) continue
    names.push(name)
    rest &= ~bit
    last = bit
  }
  return rest === 0n ? names : [...names, `0x${rest.toString(16)}`]
}
