import type { DissectedMessage } from '../dissect/index.js'
import { NLM_F, NLMSG, NLMSG_MIN_TYPE } from '../message/index.js'
import { netfilter } from '../netfilter/index.js'
import type { Conversation, InspectedDatagram, InspectedMessage, Role } from './conversation.js'
import { EventMatcher } from './event-matcher.js'
import { i32Of, u16Of } from './header-fields.js'
import { canAnswer, isResult, ReadingTypes } from './message-kind.js'
import { CaptureNames } from './names.js'
import { OpenConversation, refusalOf } from './open-conversation.js'
import { RequestsIndex } from './requests-index.js'

/** A message of a datagram, with its role and its conversation. */
export interface Assigned {
  readonly inspected: InspectedMessage
  readonly role: Role
  readonly conversation: Conversation
}

/** Options of {@link Conversations}. */
export interface ConversationsOptions {
  /** Learns the names of links from the messages. */
  readonly names?: CaptureNames
  /** Selects messages. By default, all are selected. */
  readonly select?: (inspected: InspectedMessage, role: Role, conversation: Conversation) => boolean
  /** Maximum number of conversations that wait for an answer, or for an earlier conversation. Default: 4096. */
  readonly limit?: number
  /** Nanoseconds after which a conversation no longer waits for its answer, if others wait for it. Default: 10 s. */
  readonly patience?: bigint
}

const LIMIT = 4096
const PATIENCE = 10_000_000_000n

/** `nlmsg_type` of the messages that enclose a batch of nftables, linux/netfilter/nfnetlink.h */
const BATCH_BEGIN = netfilter.messages.NFNL_MSG_BATCH_BEGIN[0]
const BATCH_END = netfilter.messages.NFNL_MSG_BATCH_END[0]

/**
 * Pairs requests with their answers and with the events that they cause. `add` takes the datagrams in order. `take` yields
 * the conversations that are complete, in the order of their requests. It keeps at most `limit` conversations in memory, and
 * no answers of a dump except the first one.
 */
export class Conversations {
  readonly names: CaptureNames
  readonly #select: ConversationsOptions['select']
  readonly #limit: number
  readonly #patience: bigint
  readonly #reading = new ReadingTypes()
  readonly #requests = new RequestsIndex()
  readonly #events: EventMatcher
  /** Conversations that `take` did not yield yet, in order. Those before `#head` were yielded. */
  #queue: OpenConversation[] = []
  #head = 0
  /** Conversations that get an answer only if they are refused, by their socket. */
  readonly #silent = new Map<string, OpenConversation[]>()
  #conversationCount = 0
  #messageCount = 0
  #datagramCount = 0
  #copyCount = 0

  constructor({ names = new CaptureNames(), select, limit = LIMIT, patience = PATIENCE }: ConversationsOptions = {}) {
    this.names = names
    this.#select = select
    this.#limit = limit
    this.#patience = patience
    this.#events = new EventMatcher(names)
  }

  /** Number of messages so far. */
  get messageCount(): number {
    return this.#messageCount
  }

  /** Number of notifications so far that repeat another one, which a different socket received. */
  get copyCount(): number {
    return this.#copyCount
  }

  /** Number of datagrams so far. */
  get datagramCount(): number {
    return this.#datagramCount
  }

  /** Adds the messages of a datagram, and returns each with its role and its conversation. */
  add(datagram: InspectedDatagram): Assigned[] {
    this.#datagramCount++
    const inspected = datagram.messages.map((message) => {
      this.names.learn(message)
      return { message, number: ++this.#messageCount, datagram }
    })
    const assigned = datagram.toKernel ? this.#sent(inspected) : inspected.map((each) => this.#received(each))
    for (const each of assigned) this.#selected(each)
    this.#expire(datagram.time)
    return assigned
  }

  /** Yields the conversations that are complete, in order. */
  *take(): Generator<Conversation, void, undefined> {
    for (;;) {
      const next = this.#queue[this.#head]
      if (next === undefined || !next.isComplete) break
      this.#head++
      yield next
    }
    if (this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
  }

  /** Completes all conversations, because the capture ends. Then `take` yields the rest. */
  end(): void {
    for (const each of this.#queue.slice(this.#head)) if (!each.isComplete) this.#complete(each)
  }

  #open(first: InspectedMessage, batch?: readonly InspectedMessage[]): OpenConversation {
    const opened = new OpenConversation(++this.#conversationCount, first, this.#reading, batch)
    this.#queue.push(opened)
    return opened
  }

  #sent(inspected: readonly InspectedMessage[]): Assigned[] {
    const assigned: Assigned[] = []
    for (let at = 0; at < inspected.length; at++) {
      const first = inspected[at] as InspectedMessage
      const end = isBatchBegin(first.message) ? endOfBatch(inspected, at) : at
      const batch = inspected.slice(at + 1, end)
      const conversation = this.#open(first, end > at ? batch : undefined)
      for (const each of inspected.slice(at, end + 1)) assigned.push({ inspected: each, role: 'request', conversation })
      for (const each of new Set([first, ...batch])) this.#requests.add(each.message, conversation)
      if (!conversation.isAnswered) this.#push(conversation)
      this.#events.opened(conversation, this.#reading.has(first.message.type))
      at = end
    }
    return assigned
  }

  #push(conversation: OpenConversation): void {
    const { socket } = conversation
    const list = this.#silent.get(socket)
    if (list) list.push(conversation)
    else this.#silent.set(socket, [conversation])
  }

  #received(inspected: InspectedMessage): Assigned {
    const { message } = inspected
    const { header } = message
    // Uevents have no header.
    if (header === undefined) return this.#unpaired(inspected, 'event')
    if (isResult(message)) return this.#result(inspected, header.type)
    const conversation =
      // The kernel sends the hooks of netfilter as parts of a dump, but without the port.
      header.pid === 0 && (header.flags & NLM_F.MULTI) === 0
        ? undefined
        : this.#requests.find(
            inspected,
            ({ first, isComplete }) => !isComplete && canAnswer(first.message, header.type, this.#reading),
          )
    if (conversation && header.type >= NLMSG_MIN_TYPE) {
      conversation.port = header.pid || conversation.port
      conversation.addAnswer(inspected)
      if (conversation.isComplete) this.#complete(conversation)
      // Such a request has no further messages, or an end that is not announced.
      else if (!conversation.isDump && conversation.answerCount === 1 && conversation.batch === undefined)
        this.#push(conversation)
      this.#settle(conversation)
      return { inspected, role: 'answer', conversation }
    }
    return this.#event(inspected)
  }

