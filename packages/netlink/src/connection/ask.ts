import { output, written } from '../codec/output.js'
import { NLM_F, type Protocol } from '../message/index.js'
import { SystemError } from '../socket/error.js'
import type { Channel } from './channel.js'
import { type Exchange, exchange } from './exchange.js'
import { nlmFlags, type RequestOptions } from './flags.js'
import { type Sequence, writeRequest } from './request.js'
import { expectWell, type Step, type Steps } from './steps.js'

/** Of whom something is asked. */
export interface Asking {
  readonly protocol: Protocol
  readonly sequence: Sequence
  /** The connection, whose sockets are not closed as long as something refers to this. */
  readonly owner: object
}

/** What is asked, as it was given. */
export interface Question {
  readonly name: string
  readonly value: unknown
  readonly flags: number
  readonly dump: boolean
}

/** A request that was sent, and what comes of it. */
export interface Asked extends Step {
  readonly exchange: Exchange
}

/** Sends a request. @throws {EncodeError} where it cannot be expressed, @throws {SystemError} where it cannot be sent */
export function ask({ protocol, sequence }: Asking, channel: Channel, { name, value, flags, dump }: Question): Asked {
  const seq = sequence.next(1)
  const out = output()
  const codec = writeRequest(out, protocol, name, value, { flags, seq, pid: channel.transport.port })
  const bytes = written(out)
  const ack = (flags & NLM_F.ACK) !== 0
  const echo = (flags & NLM_F.ECHO) !== 0
  const running = exchange({ name, bytes, codec, protocol, seq, dump, ack, echo })
  return { exchange: running, channel, pending: channel.send(bytes, running) }
}

/** Whether a reply was larger than the buffer, which has grown since. */
export const isTruncated = (error: unknown) =>
  error instanceof SystemError && error.code === 'EMSGSIZE' && error.syscall === 'recvfrom'

/** One request and its replies. What only reads is asked again where the buffer was too small. */
export function* request(
  asking: Asking,
  channel: Channel,
  name: string,
  value: unknown,
  options: RequestOptions,
): Steps<unknown[]> {
  const message = asking.protocol.byName(name)
  const { isGet, isAcked } = message
  const flags = (isAcked ? NLM_F.ACK : 0) | nlmFlags(message, options)
  for (;;) {
    const asked = ask(asking, channel, { name, value, flags, dump: false })
    yield asked
    if (isGet && isTruncated(asked.pending.error)) continue
    expectWell(asked.pending)
    return asked.exchange.take()
  }
}
