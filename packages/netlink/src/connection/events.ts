import type { DecodeError } from '../codec/index.js'
import type { Messages, ReplyOf } from '../message/index.js'

/** What the kernel told unasked: a message, under its name. */
export type MessageEvent<M extends Messages> = {
  [N in string & keyof M]: {
    readonly type: N
    readonly message: ReplyOf<M, N>
    /** `nlmsg_flags`: NLM_F_REPLACE where it took the place of another, NLM_F_APPEND where it came behind one, … */
    readonly flags: number
    /** The id of the namespace it happened in, of those beside the monitor's own; undefined for its own. */
    readonly nsid: number | undefined
    /** The port id of the process that sent it; undefined for the kernel. */
    readonly sender: number | undefined
  }
}[string & keyof M]

/**
 * More happened than could be read in time: the kernel dropped messages, and does not say which (`ENOBUFS`). Events before this one
 * may be older than what was dropped; all that follow are newer. So a dump that begins now has what was dropped.
 */
export interface OverrunEvent {
  readonly type: 'overrun'
}

/** Something that cannot be read: what it was is in `bytes`. */
export interface UnreadableEvent {
  readonly type: 'unreadable'
  readonly error: DecodeError
  readonly bytes: Buffer
  readonly nsid: number | undefined
}

/** What a monitor tells, by `type`. */
export type MonitorEvent<M extends Messages> = MessageEvent<M> | OverrunEvent | UnreadableEvent
