import type { CapturedProcess } from '../capture/index.js'
import type { DissectedDatagram, DissectedMessage } from '../dissect/index.js'

/** A dissected datagram with the time and the origin that the capture contains. */
export interface InspectedDatagram extends DissectedDatagram {
  /** Nanoseconds since 1970; 0n if the capture has no time. */
  readonly time: bigint
  readonly process?: CapturedProcess
  /** Duration of the system call, in nanoseconds. Of a send, this is the kernel's work. */
  readonly duration?: bigint
}

/** A message at its position in a capture. */
export interface InspectedMessage {
  readonly message: DissectedMessage
  /** Number of the message in the capture, from 1. */
  readonly number: number
  /** The datagram that contains the message, with its time and process. */
  readonly datagram: InspectedDatagram
}

/**
 * Role of a message: a request; an answer, with data or only a result; an event, which the kernel sends to the members of a
 * group.
 */
export type Role = 'request' | 'answer' | 'event'

/**
 * Outcome of a conversation:
 *
 * | Outcome      |                                                                             |
 * | ------------ | --------------------------------------------------------------------------- |
 * | `done`       | the kernel has answered, with data or an ack                                |
 * | `refused`    | the kernel has answered with an error                                       |
 * | `probe`      | the kernel has refused an empty request, with which iproute2 probes it      |
 * | `silent`     | the request requires no answer, and the kernel sent no error                |
 * | `unanswered` | the capture does not contain the answer                                     |
 * | `event`      | there is no request: a notification                                         |
 * | `orphan`     | there is no request: an answer whose request the capture does not contain   |
 */
export type Outcome = 'done' | 'refused' | 'probe' | 'silent' | 'unanswered' | 'event' | 'orphan'

/** A refusal: an NLMSG_ERROR, or an NLMSG_DONE with an error. */
export interface Refusal {
  /** Name of the error: `EBUSY`. */
  readonly code: string
  /** The kernel's words (NLMSGERR_ATTR_MSG). */
  readonly text?: string
  /** Path of the attribute that the kernel refused, e.g. `linkinfo.data.id` (NLMSGERR_ATTR_OFFS). */
  readonly attribute?: string
  /** Number of an attribute that the request lacks (NLMSGERR_ATTR_MISS_TYPE). */
  readonly missing?: number
  /** The refused request. Of a batch, it is one of several. Absent if the capture does not contain it. */
  readonly request?: InspectedMessage
  /** The message that contains the error. */
  readonly answer: InspectedMessage
}

/** A request with its answers and the events that it caused, or an event or an answer without a request. */
export interface Conversation {
  /** Number in the order of the first messages, from 1. */
  readonly number: number
  /** The request, or the only message if there is no request. Of a batch, the message that begins it. */
  readonly first: InspectedMessage
  /** The requests between the beginning and the end of a batch. */
  readonly batch?: readonly InspectedMessage[] | undefined
  readonly outcome: Outcome
  /** True if no further message belongs to it. */
  readonly isComplete: boolean
  /** Refusals. Only a batch may have several. */
  readonly refusals: readonly Refusal[]
  /** True if the request is a dump. */
  readonly isDump: boolean
  /** True if the objects changed while they were dumped (NLM_F_DUMP_INTR). */
  readonly isInterrupted: boolean
  /** Number of answers with data. */
  readonly answerCount: number
  /** Number of objects in the answers: some are sent in several parts, and some messages contain several. */
  readonly objectCount: number
  /** The first answer with data. */
  readonly answer?: InspectedMessage
  /** The first {@link KEPT_EVENTS} events that the request caused. */
  readonly events: readonly InspectedMessage[]
  /** Number of all events that the request caused. */
  readonly eventCount: number
  /** Nanoseconds that the system calls took if the capture contains that, or else from the request to its last answer. */
  readonly latency?: bigint | undefined
  /** True if the filter selects one of its messages. */
  readonly isSelected: boolean
  /** Number of objects in the answers that the filter selects. */
  readonly selectedObjects: number
}

/** Maximum number of events that a conversation keeps. It counts the others. */
export const KEPT_EVENTS = 8
