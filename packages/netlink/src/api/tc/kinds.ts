import type { WordKind, WordsOf, WordTable } from './words.js'

export * as actionWords from './action-kinds.js'
export * as classWords from './class-kinds.js'
export * as filterWords from './filter-kinds.js'
export * as qdiscWords from './qdisc-kinds.js'

/** The options of a kind in the words of tc; `never` for kinds without. */
export type WordsIn<Kinds, K> = K extends keyof Kinds
  ? Kinds[K] extends { readonly table: infer T extends WordTable }
    ? WordsOf<T>
    : never
  : never

type Without<T, K> = T extends unknown ? Omit<T, K & keyof T> : never

/** The members `W` of the words that the wire has too, with the values of both. */
type Shared<Wire, W> = { readonly [K in keyof W]: W[K] | Wire[K & keyof Wire] }

/**
 * Options as they are read, `Wire`, or in words, `W`. Members of both forms are written once: editors show no comment for a member that
 * two types of a union declare.
 */
export type InEitherForm<Wire, W> = [W] extends [never]
  ? Wire
  : [keyof Wire & keyof W] extends [never]
    ? Wire | W
    : (Without<Wire, keyof W> | Without<W, keyof Wire>) & Shared<Wire, Pick<W, keyof Wire & keyof W>>

/** Returns how a kind's words are read; undefined if it has none. */
export const wordKind = (kinds: Readonly<Record<string, WordKind>>, kind: string): WordKind | undefined =>
  Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
