import { isPlainObject } from '../codec/error.js'
import { type Codec, compile, type Declaration, EncodeError, type Output } from '../codec/index.js'
import { output, written } from '../codec/output.js'
import { NLM_F, type Protocol, writeMessage } from '../message/index.js'
import { SystemError } from '../socket/error.js'
import { Exchange } from './exchange.js'
import { nlmFlags, type RequestOptions } from './flags.js'
import type { SocketDriver } from './socket-driver.js'
import { type Task, throwIfFailed, type Wait } from './task.js'

/** Generates the sequence numbers of a connection: 1 to 4294967295. Notifications have 0. */
export class SequenceNumbers {
  #last = 0

  next(): number {
    this.#last = this.#last === 0xffffffff ? 1 : this.#last + 1
    return this.#last
  }
}

/** Properties of a connection that its requests need. */
export interface RequestContext {
  readonly protocol: Protocol
  readonly sequence: SequenceNumbers
  /** The connection itself. The reference keeps it from being garbage-collected, which would close its sockets. */
  readonly owner: object
}

/** A request to send. */
export interface RequestSpec {
  readonly name: string
  readonly value: unknown
  /** NLM_F_* other than NLM_F_REQUEST */
  readonly flags: number
  readonly dump: boolean
  /** Declaration of the replies, instead of the protocol's. */
  readonly reply: Declaration<unknown> | undefined
}

/** A sent request and its replies. */
export interface SentRequest extends Wait {
  readonly exchange: Exchange
}

/** Sends a request. @throws {EncodeError} if it cannot be encoded @throws {SystemError} if it cannot be sent */
export function sendRequest(
  { protocol, sequence }: RequestContext,
  driver: SocketDriver,
  { name, value, flags, dump, reply }: RequestSpec,
): SentRequest {
  const seq = sequence.next()
  const out = output()
  const codec = writeRequest(out, protocol, name, value, { flags, seq, pid: driver.transport.port })
  const bytes = written(out)
  const ack = (flags & NLM_F.ACK) !== 0
  const echo = (flags & NLM_F.ECHO) !== 0
  const exchange = new Exchange({ name, bytes, codec, protocol, seq, dump, ack, echo, reply })
  return { exchange, driver, pending: driver.send(bytes, exchange) }
}

/**
 * Appends a request to `out`, with NLM_F_REQUEST added to its flags. If it throws, the caller must restore the length of
 * `out`.
 * @returns the codec of the request
 * @throws {EncodeError} if it cannot be encoded
 */
export function writeRequest(
  out: Output,
  protocol: Protocol,
  name: string,
  request: unknown,
  { flags, seq, pid }: { readonly flags: number; readonly seq: number; readonly pid: number },
): Codec<unknown> {
  const { type, declaration, header } = protocol.byName(name)
  const value = header && isPlainObject(request) ? { ...header, ...request } : request
  const codec = compile(declaration)
  try {
    declaration.check?.(value)
    writeMessage(out, { type, flags: NLM_F.REQUEST | flags, seq, pid }, () => codec.encode(out, value))
  } catch (error) {
    throw EncodeError.within(name, error)
  }
  return codec
}

/** True if a reply was larger than the receive buffer. The buffer has grown, so the request can be repeated. */
export const isTruncated = (error: unknown): boolean =>
  error instanceof SystemError && error.code === 'EMSGSIZE' && error.syscall === 'recvfrom'

/** Sends a request and returns its replies. If a reply is truncated, repeats a get, unless the get resets what it reads. */
export function* request<T>(
  context: RequestContext,
  driver: SocketDriver,
  name: string,
  value: unknown,
  options: RequestOptions,
  reply?: Declaration<unknown>,
): Task<T[]> {
  const message = context.protocol.byName(name)
  const flags = (message.isAcked ? NLM_F.ACK : 0) | nlmFlags(message, options)
  for (;;) {
    const sent = sendRequest(context, driver, { name, value, flags, dump: false, reply })
    yield sent
    if (message.isGet && !message.resets && isTruncated(sent.pending.error)) continue
    throwIfFailed(sent.pending)
    return sent.exchange.take()
  }
}
