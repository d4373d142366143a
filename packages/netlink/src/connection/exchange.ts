import { compile, DecodeError } from '../codec/index.js'
import { type Frame, NLM_F, NLMSG, netlinkError, type Protocol, readAck, type Sent } from '../core/index.js'

/** A request on its way: how its replies are known, and when they are complete. */
export interface Expected extends Sent {
  readonly protocol: Protocol
  readonly seq: number
  readonly port: number
  /** A dump, which NLMSG_DONE ends; else a plain request. */
  readonly dump: boolean
  /** An ack was asked for, and ends the exchange; else the first reply does. */
  readonly ack: boolean
}

/** One request and its replies: the protocol without any I/O. */
export interface Exchange {
  /** The replies so far. */
  readonly replies: readonly unknown[]
  /** The kernel said that what it dumped changed meanwhile. */
  readonly interrupted: boolean
  /** What a dump will end with. */
  readonly failure: unknown
  /**
   * Something went wrong on the way. A dump remembers it and goes on to its end, as the kernel refuses the next one
   * (`EBUSY`) while one is running; anything else throws it.
   */
  fail(error: unknown): void
  /** Takes one message from the socket; true once the exchange is complete. @throws {NetlinkError} where it is a refusal */
  accept(frame: Frame): boolean
}

/** Starts an exchange. Messages that answer other requests, and notifications, pass it by. */
export function exchange(expected: Expected): Exchange {
  const replies: unknown[] = []
  let interrupted = false
  let failure: unknown
  const acknowledged = (frame: Frame) => {
    if (failure !== undefined) throw failure
    const ack = readAck(frame)
    if (ack.errno !== 0) throw netlinkError(ack, expected)
    return true
  }
  const collect = (frame: Frame) => {
    try {
      replies.push(decodeReply(expected.protocol, frame))
    } catch (error) {
      fail(error)
    }
  }
  const fail = (error: unknown) => {
    if (!expected.dump) throw error
    failure ??= error
  }
  return {
    replies,
    get interrupted() {
      return interrupted
    },
    get failure() {
      return failure
    },
    fail,
    accept(frame) {
      if (frame.seq !== expected.seq || frame.pid !== expected.port) return false
      if ((frame.flags & NLM_F.DUMP_INTR) !== 0) interrupted = true
      if (frame.type === NLMSG.ERROR || frame.type === NLMSG.DONE) return acknowledged(frame)
      if (frame.type === NLMSG.NOOP) return false
      collect(frame)
      return !expected.dump && !expected.ack && (frame.flags & NLM_F.MULTI) === 0
    },
  }
}

function decodeReply(protocol: Protocol, frame: Frame): unknown {
  const { type, bytes, start, end } = frame
  const message = protocol.received(frame)
  if (message === undefined)
    throw new DecodeError(`expected a message that ${protocol.name} declares, got type ${type}`)
  try {
    return compile(message.declaration).decode(bytes, start, end)
  } catch (error) {
    throw DecodeError.within(message.name, error)
  }
}
