import type { DecodeError } from '../codec/index.js'
import type { Messages, ReplyOf } from '../message/index.js'

/** A notification of the kernel. `type` is the name of the message. */
export type MessageEvent<M extends Messages> = {
  [N in string & keyof M]: {
    readonly type: N
    readonly message: ReplyOf<M, N>
    /** `nlmsg_flags`, e.g. NLM_F_REPLACE if it replaced another object, NLM_F_APPEND if it was added behind one. */
    readonly flags: number
    /** The id of the namespace it happened in, if that is not the monitor's own. */
    readonly nsid: number | undefined
    /** The port id of the process that sent it; undefined for the kernel. */
    readonly sender: number | undefined
  }
}[string & keyof M]

/**
 * The monitor was too slow: the kernel dropped messages, and does not report which (`ENOBUFS`). Events before this one may be
 * older than the dropped ones; all later events are newer. A dump that begins now contains the dropped changes.
 */
export interface OverrunEvent {
  readonly type: 'overrun'
}

/** A message that cannot be decoded. */
export interface UnreadableEvent {
  readonly type: 'unreadable'
  readonly error: DecodeError
  /** The message with its header, or the whole datagram if it is not valid netlink. */
  readonly bytes: Buffer
  readonly nsid: number | undefined
}

/** An event of a monitor. `type` distinguishes the kinds. */
export type MonitorEvent<M extends Messages> = MessageEvent<M> | OverrunEvent | UnreadableEvent
