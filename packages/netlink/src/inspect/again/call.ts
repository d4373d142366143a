import { withWords } from '../../api/values/words.js'
import type { Declaration } from '../../codec/index.js'
import { literal } from './literal.js'
import type { Bag } from './members.js'
import type { SaidRequest } from './request-of.js'

/** Returns the name of a link if it is known, and its index if not. */
export const linkRef = ({ names }: SaidRequest, index: number): string | number => names.link(index) ?? index

/** Returns a call of `nl`, with arguments as source code. Arguments that are undefined are left out. */
export const call = (method: string, ...args: readonly unknown[]) =>
  `nl.${method}(${args
    .filter((each) => each !== undefined)
    .map(literal)
    .join(', ')})`

/** Returns the verb of a request that creates an object, from its flags; undefined for other combinations. */
export function verbOf({ create, excl, replace, append }: SaidRequest): 'add' | 'replace' | 'append' | undefined {
  if (!create) return undefined
  if (excl) return replace || append ? undefined : 'add'
  if (replace) return append ? undefined : 'replace'
  return append ? 'append' : undefined
}

type Cases = Readonly<Record<string | number, Declaration<unknown>>>

/** Returns data of a kind with words in place of its numbers; undefined if the kind has no declaration. */
export function dataOf(cases: unknown, kind: string | number | undefined, data: unknown): unknown {
  const known = cases as Cases
  if (kind === undefined || !Object.hasOwn(known, kind)) return undefined
  return withWords(known[kind], data)
}

/** Returns the members that are not undefined. */
export const defined = (value: Bag): Bag =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))

/** True if the members are missing or zero. */
export const areZero = (value: Bag, ...keys: readonly string[]) =>
  keys.every((key) => value[key] === undefined || value[key] === 0)