  #event(inspected: InspectedMessage): Assigned {
    const copied = this.#events.repeated(inspected)
    if (copied) {
      this.#copyCount++
      return { inspected, role: 'event', conversation: copied }
    }
    const cause =
      this.#requests.find(inspected, (each) => inspected.message.header?.pid !== 0 && !each.isComplete) ??
      this.#events.cause(inspected)
    if (cause === undefined) return this.#unpaired(inspected, 'event')
    cause.addEvent(inspected)
    this.#events.remember(inspected, cause)
    return { inspected, role: 'event', conversation: cause }
  }

  #result(inspected: InspectedMessage, type: number): Assigned {
    const { bytes } = inspected.message
    const { order } = inspected.datagram
    const error = bytes.length >= 20 ? i32Of(bytes, 16, order) : 0
    const request = type === NLMSG.ERROR && bytes.length >= 36 ? u16Of(bytes, 24, order) : undefined
    const fits = (each: OpenConversation) =>
      !each.isComplete &&
      each.requests.concat(each.first).some(({ message }) => request === undefined || message.header?.type === request)
    const conversation = this.#requests.find(inspected, fits)
    if (conversation === undefined) return this.#unpaired(inspected, 'answer', error)
    conversation.port = inspected.message.header?.pid || conversation.port
    conversation.addResult(inspected, error)
    this.#settle(conversation)
    if (conversation.isComplete) this.#complete(conversation)
    return { inspected, role: 'answer', conversation }
  }

  /** Adds a message without a request: an event, or an answer whose request the capture does not contain. */
  #unpaired(inspected: InspectedMessage, role: 'answer' | 'event', error = 0): Assigned {
    const conversation = this.#open(inspected)
    conversation.outcome = role === 'event' ? 'event' : 'orphan'
    if (error < 0) {
      conversation.refusals.push(refusalOf(inspected, error, []))
      conversation.outcome = 'refused'
    }
    conversation.isComplete = true
    if (role === 'event') this.#events.remember(inspected, conversation)
    return { inspected, role, conversation }
  }

  /** Completes the earlier requests of a socket that need no answer: the kernel handles requests in order. */
  #settle(conversation: OpenConversation): void {
    const { socket } = conversation
    const waiting = this.#silent.get(socket)
    if (waiting === undefined) return
    const later: OpenConversation[] = []
    for (const each of waiting) {
      if (each.isComplete) continue
      if (each.number >= conversation.number || (each.port ?? conversation.port) !== conversation.port) later.push(each)
      else this.#complete(each)
    }
    if (later.length > 0) this.#silent.set(socket, later)
    else this.#silent.delete(socket)
  }

  #complete(conversation: OpenConversation): void {
    conversation.close()
    this.#requests.delete(conversation.first.message, conversation)
    for (const { message } of conversation.batch ?? []) this.#requests.delete(message, conversation)
    this.#events.closed(conversation)
  }

  #selected({ inspected, role, conversation }: Assigned): void {
    const open = conversation as OpenConversation
    if (this.#select !== undefined && !this.#select(inspected, role, conversation)) return
    open.select(role === 'answer' && !isResult(inspected.message) ? inspected : undefined)
  }

  /** Gives up the oldest conversations if too many wait for them, or for too long. */
  #expire(now: bigint): void {
    for (;;) {
      const oldest = this.#queue[this.#head]
      if (oldest === undefined || oldest.isComplete) return
      const waiting = this.#queue.length - this.#head
      if (waiting <= this.#limit && (waiting === 1 || now - oldest.first.datagram.time < this.#patience)) return
      this.#complete(oldest)
    }
  }
}

const isBatchBegin = ({ protocol, header }: DissectedMessage) =>
  protocol === 'NETLINK_NETFILTER' && header?.type === BATCH_BEGIN

/** Returns the index of the message that ends a batch, or of the last message. */
function endOfBatch(inspected: readonly InspectedMessage[], from: number): number {
  const end = inspected.findIndex(({ message }, at) => at > from && message.header?.type === BATCH_END)
  return end < 0 ? inspected.length - 1 : end
}
