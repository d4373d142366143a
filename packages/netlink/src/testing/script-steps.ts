import { constants } from 'node:os'
import type { Request } from '../codec/index.js'
import { ArgumentError, printable } from '../codec/index.js'
import {
  type ExtendedAck,
  type Messages,
  NLM_F,
  type Protocol,
  type ReplyOf,
  type RequestOf,
} from '../message/index.js'
import { SystemError } from '../socket/error.js'
import { acknowledgement, dumpEnd, type Errno, fromKernel, type ReceivedRequest } from './kernel-message.js'
import type { Received } from './receive-queue.js'

/** An answer to a request: a datagram, or an error when receiving. */
export interface Answer {
  received(request: ReceivedRequest): Received
  /** Milliseconds until it can be received. */
  readonly delay: number
}

/** A step that expects a request, and answers it. */
export interface RequestStep {
  readonly kind: 'request'
  readonly protocol: Protocol
  readonly name: string
  /** The expected message, or a function that checks it. */
  readonly expected: unknown | ((message: unknown) => boolean)
  readonly flags: number | undefined
  readonly answers: readonly Answer[]
}

/** A step that sends a notification to a group, as soon as a socket has joined the group. */
export interface NotificationStep {
  readonly kind: 'notification'
  readonly protocol: Protocol
  readonly group: string
  readonly number: number
  readonly received: Received
  readonly delay: number
}

/** A step of a script. */
export type ScriptStep = RequestStep | NotificationStep

/** A message from the kernel as tests write it. Missing members of the header are zero. */
type KernelMessage<M extends Messages, N extends keyof M> = Request<ReplyOf<M, N>>

/** Further expectations about a request. */
export interface RequestExpectation {
  /** All NLM_F_* of the request. By default they are not compared. */
  readonly flags?: number
}

/** Options of the end of a dump. */
export interface DumpOptions {
  /** True if a change interrupts it (NLM_F_DUMP_INTR). */
  readonly interrupted?: boolean
  /** The error with which the dump ends. */
  readonly error?: Errno
}

/** Functions that create steps and answers for one protocol. */
export interface ScriptSteps<M extends Messages, G extends string, R extends Messages = M> {
  /**
   * Expects a request. `expected` is a message to compare with, or a function that checks the message. Without `answers`, the
   * script does not answer.
   */
  request<N extends string & keyof M>(
    name: N,
    expected: RequestOf<M, N> | ((message: RequestOf<M, N>) => boolean),
    answers: readonly Answer[],
    options?: RequestExpectation,
  ): RequestStep
  /** Replies with one message in one datagram. */
  reply<N extends string & keyof R>(name: N, message: KernelMessage<R, N>): Answer
  /** Replies with a dump: all messages in one datagram, then NLMSG_DONE in another. */
  dumped<N extends string & keyof R>(name: N, messages: readonly KernelMessage<R, N>[], options?: DumpOptions): Answer[]
  /** Sends a message to all sockets that have joined a group. */
  notification<N extends string & keyof R>(
    group: G,
    name: N,
    message: KernelMessage<R, N>,
    flags?: number,
  ): NotificationStep
}

const answer = (received: Answer['received'], delay = 0): Answer => ({ received, delay })
const datagram = (bytes: Buffer, group = 0): Received => ({ bytes, group, nsid: undefined })

/**
 * Returns functions that create steps and answers for a protocol: `const { request, reply } = scriptSteps(rtnetlink)`. Some
 * generic netlink families have separate names for replies; pass them as second argument: `scriptSteps(ethtool.protocol(20),
 * ethtool.replies)`.
 */
export function scriptSteps<M extends Messages, G extends string, R extends Messages = M>(
  protocol: Protocol<M, G>,
  replies?: R,
): ScriptSteps<M, G, R> {
  const message = (name: string, value: unknown, { seq, port }: Pick<ReceivedRequest, 'seq' | 'port'>, flags: number) =>
    fromKernel(protocol, name, value, { flags, seq, pid: port }, replies)
  return {
    request: (name, expected, answers, { flags } = {}) => ({
      ...{ kind: 'request', protocol, name, expected, flags },
      answers,
    }),
    reply: (name, value) => answer((to) => datagram(message(name, value, to, 0))),
    dumped(name, values, { interrupted = false, error } = {}) {
      const intr = interrupted ? NLM_F.DUMP_INTR : 0
      const all = (to: ReceivedRequest) => values.map((value) => message(name, value, to, NLM_F.MULTI | intr))
      const end = answer((to) => datagram(dumpEnd(to, error ? constants.errno[error] : 0, intr)))
      return values.length === 0 ? [end] : [answer((to) => datagram(Buffer.concat(all(to)))), end]
    },
    notification(group, name, value, flags = 0) {
      const number = protocol.groups?.[group]
      if (!number) throw new ArgumentError(`expected a group of ${protocol.name}, got '${printable(group)}'`)
      const received = datagram(message(name, value, { seq: 0, port: 0 }, flags), number)
      return { kind: 'notification', protocol, group, number, received, delay: 0 }
    },
  }
}

/** Acknowledges the request. */
export const ack = (): Answer => answer((to) => datagram(acknowledgement(to, 0)))

/** Refuses the request. `extended` are the attributes of the extended ack, e.g. `{ msg: 'Device is up' }`. */
export const refusal = (code: Errno, extended: ExtendedAck = {}): Answer =>
  answer((to) => datagram(acknowledgement(to, constants.errno[code], extended)))

/** Makes the receive fail: `ENOBUFS` means that messages were lost, `EMSGSIZE` that one was larger than the buffer. */
export const failure = (code: Errno): Answer => answer(() => new SystemError('recvfrom', constants.errno[code]))

/** Sends raw bytes, e.g. an invalid message. */
export const damaged = (bytes: Uint8Array): Answer => answer(() => datagram(Buffer.from(bytes)))

/** Sends several answers in one datagram. */
export const together = (...answers: readonly Answer[]): Answer =>
  answer((to) => {
    const all = answers.map(({ received }) => received(to))
    const error = all.find((each) => each instanceof Error)
    return error ?? datagram(Buffer.concat(all.map((each) => (each as { bytes: Buffer }).bytes)))
  })

/** Delays an answer or a notification by this number of milliseconds. */
export const after = <T extends Answer | NotificationStep>(delay: number, step: T): T => ({ ...step, delay })

/** Makes all sockets that have joined a group lose messages (`ENOBUFS`). */
export function overrun<G extends string>(protocol: Protocol<Messages, G>, group: G): NotificationStep {
  const number = protocol.groups?.[group]
  if (!number) throw new ArgumentError(`expected a group of ${protocol.name}, got '${printable(group)}'`)
  const received = new SystemError('recvfrom', constants.errno.ENOBUFS)
  return { kind: 'notification', protocol, group, number, received, delay: 0 }
}
