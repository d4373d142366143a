import { ArgumentError, type Constants, flagNames, show, type WordOf } from '../../codec/index.js'
import { RT_SCOPE, RT_TABLE, RTM_F, RTNH_F, RTPROT } from '../../route/index.js'
import { checkValue, integers } from './accepted.js'
import { GROUP, type NameFile, numberIn, RT_DSFIELD, RT_PROTOS, RT_SCOPES, RT_TABLES } from './name-files.js'
import { bitsOfFlag, cached, numberOfWord, vocabularyOf } from './vocabulary.js'

type Numbers = Readonly<Record<string, number>>

/** The words of a family of constants, as iproute2 has them: `RTN_UNICAST` is `unicast`, `RT_SCOPE_UNIVERSE` is `global`. */
export type NameOf<C extends Constants<Numbers>> = WordOf<C>

/** A word; a number if it has none. The conditional type lets compilers list the words in errors. */
export type Named<C extends Constants<Numbers>> = C extends unknown ? WordOf<C> | number : never

/** A word, a number, or a name of a file of iproute2, like `/etc/iproute2/rt_tables`. */
export type FileNamed<C extends Constants<Numbers>> = Named<C> | FileName

/** A name of a file of iproute2. The type lets an editor complete the words that stand next to it. */
export type FileName = string & Record<never, never>

/** The name of a flag; hexadecimal digits for bits without a name. */
export type Flag<C extends Constants<Numbers>> = C extends unknown
  ? (string & keyof C['values']) | `0x${string}`
  : never

/** Returns the word of a number; the number if it has none. */
export const named = <C extends Constants<Numbers>>(family: C, value: number): Named<C> =>
  (vocabularyOf(family).byNumber.get(value) ?? value) as Named<C>

/**
 * Returns the number that a word stands for, in upper or lower case. `most` is the largest number that the field holds, `file`
 * has further names.
 * @throws {TypeError} naming `key`
 */
export function numberOf(
  key: string,
  family: Constants<Numbers>,
  value: string | number,
  most = 0xff,
  file?: NameFile,
): number {
  if (typeof value === 'number') {
    checkValue(key, value, integers(0, most))
    return value
  }
  return Number(numberOfWord(key, [family], value, file))
}

/** Returns the number of a routing table. @throws {TypeError} */
export const tableNumber = (table: string | number) => numberOf('table', RT_TABLE, table, 0xffffffff, RT_TABLES)

/** Returns the number of a program that creates routes and rules. @throws {TypeError} */
export const protocolNumber = (protocol: string | number) => numberOf('protocol', RTPROT, protocol, 0xff, RT_PROTOS)

/** Returns the number of a value of the field `tos` of `object`; undefined if it is left out. @throws {TypeError} */
export const tosNumber = (object: string, tos: string | number | undefined) =>
  tos === undefined ? undefined : numberIn(`tos of ${object}`, RT_DSFIELD, tos, 0xff)

/** Returns the number of a group of links. @throws {TypeError} naming `key` */
export const groupNumber = (key: string, group: string | number) => numberIn(key, GROUP, group, 0xffffffff)

/** Returns the number of a scope. @throws {TypeError} */
export const scopeNumber = (scope: string | number) => numberOf('scope', RT_SCOPE, scope, 0xff, RT_SCOPES)

/** Maximum number of lists of names that are kept per family. Programs see few combinations of flags. */
const MOST_LISTS = 256

const listsOf = cached((_family: Constants<Numbers>) => new Map<number, readonly string[]>())

/** Returns the names of the bits that are set. The list is frozen, because objects with the same bits share it. */
export function flagsIn<C extends Constants<Numbers>>(family: C, bits: number): readonly Flag<C>[] {
  const lists = listsOf(family)
  let names = lists.get(bits)
  if (names === undefined) {
    names = Object.freeze(flagNames(family, bits))
    if (lists.size < MOST_LISTS) lists.set(bits, names)
  }
  return names as readonly Flag<C>[]
}

/** Returns the bits that names stand for. @throws {TypeError} naming `key` */
export function bitsOf(key: string, family: Constants<Numbers>, flags: readonly string[]): number {
  if (!Array.isArray(flags)) throw new ArgumentError(`expected ${key} to be a list of names, got ${show(flags)}`)
  let bits = 0
  for (const flag of flags) bits |= Number(bitsOfFlag(key, [family], flag))
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
