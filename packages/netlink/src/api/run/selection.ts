import { ArgumentError } from '../../codec/error.js'
import { toJson } from '../../codec/json.js'
import { NetlinkError } from '../../message/index.js'

/** The kernel would act on another object than the one that was selected. Nothing was sent. */
export class AmbiguousError extends Error {
  override readonly name = 'AmbiguousError'
  readonly code = 'ERR_NETLINK_AMBIGUOUS'

  constructor(
    /** `route`, `rule` or `neighbour`. */
    readonly object: string,
    reason: string,
    /** The objects that this request does not distinguish, as they were read. */
    readonly candidates: readonly object[],
  ) {
    super(`${object}: ${reason}`)
  }

  /** Returns the members for JSON: 64-bit numbers as numbers if that is exact, or else as decimal text, bytes as hexadecimal text. */
  toJSON(): unknown {
    return toJson(this)
  }
}

/** Returns the error for a selector that would match every object. `keys` are the options that distinguish objects. */
export const selectsNothing = (what: string, keys: readonly string[]) =>
  new ArgumentError(
    `expected ${what} to have at least one of ${keys.join(', ')}, as it would match any other, got none`,
  )

/** Numbers of the errors that the library reports in the kernel's place: asm-generic/errno-base.h, errno.h */
const numbers = {
  ENOENT: 2,
  ESRCH: 3,
  EEXIST: 17,
  ENODEV: 19,
  ENOSPC: 28,
  EOPNOTSUPP: 95,
  EADDRNOTAVAIL: 99,
  ECANCELED: 125,
} as const

/** An error that the library reports in the kernel's place. */
interface Explanation {
  readonly request: string
  /** The object, if it is another one than that of the operation. */
  readonly object?: string
  readonly code: keyof typeof numbers
  readonly explanation?: string
  /** The option that is wrong. */
  readonly attribute?: string
}

/** Returns the error that the kernel would give, with an explanation. */
export const refusal = ({ code, ...rest }: Explanation, cause?: unknown) =>
  new NetlinkError({ ...rest, errno: numbers[code] }, cause === undefined ? undefined : { cause })

/** A selection among listed messages, in the order in which the kernel compares them. */
interface Choice<M> {
  /** `route` or `rule`. */
  readonly object: string
  readonly listed: readonly M[]
  /** True for a message that the caller means. */
  isWanted(message: M): boolean
  /** Returns the request that deletes this message, with all that the kernel compares. */
  request(message: M): M
  /** True if the kernel would take the candidate for the request. */
  matches(request: M, candidate: M): boolean
  /** Returns the message as the API describes it, for the error. */
  toObject(message: M): object
}

/**
 * Returns the request that deletes the first wanted message; undefined if there is none. The kernel compares only what a
 * request contains, so a request for an object without an attribute also matches an earlier one that has it.
 * @throws {AmbiguousError} if the kernel would delete another object first
 */
export function requestForFirst<M>({ object, listed, isWanted, request, matches, toObject }: Choice<M>): M | undefined {
  const target = listed.find(isWanted)
  if (target === undefined) return undefined
  const message = request(target)
  const taken = listed.find((candidate) => matches(message, candidate))
  if (taken === undefined || taken === target) return message
  const reason = 'expected to delete one that a request can describe, but the kernel would delete an earlier one'
  throw new AmbiguousError(object, reason, [taken, target].map(toObject))
}
