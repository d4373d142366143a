import { compile, DecodeError } from '../codec/index.js'
import { type NetlinkMessage, NLM_F, NLMSG, netlinkError, type Protocol, readAck, type Sent } from '../message/index.js'
import type { Awaited } from './engine.js'

/** A request on its way: how its replies are known, and when they are complete. */
export interface Expected extends Sent {
  readonly protocol: Protocol
  readonly seq: number
  /** A dump, which NLMSG_DONE ends; else a plain request. */
  readonly dump: boolean
  /** An ack was asked for, and ends the exchange; else the first reply does. */
  readonly ack: boolean
  /** What is made is to be told (NLM_F_ECHO). */
  readonly echo: boolean
}

/** One request and its replies. It ends with the kernel's refusal, or where a reply cannot be read. */
export interface Exchange extends Awaited {
  /** The replies so far that nobody has taken. */
  readonly replies: readonly unknown[]
  /** The kernel said that what it dumped changed meanwhile. */
  readonly interrupted: boolean
  /** The replies so far; they are the caller's from now on. */
  take(): unknown[]
}

/** Starts an exchange. */
export function exchange(expected: Expected): Exchange {
  const { seq, protocol, dump, ack, echo } = expected
  // Plain members: accessors would cost more than all the rest.
  const running = {
    seqs: [seq],
    replies: [] as unknown[],
    interrupted: false,
    echoes: () => echo,
    take() {
      const taken = running.replies
      running.replies = []
      return taken
    },
    accept(nlmsg: NetlinkMessage) {
      if ((nlmsg.flags & NLM_F.DUMP_INTR) !== 0) running.interrupted = true
      if (nlmsg.type === NLMSG.ERROR || nlmsg.type === NLMSG.DONE) return acknowledged(nlmsg, expected)
      if (nlmsg.type === NLMSG.NOOP) return false
      running.replies.push(decodeMessage(protocol, nlmsg).message)
      return !dump && !ack && (nlmsg.flags & NLM_F.MULTI) === 0
    },
  }
  return running
}

function acknowledged(nlmsg: NetlinkMessage, sent: Sent): true {
  const ack = readAck(nlmsg)
  if (ack.errno !== 0) throw netlinkError(ack, sent)
  return true
}

/** A message that came from the kernel, under its name. */
export interface NamedValue {
  readonly name: string
  readonly message: unknown
}

/** @throws {DecodeError} for bytes that do not fit, and for a message that the protocol does not have */
export function decodeMessage(protocol: Protocol, nlmsg: NetlinkMessage): NamedValue {
  const { type, bytes, start, end } = nlmsg
  const received = protocol.received(nlmsg)
  if (received === undefined)
    throw new DecodeError(`expected a message that ${protocol.name} declares, got type ${type}`)
  try {
    return { name: received.name, message: compile(received.declaration).decode(bytes, start, end) }
  } catch (error) {
    throw DecodeError.within(received.name, error)
  }
}
