import type { Codec } from '../codec/index.js'
import { type NetlinkMessage, NLMSG, netlinkError, type Protocol, readAck } from '../message/index.js'
import { decodeMessage } from './exchange.js'

/** One request of a batch, and what became of it. */
export interface BatchItem<T = unknown> {
  /** Its place in the batch, from 0. */
  readonly index: number
  /** e.g. `RTM_NEWROUTE` */
  readonly name: string
  /**
   * `waiting`: not sent. `sent`: sent, and nobody knows what became of it, as the batch was interrupted. `done`: the kernel
   * did it. `failed`: it did not, or its reply cannot be read: `error` says why.
   */
  readonly state: 'waiting' | 'sent' | 'done' | 'failed'
  /** A get's reply, or with `echo` what was made. */
  readonly replies: readonly T[]
  /** `NetlinkError`, or `DecodeError` */
  readonly error: unknown
}

/** What a batch keeps of a request until it is answered. */
export interface Entry extends BatchItem {
  state: 'waiting' | 'sent' | 'done' | 'failed'
  replies: readonly unknown[]
  error: unknown
  readonly seq: number
  /** Its answer ends with an ack; else only a refusal is told. */
  acked: boolean
  readonly echo: boolean
  /** Where its `nlmsghdr` begins and its message ends, in the bytes of its chunk. */
  readonly start: number
  readonly end: number
  readonly codec: Codec<unknown>
}

const none: readonly unknown[] = []

/** Written out: there are hundreds of thousands of them, and spreading takes several times as long. */
export const entry = (row: Omit<Entry, 'state' | 'replies' | 'error'>): Entry => {
  const { index, name, seq, acked, echo, start, end, codec } = row
  return { index, name, state: 'waiting', replies: none, error: undefined, seq, acked, echo, start, end, codec }
}

/** Gives a request one of the messages that answer it; `bytes` are its chunk's. True where this was its last one. */
export function answer(item: Entry, nlmsg: NetlinkMessage, bytes: Buffer, protocol: Protocol): boolean {
  try {
    if (nlmsg.type === NLMSG.ERROR || nlmsg.type === NLMSG.DONE) {
      const ack = readAck(nlmsg)
      const { name, codec, start, end } = item
      if (ack.errno !== 0) throw netlinkError(ack, { name, codec, bytes: bytes.subarray(start, end) })
      if (item.state === 'sent') item.state = 'done'
      return true
    }
    if (nlmsg.type !== NLMSG.NOOP) item.replies = [...item.replies, decodeMessage(protocol, nlmsg).message]
    return false
  } catch (error) {
    item.error ??= error
    item.state = 'failed'
    // Behind a reply that cannot be read its ack is yet to come.
    return nlmsg.type === NLMSG.ERROR
  }
}
