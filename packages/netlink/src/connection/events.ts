import type { DecodeError } from '../codec/index.js'
import type { Messages, ReplyOf } from '../message/index.js'

/** A notification from the kernel. `type` is the name of the message. */
export type MessageEvent<M extends Messages> = {
  [N in string & keyof M]: {
    readonly type: N
    readonly message: ReplyOf<M, N>
    /**
     * The message's `nlmsg_flags`, e.g. NLM_F_REPLACE if it replaced another object, NLM_F_APPEND if it was added after one.
     */
    readonly flags: number
    /** Id of the namespace in which it happened; undefined for the namespace of the monitor. */
    readonly nsid: number | undefined
    /** Port id of the process that sent it; undefined for the kernel. */
    readonly sender: number | undefined
  }
}[string & keyof M]

/**
 * Reports that the kernel dropped notifications because the receive buffer was full (`ENOBUFS`). It does not report which
 * ones. Earlier events may be older than the dropped ones; all later events are newer. A dump that starts now contains the
 * dropped changes.
 */
export interface OverrunEvent {
  readonly type: 'overrun'
}

/** Reports a message that cannot be decoded. */
export interface UnreadableEvent {
  readonly type: 'unreadable'
  readonly error: DecodeError
  /** The message including its header, or the whole datagram if it is not valid netlink. */
  readonly bytes: Buffer
  readonly nsid: number | undefined
}

/** An event of a monitor, discriminated by `type`. */
export type MonitorEvent<M extends Messages> = MessageEvent<M> | OverrunEvent | UnreadableEvent
