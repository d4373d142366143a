import type { Declaration } from '../codec/index.js'
import { NLM_F_DELETE, NLM_F_GET, NLM_F_NEW } from './header.js'

/** The option of a request that stands for an NLM_F_* bit, and the bit. What a message accepts is part of its declaration. */
export const flagBits = {
  create: NLM_F_NEW.CREATE,
  excl: NLM_F_NEW.EXCL,
  replace: NLM_F_NEW.REPLACE,
  append: NLM_F_NEW.APPEND,
  nonrec: NLM_F_DELETE.NONREC,
  bulk: NLM_F_DELETE.BULK,
  root: NLM_F_GET.ROOT,
} as const

/** The name of an option that sets one NLM_F_* bit. */
export type FlagOption = keyof typeof flagBits

/** The part of a message's declaration that says how it is sent. */
export interface Meaning<F extends FlagOption = FlagOption> {
  /** True if it only reads: it can be dumped and sent again, and without NLM_F_ACK one reply ends it. */
  readonly isGet: boolean
  /** The options that it accepts. */
  readonly accepts: readonly F[]
}

/**
 * The declaration of one message: its number, its shape, the shape of what the kernel sends in reply or under the same
 * number if that differs, and its meaning. A row without a meaning changes something and accepts no flag options.
 * `gets()`, `creates()` and `accepts()` make rows with one.
 */
export type Row = readonly [
  type: number,
  declaration: Declaration<unknown>,
  reply?: Declaration<unknown>,
  meaning?: Meaning,
]

type Meant<T extends number, D, R, F extends FlagOption> = readonly [
  type: T,
  declaration: D,
  reply: R,
  meaning: Meaning<F>,
]
type Any = Declaration<unknown>

const plain: Meaning<never> = { isGet: false, accepts: [] }
const get: Meaning<never> = { isGet: true, accepts: [] }
const creation: Meaning<'create' | 'excl' | 'replace' | 'append'> = {
  isGet: false,
  accepts: ['create', 'excl', 'replace', 'append'],
}

/** Declares a message that only reads, e.g. RTM_GETLINK. */
export const gets = <const T extends number, D extends Any, R extends Any = D>(
  type: T,
  declaration: D,
  reply?: R,
): Meant<T, D, R, never> => [type, declaration, (reply ?? declaration) as R, get]

/** Declares a message that creates an object and accepts the modifiers of NEW requests, e.g. RTM_NEWROUTE. */
export const creates = <const T extends number, D extends Any, R extends Any = D>(
  type: T,
  declaration: D,
  reply?: R,
): Meant<T, D, R, 'create' | 'excl' | 'replace' | 'append'> => [
  type,
  declaration,
  (reply ?? declaration) as R,
  creation,
]

/** Declares a message that accepts these options and no others, e.g. RTM_DELNEIGH with `bulk`. */
export const accepts = <const F extends FlagOption, const T extends number, D extends Any, R extends Any = D>(
  options: readonly F[],
  type: T,
  declaration: D,
  reply?: R,
): Meant<T, D, R, F> => [type, declaration, (reply ?? declaration) as R, { isGet: false, accepts: options }]

/** The meaning of a row. */
export const meaningOf = ([, , , meaning = plain]: Row): Meaning => meaning
