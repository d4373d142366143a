import type { Codec } from '../codec/index.js'
import { type NetlinkMessage, NLMSG, type Protocol } from '../message/index.js'
import { decodeMessage, throwIfRefused } from './exchange.js'

/** A request of a batch, and its outcome. */
export interface BatchItem<T = unknown> {
  /** Its position in the batch, from 0. */
  readonly index: number
  /** The name of the message, e.g. `RTM_NEWROUTE`. */
  readonly name: string
  /**
   * `waiting`: it was not sent. `sent`: it was sent, and the outcome is unknown, because the batch was interrupted. `done`: it
   * succeeded. `failed`: it failed, or its reply cannot be decoded; see `error`.
   */
  readonly state: 'waiting' | 'sent' | 'done' | 'failed'
  /** The replies of a get, or with `echo` the object that was created, changed or deleted. */
  readonly replies: readonly T[]
  /** A `NetlinkError` or a `DecodeError`, if it failed. */
  readonly error: unknown
}

/** A request of a batch, until it is answered. */
export interface BatchEntry extends BatchItem {
  state: 'waiting' | 'sent' | 'done' | 'failed'
  replies: readonly unknown[]
  error: unknown
  readonly seq: number
  /** True if an ack ends its replies. Otherwise the kernel answers only if it fails. */
  acked: boolean
  readonly echo: boolean
  /** Offsets of its `nlmsghdr` and of its end, in the bytes of its chunk. */
  readonly start: number
  readonly end: number
  readonly codec: Codec<unknown>
}

/** The parts of an entry that are known when it is added. */
export type NewBatchEntry = Omit<BatchEntry, 'state' | 'replies' | 'error'>

const none: readonly unknown[] = []

/** Creates an entry. Each member is written out, as spreading takes several times as long. */
export const batchEntry = ({ index, name, seq, acked, echo, start, end, codec }: NewBatchEntry): BatchEntry => {
  return { index, name, state: 'waiting', replies: none, error: undefined, seq, acked, echo, start, end, codec }
}

/** Handles a message that answers a request. `bytes` are those of its chunk. Returns true if it was the last one. */
export function handleReply(entry: BatchEntry, message: NetlinkMessage, bytes: Buffer, protocol: Protocol): boolean {
  try {
    if (message.type === NLMSG.ERROR || message.type === NLMSG.DONE) {
      const { name, codec, start, end } = entry
      throwIfRefused(message, { name, codec, bytes: bytes.subarray(start, end) })
      if (entry.state === 'sent') entry.state = 'done'
      return true
    }
    if (message.type !== NLMSG.NOOP) entry.replies = [...entry.replies, decodeMessage(protocol, message).message]
    return false
  } catch (error) {
    entry.error ??= error
    entry.state = 'failed'
    // The ack of a request whose reply cannot be decoded is still to come.
    return message.type === NLMSG.ERROR
  }
}
