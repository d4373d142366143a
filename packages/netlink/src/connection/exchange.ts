import { align, type Codec, compile, type Declaration, DecodeError } from '../codec/index.js'
import {
  type EncodedRequest,
  type NetlinkMessage,
  NLM_F,
  NLMSG,
  NLMSG_MIN_TYPE,
  type NumberedProtocol,
  netlinkError,
  nlmsghdr,
  type Protocol,
  readAck,
} from '../message/index.js'
import type { ReplyHandler } from './in-flight.js'

/** A sent request, and what ends its replies. */
export interface ExchangeOptions extends EncodedRequest {
  readonly protocol: Protocol
  readonly seq: number
  /** True for a dump, which NLMSG_DONE ends. */
  readonly dump: boolean
  /** True if the request has NLM_F_ACK, so that an ack ends its replies. Otherwise the first reply ends it. */
  readonly ack: boolean
  /** True if the request has NLM_F_ECHO. */
  readonly echo: boolean
  /** Declaration of the replies, instead of the protocol's. */
  readonly reply?: Declaration<unknown> | undefined
}

/**
 * Returns an empty array for objects. V8 takes `[]` for an array of small integers. It would discard the optimized code of each run
 * at its first object.
 */
function emptyList(): unknown[] {
  const list: unknown[] = [undefined]
  list.pop()
  return list
}

/** One request and its replies. Ends with an error if the kernel refuses the request or if a reply cannot be decoded. */
export class Exchange implements ReplyHandler {
  readonly seqs: readonly number[]
  /** True if the kernel reported that the dumped objects changed during the dump (NLM_F_DUMP_INTR). */
  interrupted = false
  readonly #request: ExchangeOptions
  #replies = emptyList()

  constructor(request: ExchangeOptions) {
    this.#request = request
    this.seqs = [request.seq]
  }

  /** Returns the replies that were received since the last call. The caller knows their type from the request's name. */
  take<T>(): T[] {
    const replies = this.#replies
    this.#replies = emptyList()
    return replies as T[]
  }

  echoes(): boolean {
    return this.#request.echo
  }

  /**
   * Decodes the replies to a dump at the start of a datagram in one loop, without an object and a look-up for each message. Leaves
   * everything else to {@link accept}: other messages, and a reply that cannot be decoded.
   * @returns the offset of the first message that is left
   */
  acceptRun(bytes: Buffer, port: number): number {
    const { protocol, dump, seq, reply } = this.#request
    if (!dump || !('byType' in protocol)) return 0
    const header = compile(nlmsghdr)
    let at = 0
    let known = -1
    let codec: Codec<unknown> | undefined
    try {
      while (at + nlmsghdr.size <= bytes.length) {
        const { len, type, flags, seq: answered, pid } = header.read(bytes, at)
        if (answered !== seq || pid !== port || len < nlmsghdr.size || at + len > bytes.length) break
        if (type !== known) {
          codec = codecOf(protocol as NumberedProtocol, type, reply)
          known = type
        }
        if (codec === undefined) break
        this.#replies.push(codec.decode(bytes, at + nlmsghdr.size, at + len))
        if ((flags & NLM_F.DUMP_INTR) !== 0) this.interrupted = true
        at += align(len)
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
    }
    return at
  }

  accept(message: NetlinkMessage): boolean {
    const { protocol, dump, ack, reply } = this.#request
    if ((message.flags & NLM_F.DUMP_INTR) !== 0) this.interrupted = true
    if (message.type === NLMSG.ERROR || message.type === NLMSG.DONE) {
      throwIfRefused(message, this.#request)
      return true
    }
    if (message.type === NLMSG.NOOP) return false
    this.#replies.push(decodeMessage(protocol, message, reply).message)
    return !dump && !ack && (message.flags & NLM_F.MULTI) === 0
  }
}

/** Returns the codec of the replies with this type; undefined for NLMSG_* and for types without a declaration. */
function codecOf(
  protocol: NumberedProtocol,
  type: number,
  reply: Declaration<unknown> | undefined,
): Codec<unknown> | undefined {
  const message = type < NLMSG_MIN_TYPE ? undefined : protocol.byType(type)
  return message && compile(reply ?? message.reply)
}

/** Reads an ack. @throws {NetlinkError} if it reports an error */
export function throwIfRefused(message: NetlinkMessage, request: EncodedRequest): void {
  const ack = readAck(message)
  if (ack.errno !== 0) throw netlinkError(ack, request)
}

/** A decoded message from the kernel, and its name. */
export interface NamedValue {
  readonly name: string
  readonly message: unknown
}

/**
 * Decodes a message, by `declaration` if it is given.
 * @throws {DecodeError} if its bytes are invalid, or if the protocol declares no such message
 */
export function decodeMessage(
  protocol: Protocol,
  message: NetlinkMessage,
  declaration?: Declaration<unknown>,
): NamedValue {
  const { type, bytes, start, end } = message
  const received = protocol.received(message)
  if (received === undefined)
    throw new DecodeError(`expected a message that ${protocol.name} declares, got type ${type}`)
  try {
    return { name: received.name, message: compile(declaration ?? received.declaration).decode(bytes, start, end) }
  } catch (error) {
    throw DecodeError.within(received.name, error)
  }
}
