import type { Declaration } from '../codec/index.js'
import { NLM_F_DELETE, NLM_F_GET, NLM_F_NEW } from './header.js'

/** Options of requests, each with the bit of `nlmsg_flags` that it sets. A message declares the options that it accepts. */
export const flagBits = {
  create: NLM_F_NEW.CREATE,
  excl: NLM_F_NEW.EXCL,
  replace: NLM_F_NEW.REPLACE,
  append: NLM_F_NEW.APPEND,
  nonrec: NLM_F_DELETE.NONREC,
  bulk: NLM_F_DELETE.BULK,
  root: NLM_F_GET.ROOT,
} as const

/** Name of an option that sets one NLM_F_* bit. */
export type FlagOption = keyof typeof flagBits

/** Properties of a message that determine how it is sent. */
export interface RequestTraits<F extends FlagOption = FlagOption> {
  /** True if it reads objects. It can also be sent as a dump. As a single request, it has no ack and one reply. */
  readonly isGet: boolean
  /** True if it also resets what it reads, e.g. counters. It is never repeated automatically. */
  readonly resets: boolean
  /** The options for flags that it accepts. */
  readonly accepts: readonly F[]
}

/**
 * Declaration of a message: its number, its structure, the structure of the kernel's messages with this number if that
 * differs, and its traits. Without traits, the message changes something and accepts no options. `gets()`, `getsAndResets()`,
 * `creates()` and `accepts()` create rows with traits.
 */
export type Row = readonly [
  type: number,
  declaration: Declaration<unknown>,
  reply?: Declaration<unknown>,
  traits?: RequestTraits,
]

type TraitsRow<T extends number, D, R, F extends FlagOption> = readonly [
  type: T,
  declaration: D,
  reply: R,
  traits: RequestTraits<F>,
]
type Any = Declaration<unknown>

const plain: RequestTraits<never> = { isGet: false, resets: false, accepts: [] }
const get: RequestTraits<never> = { isGet: true, resets: false, accepts: [] }
const resettingGet: RequestTraits<never> = { isGet: true, resets: true, accepts: [] }
const creation: RequestTraits<'create' | 'excl' | 'replace' | 'append'> = {
  isGet: false,
  resets: false,
  accepts: ['create', 'excl', 'replace', 'append'],
}

/** Returns the declaration of the replies: that of requests if no other is given, in which case `R` is `D`. */
const replyOf = <D, R>(declaration: D, reply: R | undefined): R => reply ?? (declaration as unknown as R)

/** Declares a message that reads objects, e.g. RTM_GETLINK. */
export const gets = <const T extends number, D extends Any, R extends Any = D>(
  type: T,
  declaration: D,
  reply?: R,
): TraitsRow<T, D, R, never> => [type, declaration, replyOf(declaration, reply), get]

/** Declares a message that reads and resets, e.g. IPCTNL_MSG_CT_GET_CTRZERO. It is never repeated automatically. */
export const getsAndResets = <const T extends number, D extends Any, R extends Any = D>(
  type: T,
  declaration: D,
  reply?: R,
): TraitsRow<T, D, R, never> => [type, declaration, replyOf(declaration, reply), resettingGet]

/**
 * Declares a message that creates an object and accepts the flags of NEW requests (`create`, `replace`, …), e.g.
 * RTM_NEWROUTE.
 */
export const creates = <const T extends number, D extends Any, R extends Any = D>(
  type: T,
  declaration: D,
  reply?: R,
): TraitsRow<T, D, R, 'create' | 'excl' | 'replace' | 'append'> => [
  type,
  declaration,
  replyOf(declaration, reply),
  creation,
]

/** Declares a message that accepts only the given options, e.g. RTM_DELNEIGH with `bulk`. */
export const accepts = <const F extends FlagOption, const T extends number, D extends Any, R extends Any = D>(
  options: readonly F[],
  type: T,
  declaration: D,
  reply?: R,
): TraitsRow<T, D, R, F> => [
  type,
  declaration,
  replyOf(declaration, reply),
  { isGet: false, resets: false, accepts: options },
]

/** Returns the traits of a row. */
export const traitsOf = ([, , , traits = plain]: Row): RequestTraits => traits
