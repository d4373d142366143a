import type { Codec } from '../codec/index.js'
import { type NetlinkMessage, NLMSG, type Protocol } from '../message/index.js'
import { decodeMessage, throwIfRefused } from './exchange.js'

/** A request of a batch, and its outcome. */
export interface BatchItem<T = unknown> {
  /** Position in the batch, from 0. */
  readonly index: number
  /** Name of the message, e.g. `RTM_NEWROUTE`. */
  readonly name: string
  /**
   * `waiting`: not sent. `sent`: sent, and the outcome is unknown because the batch was interrupted. `done`: succeeded.
   * `failed`: refused, or its reply cannot be decoded; see `error`.
   */
  readonly state: 'waiting' | 'sent' | 'done' | 'failed'
  /** The replies of a get. With `echo`, the object that was created, changed or deleted. */
  readonly replies: readonly T[]
  /** The `NetlinkError` or `DecodeError` of a failed request; otherwise undefined. */
  readonly error: unknown
}

/** A request of a batch, with the state that is needed until it is answered. */
export interface BatchEntry extends BatchItem {
  state: 'waiting' | 'sent' | 'done' | 'failed'
  replies: readonly unknown[]
  error: unknown
  readonly seq: number
  /** True if the request has NLM_F_ACK, so that an ack ends its replies. Otherwise the kernel answers only if it fails. */
  acked: boolean
  /** False if the kernel never acknowledges the request. It answers only if it refuses the whole batch. */
  readonly ackable: boolean
  readonly echo: boolean
  /** Offsets of the request's first byte and of its end in the bytes of its chunk. */
  readonly start: number
  readonly end: number
  readonly codec: Codec<unknown>
}

/** The properties of an entry that are known when it is added. */
export type NewBatchEntry = Omit<BatchEntry, 'state' | 'replies' | 'error'>

const none: readonly unknown[] = []

/** Creates an entry. It lists every property, because spreading is several times slower. */
export const batchEntry = ({
  index,
  name,
  seq,
  acked,
  ackable,
  echo,
  start,
  end,
  codec,
}: NewBatchEntry): BatchEntry => {
  return {
    index,
    name,
    state: 'waiting',
    replies: none,
    error: undefined,
    seq,
    acked,
    ackable,
    echo,
    start,
    end,
    codec,
  }
}

/** Handles an answer to the request. `bytes` are the chunk's. Returns true if it was the last answer. */
export function handleReply(entry: BatchEntry, message: NetlinkMessage, bytes: Buffer, protocol: Protocol): boolean {
  try {
    if (message.type === NLMSG.ERROR || message.type === NLMSG.DONE) {
      const { name, codec, start, end } = entry
      throwIfRefused(message, { name, codec, bytes: bytes.subarray(start, end), protocol })
      if (entry.state === 'sent') entry.state = 'done'
      return true
    }
    if (message.type !== NLMSG.NOOP) entry.replies = [...entry.replies, decodeMessage(protocol, message).message]
    return false
  } catch (error) {
    entry.error ??= error
    entry.state = 'failed'
    // After a reply that cannot be decoded, the ack is still to come.
    return message.type === NLMSG.ERROR
  }
}
