import type { DoneValue, ErrorValue } from '../dissect/index.js'
import { NLM_F, NLMSG } from '../message/index.js'
import { type Conversation, type InspectedMessage, KEPT_EVENTS, type Outcome, type Refusal } from './conversation.js'
import { isAnswered, isDump, isProbe, type ReadingTypes } from './message-kind.js'
import { ObjectCount } from './object-count.js'

/** NLM_F_DUMP_INTR, linux/netlink.h */
const DUMP_INTERRUPTED = NLM_F.DUMP_INTR

/** True if the kernel answers the request with an ack or an error. */
const isAcked = (request: InspectedMessage | undefined) => ((request?.message.header?.flags ?? 0) & NLM_F.ACK) !== 0

/** A conversation that may get further messages. */
export class OpenConversation implements Conversation {
  outcome: Outcome = 'unanswered'
  readonly refusals: Refusal[] = []
  readonly isDump: boolean
  /** True if the kernel answers in any case. */
  readonly isAnswered: boolean
  isInterrupted = false
  answerCount = 0
  answer?: InspectedMessage
  readonly events: InspectedMessage[] = []
  eventCount = 0
  isSelected = false
  /** True if nothing else belongs to it. */
  isComplete = false
  /** A key that the requests of a socket have in common. Sockets whose port id is not known may share it. */
  readonly socket: string
  /** Port id of the socket, as soon as a message contains it. */
  port: number | undefined
  readonly #objects = new ObjectCount()
  readonly #selected = new ObjectCount()
  #received = 0n
  #last: bigint | undefined
  #unacked: number

  constructor(
    readonly number: number,
    readonly first: InspectedMessage,
    reading: ReadingTypes,
    readonly batch?: readonly InspectedMessage[],
  ) {
    const { message } = first
    this.isDump = isDump(message, reading)
    const acked = batch?.filter(isAcked)
    this.#unacked = acked?.length ?? 1
    this.isAnswered = acked ? acked.length > 0 : isAnswered(message, reading)
    this.port = message.header?.pid || undefined
    this.socket = `${message.protocol} ${this.port ?? 0} ${first.datagram.process?.pid ?? 0}`
  }

  get latency(): bigint | undefined {
    const { time, duration } = this.first.datagram
    if (duration !== undefined) return duration + (this.isDump ? this.#received : 0n)
    return this.#last === undefined || time === 0n ? undefined : this.#last - time
  }

  get objectCount(): number {
    return this.#objects.count
  }

  get selectedObjects(): number {
    return this.#selected.count
  }

  /** The requests of a batch, or the only request. */
  get requests(): readonly InspectedMessage[] {
    return this.batch ?? [this.first]
  }

  #heard({ datagram }: InspectedMessage, flags: number): void {
    this.#last = datagram.time
    // All messages of a datagram were received by one call.
    this.#received += datagram.duration ?? 0n
    if (flags & DUMP_INTERRUPTED) this.isInterrupted = true
  }

  /** Adds an answer with data. */
  addAnswer(answer: InspectedMessage): void {
    const { flags = 0 } = answer.message.header ?? {}
    if (answer.datagram.messages[0] === answer.message) this.#heard(answer, flags)
    else if (flags & DUMP_INTERRUPTED) this.isInterrupted = true
    this.answer ??= answer
    this.answerCount++
    this.#objects.add(answer.message)
    this.outcome = 'done'
    // A dump ends with NLMSG_DONE, and a request with NLM_F_ACK with an ack.
    const isLast = (flags & NLM_F.MULTI) === 0 && ((this.first.message.header?.flags ?? 0) & NLM_F.ACK) === 0
    if (isLast && !this.isDump && this.batch === undefined) this.isComplete = true
  }

  /** Marks the conversation as selected, by an answer with data if there is one. */
  select(answer?: InspectedMessage): void {
    this.isSelected = true
    if (answer) this.#selected.add(answer.message)
  }

  /** Adds an ack, an error or the end of a dump. `error` is the negated errno. */
  addResult(answer: InspectedMessage, error: number): void {
    const { header } = answer.message
    this.#heard(answer, header?.flags ?? 0)
    if (error < 0 && isProbe(this.first.message)) this.outcome = 'probe'
    else if (error < 0) {
      this.refusals.push(refusalOf(answer, error, this.requests))
      this.outcome = 'refused'
    } else if (this.outcome !== 'refused') this.outcome = 'done'
    if (this.batch === undefined) this.isComplete = true
    else if (isAcked(answeredOf(answer, this.requests)) || header?.type === NLMSG.DONE)
      this.isComplete = --this.#unacked === 0
  }

  addEvent(event: InspectedMessage): void {
    this.eventCount++
    if (this.events.length < KEPT_EVENTS) this.events.push(event)
  }

  /** Ends the conversation, because the capture ends or its answer does not come. */
  close(): void {
    if (this.outcome === 'unanswered' && !this.isAnswered) this.outcome = 'silent'
    this.isComplete = true
  }
}

/** Returns the request that a message answers. In a batch, each request has its own sequence number. */
export function answeredOf(
  { message: { header, value } }: InspectedMessage,
  requests: readonly InspectedMessage[],
): InspectedMessage | undefined {
  if (requests.length === 1) return requests[0]
  const { request } = value as Partial<ErrorValue>
  const type = request?.header?.type
  return requests.find(
    ({ message }) => message.header?.seq === header?.seq && (type === undefined || message.header?.type === type),
  )
}

/** Returns the refusal that a message contains. */
export function refusalOf(answer: InspectedMessage, error: number, requests: readonly InspectedMessage[]): Refusal {
  const value = answer.message.value as Partial<ErrorValue & DoneValue>
  const { code = String(error), attrs, attribute } = value
  const request = answeredOf(answer, requests)
  return {
    code,
    answer,
    ...(request && { request }),
    ...(attrs?.msg !== undefined && { text: attrs.msg }),
    ...(attrs?.missType !== undefined && { missing: attrs.missType }),
    ...(attribute !== undefined && { attribute }),
  }
}
