import type { Declaration } from '../codec/index.js'
import { NLM_F_DELETE, NLM_F_GET, NLM_F_NEW } from './header.js'

/** The options of a request that set one bit of `nlmsg_flags` each, and these bits. Each message declares the options that it accepts. */
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

/** The properties of a message that decide how it is sent. */
export interface RequestTraits<F extends FlagOption = FlagOption> {
  /** True if it reads objects. It can be dumped, and without NLM_F_ACK one reply ends it. */
  readonly isGet: boolean
  /** True if it also resets what it reads, e.g. counters. It is never sent again. */
  readonly resets: boolean
  /** The options that it accepts. */
  readonly accepts: readonly F[]
}

/**
 * The declaration of one message: its number, its structure, the structure of what the kernel sends in reply or under the same
 * number if that differs, and its traits. A row without traits declares a message that changes something and accepts no flag options.
 * `gets()`, `getsAndResets()`, `creates()` and `accepts()` make rows with traits.
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

/** Declares a message that reads, e.g. RTM_GETLINK. */
export const gets = <const T extends number, D extends Any, R extends Any = D>(
  type: T,
  declaration: D,
  reply?: R,
): TraitsRow<T, D, R, never> => [type, declaration, (reply ?? declaration) as R, get]

/** Declares a message that reads and resets what it reads, e.g. IPCTNL_MSG_CT_GET_CTRZERO. It is never sent again. */
export const getsAndResets = <const T extends number, D extends Any, R extends Any = D>(
  type: T,
  declaration: D,
  reply?: R,
): TraitsRow<T, D, R, never> => [type, declaration, (reply ?? declaration) as R, resettingGet]

/** Declares a message that creates an object and accepts the modifiers of NEW requests, e.g. RTM_NEWROUTE. */
export const creates = <const T extends number, D extends Any, R extends Any = D>(
  type: T,
  declaration: D,
  reply?: R,
): TraitsRow<T, D, R, 'create' | 'excl' | 'replace' | 'append'> => [
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
): TraitsRow<T, D, R, F> => [
  type,
  declaration,
  (reply ?? declaration) as R,
  { isGet: false, resets: false, accepts: options },
]

/** Returns the traits of a row. */
export const traitsOf = ([, , , traits = plain]: Row): RequestTraits => traits
