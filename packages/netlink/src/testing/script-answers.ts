import { constants } from 'node:os'
import type { Request } from '../codec/index.js'
import { printable } from '../codec/index.js'
import {
  type ExtendedAck,
  type Messages,
  NLM_F,
  type Protocol,
  type ReplyOf,
  type RequestOf,
} from '../message/index.js'
import { SystemError } from '../socket/error.js'
import { type Asked, acknowledgement, dumpEnd, type Errno, fromKernel } from './answer.js'
import type { Letter } from './inbox.js'

/** What comes of a request: one datagram, or an error in its place. */
export interface Answer {
  letter(asked: Asked): Letter
  /** Milliseconds until it comes. */
  readonly delay: number
}

/** What a script has a request of: how it is known. */
export interface RequestStep {
  readonly kind: 'request'
  readonly protocol: Protocol
  readonly name: string
  /** The message, all of it, or what tells whether it will do. */
  readonly expected: unknown | ((message: unknown) => boolean)
  readonly flags: number | undefined
  readonly answers: readonly Answer[]
}

/** Something told to a group, as soon as somebody has joined it. */
export interface NotificationStep {
  readonly kind: 'notification'
  readonly protocol: Protocol
  readonly group: string
  readonly number: number
  readonly letter: Letter
  readonly delay: number
}

export type Step = RequestStep | NotificationStep

/** What the kernel sends, as a test writes it: header members that are left out are zero. */
type Told<M extends Messages, N extends keyof M> = Request<ReplyOf<M, N>>

/** How a request is to be. */
export interface RequestExpectation {
  /** Its NLM_F_*, all of them. Not compared, if left out. */
  readonly flags?: number
}

/** How a dump goes. */
export interface DumpOptions {
  /** It changed meanwhile (NLM_F_DUMP_INTR). */
  readonly interrupted?: boolean
  /** It ends so. */
  readonly error?: Errno
}

/** What scripts are written of, for one protocol. */
export interface Words<M extends Messages, G extends string, R extends Messages = M> {
  /**
   * A request that is to come next: `expected` is compared with it, sequence and port apart, or called with it. Without
   * answers there is silence.
   */
  request<N extends string & keyof M>(
    name: N,
    expected: RequestOf<M, N> | ((message: RequestOf<M, N>) => boolean),
    answers: readonly Answer[],
    options?: RequestExpectation,
  ): RequestStep
  /** A message in reply, in a datagram of its own. */
  reply<N extends string & keyof R>(name: N, message: Told<R, N>): Answer
  /** A dump: its messages in one datagram, its end in another. */
  dumped<N extends string & keyof R>(name: N, messages: readonly Told<R, N>[], options?: DumpOptions): Answer[]
  /** A message to all members of a group. */
  notification<N extends string & keyof R>(group: G, name: N, message: Told<R, N>, flags?: number): NotificationStep
}

const answer = (letter: (asked: Asked) => Letter, delay = 0): Answer => ({ letter, delay })
const own = (bytes: Buffer, group = 0): Letter => ({ bytes, group, nsid: undefined })

/**
 * The words for a protocol: `const { request, reply } = words(rtnetlink)`. A family of generic netlink whose replies have
 * names of their own brings them: `words(ethtool.protocol(20), ethtool.replies)`.
 */
export function words<M extends Messages, G extends string, R extends Messages = M>(
  protocol: Protocol<M, G>,
  replies?: R,
): Words<M, G, R> {
  const any = protocol as Protocol
  const message = (name: string, value: unknown, { seq, port }: Pick<Asked, 'seq' | 'port'>, flags: number) =>
    fromKernel(any, name, value, { flags, seq, pid: port }, replies)
  return {
    request: (name, expected, answers, { flags } = {}) => ({
      ...{ kind: 'request', protocol: any, name, expected, flags },
      answers,
    }),
    reply: (name, value) => answer((asked) => own(message(name, value, asked, 0))),
    dumped(name, values, { interrupted = false, error } = {}) {
      const intr = interrupted ? NLM_F.DUMP_INTR : 0
      const all = (asked: Asked) => values.map((value) => message(name, value, asked, NLM_F.MULTI | intr))
      const end = answer((asked) => own(dumpEnd(asked, error ? constants.errno[error] : 0, {}, intr)))
      return values.length === 0 ? [end] : [answer((asked) => own(Buffer.concat(all(asked)))), end]
    },
    notification(group, name, value, flags = 0) {
      const number = protocol.groups?.[group]
      if (!number) throw new TypeError(`expected a group of ${protocol.name}, got '${printable(group)}'`)
      const letter = own(message(name, value, { seq: 0, port: 0 }, flags), number)
      return { kind: 'notification', protocol: any, group, number, letter, delay: 0 }
    },
  }
}

/** All went well. */
export const ack = (): Answer => answer((asked) => own(acknowledgement(asked, 0)))

/** The request is refused; `extended` is what the extended ack says, e.g. `{ msg: 'Device is up' }`. */
export const refusal = (code: Errno, extended: ExtendedAck = {}): Answer =>
  answer((asked) => own(acknowledgement(asked, constants.errno[code], extended)))

/** Receiving fails: `ENOBUFS` where messages were lost, `EMSGSIZE` where one was larger than the buffer. */
export const failure = (code: Errno): Answer => answer(() => new SystemError('recvfrom', constants.errno[code]))

/** Bytes as they are, damaged maybe. */
export const damaged = (bytes: Uint8Array): Answer => answer(() => own(Buffer.from(bytes)))

/** Several answers in one datagram. */
export const together = (...answers: readonly Answer[]): Answer =>
  answer((asked) => {
    const letters = answers.map(({ letter }) => letter(asked))
    const error = letters.find((letter) => letter instanceof Error)
    return error ?? own(Buffer.concat(letters.map((letter) => (letter as { bytes: Buffer }).bytes)))
  })

/** The same, so many milliseconds later. */
export const after = <T extends Answer | NotificationStep>(delay: number, what: T): T => ({ ...what, delay })

/** A group's members lose messages (`ENOBUFS`). */
export function overrun<G extends string>(protocol: Protocol<Messages, G>, group: G): NotificationStep {
  const number = protocol.groups?.[group]
  if (!number) throw new TypeError(`expected a group of ${protocol.name}, got '${printable(group)}'`)
  const letter = new SystemError('recvfrom', constants.errno.ENOBUFS)
  return { kind: 'notification', protocol: protocol as Protocol, group, number, letter, delay: 0 }
}
