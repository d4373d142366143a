import { type AnyConstants, type Codec, DecodeError, printable, wordsFor } from '../codec/index.js'
import { toJson } from '../codec/json.js'
import { errnoDescription, errnoName } from '../errno.js'
import type { Ack, Policy } from './ack.js'
import { nlmsghdr } from './header.js'
import type { Protocol } from './protocol.js'

/** Properties of a {@link NetlinkError}. */
export interface Refusal {
  /** The request's name, e.g. `RTM_NEWLINK`. */
  readonly request: string
  /** The object of the request as `ip` writes it: `10.9.0.0/16 via 10.0.0.254`. Only `Netlink` sets it. */
  readonly object?: string | undefined
  readonly errno: number
  /** Name of the error. By default, that of the errno. */
  readonly code?: string
  /** The library's explanation, used if the kernel sends no text. */
  readonly explanation?: string | undefined
  readonly kernelMessage?: string | undefined
  readonly attribute?: string | undefined
  readonly missing?: string | undefined
  readonly policy?: Policy | undefined
  readonly cookie?: Buffer | undefined
}

/**
 * Returns the error message: `RTM_NEWROUTE 10.9.0.0/16 via 203.0.113.77: Nexthop has invalid gateway (ENETUNREACH, network is
 * unreachable)`
 */
function sentence(refusal: Refusal): string {
  const { request, object, errno, code = errnoName(errno), kernelMessage, explanation, attribute, missing } = refusal
  const subject = object ? `${request} ${object}` : request
  const place = [subject, attribute, missing && `${missing} missing`].filter((part) => part !== undefined).join(': ')
  const words = code === errnoName(errno) ? errnoDescription(errno) : `error ${errno}`
  const reason = kernelMessage ?? explanation
  return printable(`${place}: ${reason ? `${reason} (${code}, ${words})` : `${words} (${code})`}`)
}

/**
 * Thrown if the kernel refuses a request. Programs should branch on `code`, because the kernel's messages differ between
 * versions.
 */
export class NetlinkError extends Error implements Refusal {
  override readonly name = 'NetlinkError'
  /** Name of the errno: `EEXIST`, `ENODEV`, … Errors of IP sets have their own names: `IPSET_ERR_BUSY`. */
  readonly code: string
  /** Positive errno, or a number above 4095 that the protocol declares. */
  readonly errno: number
  readonly request: string
  readonly object: string | undefined
  /** The text that the kernel sent, if any (NLMSGERR_ATTR_MSG). */
  readonly kernelMessage: string | undefined
  /** The library's explanation, if the kernel sent no text: an object that does not exist, or an option that was refused. */
  readonly explanation: string | undefined
  /** Path of the refused attribute, e.g. `linkinfo.data.vlanProtocol` (NLMSGERR_ATTR_OFFS), or name of the refused option. */
  readonly attribute: string | undefined
  /** Path of the required attribute that is missing (NLMSGERR_ATTR_MISS_TYPE). */
  readonly missing: string | undefined
  /** The values that the attribute accepts, if the kernel sent its policy (NLMSGERR_ATTR_POLICY). */
  readonly policy: Policy | undefined
  readonly cookie: Buffer | undefined

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(sentence(refusal), options)
    this.code = refusal.code ?? errnoName(refusal.errno)
    this.errno = refusal.errno
    this.request = refusal.request
    this.object = refusal.object
    this.kernelMessage = refusal.kernelMessage
    this.explanation = refusal.explanation
    this.attribute = refusal.attribute
    this.missing = refusal.missing
    this.policy = refusal.policy
    this.cookie = refusal.cookie
  }

  /** Returns the members for JSON: 64-bit numbers as numbers if that is exact, or else as decimal text, bytes as hexadecimal text. */
  toJSON(): unknown {
    return toJson(this)
  }
}

/** Returns the name of a positive error number: of `errors`, which a protocol declares, or of the errno. */
export const errorName = (errno: number, errors?: AnyConstants): string =>
  (errors && wordsFor({ type: 'enum', families: [errors] }, errno)) ?? errnoName(errno)

/** The request that was refused: its name, its bytes as sent, the codec that encoded it, and its protocol. */
export interface EncodedRequest {
  readonly name: string
  readonly bytes: Buffer
  readonly codec: Codec<unknown>
  readonly protocol?: Pick<Protocol, 'errors'>
}

/** Creates the error of a refused request. Translates the offsets in the extended ack into attribute paths. */
export function netlinkError({ errno, extended }: Ack, { name, bytes, codec, protocol }: EncodedRequest): NetlinkError {
  const locate = (offset: number | undefined) => {
    try {
      return offset === undefined ? undefined : codec.locate?.(bytes, nlmsghdr.size, bytes.length, offset)
    } catch (error) {
      // The request may contain raw attributes that cannot be decoded. The kernel's refusal is more important.
      if (error instanceof DecodeError) return undefined
      throw error
    }
  }
  const attribute = locate(extended.offs)?.path.join('.')
  const nest = locate(extended.missNest) ?? { path: [], codec }
  const { missType } = extended
  const missing =
    missType === undefined ? undefined : [...nest.path, nest.codec.keyOf?.(missType) ?? `?${missType}`].join('.')
  return new NetlinkError({
    request: name,
    errno,
    code: errorName(errno, protocol?.errors),
    kernelMessage: extended.msg,
    attribute: attribute || undefined,
    missing,
    policy: extended.policy,
    cookie: extended.cookie,
  })
}

/** Thrown if some answers to a batch were not received, so that the outcome of some requests is unknown. */
export class BatchInterruptedError<Item extends { readonly state: string } = { readonly state: string }> extends Error {
  override readonly name = 'BatchInterruptedError'
  readonly code = 'ERR_NETLINK_BATCH_INTERRUPTED'

  constructor(
    /**
     * All requests of the batch. The outcome of those with the state `sent` is unknown. Those with the state `waiting` were
     * not sent.
     */
    readonly items: readonly Item[],
    /** Cause of the interruption: a `SystemError` (`ENOBUFS`, `ETIMEDOUT`), or the abort reason of the signal. */
    override readonly cause: unknown,
  ) {
    const count = (state: string) => items.filter((item) => item.state === state).length
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(
      `expected an answer to each of ${items.length} requests, got none to ${count('sent')}, and ${count('waiting')} were not sent: ${reason}`,
      { cause },
    )
  }

  /** Returns the members for JSON: 64-bit numbers as numbers if that is exact, or else as decimal text, bytes as hexadecimal text. */
  toJSON(): unknown {
    return toJson(this)
  }
}

/** Thrown if changes interrupted every attempt at a dump. Its objects are not a consistent snapshot. */
export class DumpInterruptedError extends Error {
  override readonly name = 'DumpInterruptedError'
  readonly code = 'ERR_NETLINK_DUMP_INTERRUPTED'

  constructor(
    readonly request: string,
    readonly attempts: number,
    /** The objects of the last attempt. Some may be missing, others may occur twice. */
    readonly received: readonly unknown[],
  ) {
    super(`${request}: expected a consistent dump, got ${attempts} that were interrupted by changes (NLM_F_DUMP_INTR)`)
  }

  /** Returns the members for JSON: 64-bit numbers as numbers if that is exact, or else as decimal text, bytes as hexadecimal text. */
  toJSON(): unknown {
    return toJson(this)
  }
}
