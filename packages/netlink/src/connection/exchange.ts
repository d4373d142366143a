import { compile, DecodeError } from '../codec/index.js'
import {
  type EncodedRequest,
  type NetlinkMessage,
  NLM_F,
  NLMSG,
  netlinkError,
  type Protocol,
  readAck,
} from '../message/index.js'
import type { ReplyHandler } from './in-flight.js'

/** A sent request, and which replies end it. */
export interface ExchangeOptions extends EncodedRequest {
  readonly protocol: Protocol
  readonly seq: number
  /** True for a dump: NLMSG_DONE ends it. */
  readonly dump: boolean
  /** True if an ack was requested (NLM_F_ACK): the ack ends it. Otherwise the first reply does. */
  readonly ack: boolean
  /** True if an echo was requested (NLM_F_ECHO). */
  readonly echo: boolean
}

/** One request and its replies. A refusal of the kernel, or a reply that cannot be decoded, ends it with an error. */
export class Exchange implements ReplyHandler {
  readonly seqs: readonly number[]
  /** True if the kernel reported that the dumped objects changed meanwhile (NLM_F_DUMP_INTR). */
  interrupted = false
  readonly #request: ExchangeOptions
  #replies: unknown[] = []

  constructor(request: ExchangeOptions) {
    this.#request = request
    this.seqs = [request.seq]
  }

  /** Returns the replies since the last call. */
  take(): unknown[] {
    const replies = this.#replies
    this.#replies = []
    return replies
  }

  echoes(): boolean {
    return this.#request.echo
  }

  accept(message: NetlinkMessage): boolean {
    const { protocol, dump, ack } = this.#request
    if ((message.flags & NLM_F.DUMP_INTR) !== 0) this.interrupted = true
    if (message.type === NLMSG.ERROR || message.type === NLMSG.DONE) {
      throwIfRefused(message, this.#request)
      return true
    }
    if (message.type === NLMSG.NOOP) return false
    this.#replies.push(decodeMessage(protocol, message).message)
    return !dump && !ack && (message.flags & NLM_F.MULTI) === 0
  }
}

/** Reads an ack. @throws {NetlinkError} if it reports an error */
export function throwIfRefused(message: NetlinkMessage, request: EncodedRequest): void {
  const ack = readAck(message)
  if (ack.errno !== 0) throw netlinkError(ack, request)
}

/** A decoded message of the kernel. */
export interface NamedValue {
  readonly name: string
  readonly message: unknown
}

/** Decodes a message. @throws {DecodeError} if its bytes are invalid, or if the protocol has no such message */
export function decodeMessage(protocol: Protocol, message: NetlinkMessage): NamedValue {
  const { type, bytes, start, end } = message
  const received = protocol.received(message)
  if (received === undefined)
    throw new DecodeError(`expected a message that ${protocol.name} declares, got type ${type}`)
  try {
    return { name: received.name, message: compile(received.declaration).decode(bytes, start, end) }
  } catch (error) {
    throw DecodeError.within(received.name, error)
  }
}
