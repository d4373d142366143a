import type { DissectedCapture } from '@netloom/netlink/dissect'
import {
  type Assigned,
  type Conversation,
  ConversationLines,
  Conversations,
  type InspectedMessage,
  NameHistory,
  strayBytes,
} from '@netloom/netlink/inspect'
import { Numbers } from './growing.js'
import { packedRow } from './rows.js'

const ROLES = ['request', 'answer', 'event'] as const

/** Bytes after the last message of a datagram. */
export interface Stray {
  readonly datagram: DissectedCapture
  readonly number: number
  /** Number of the last message before them. */
  readonly after: number
}

/** The messages of a capture with their conversations. Messages and conversations are numbered from 1. */
export class CaptureIndex {
  readonly names = new NameHistory()
  readonly #conversations = new Conversations({ names: this.names })
  readonly #lines = new ConversationLines({ names: this.names })
  readonly datagrams: DissectedCapture[] = []
  readonly strays: Stray[] = []
  /** Number of bytes of all messages. */
  size = 0
  readonly #messages: InspectedMessage[] = []
  readonly #roles = new Numbers()
  readonly #datagramOf = new Numbers()
  readonly #conversationOf = new Numbers()
  /** Number of the next message of the same conversation, or 0. */
  readonly #next = new Numbers()
  readonly #last = new Numbers()
  readonly #counts = new Numbers()
  readonly #opened: Conversation[] = []
  /** Rows of complete conversations, in order. */
  readonly #rows: string[] = []

  get messageCount(): number {
    return this.#messages.length
  }

  /** Number of complete conversations. */
  get conversationCount(): number {
    return this.#rows.length
  }

  /** Adds a datagram. Returns the conversations that it completes. */
  add(datagram: DissectedCapture): Conversation[] {
    this.names.at = Number.POSITIVE_INFINITY
    this.datagrams.push(datagram)
    for (const assigned of this.#conversations.add(datagram)) this.#assign(assigned)
    if (strayBytes(datagram))
      this.strays.push({ datagram, number: this.datagrams.length, after: this.#messages.length })
    return this.#take()
  }

  /** Completes all conversations, and returns them. */
  end(): Conversation[] {
    this.names.at = Number.POSITIVE_INFINITY
    this.#conversations.end()
    return this.#take()
  }

  #take(): Conversation[] {
    const complete = [...this.#conversations.take()]
    for (const each of complete) this.#rows.push(packedRow(each, this.#lines.cells(each)))
    return complete
  }

  #assign({ inspected, role, conversation }: Assigned): void {
    const { number } = inspected
    this.size += inspected.message.bytes.length
    this.#messages.push(inspected)
    this.#roles.push(ROLES.indexOf(role))
    this.#datagramOf.push(this.datagrams.length)
    this.#conversationOf.push(conversation.number)
    this.#next.push(0)
    const index = conversation.number - 1
    if (index === this.#opened.length) {
      this.#opened.push(conversation)
      this.#last.push(number)
      this.#counts.push(1)
    } else {
      this.#next.set(this.#last.at(index) - 1, number)
      this.#last.set(index, number)
      this.#counts.set(index, this.#counts.at(index) + 1)
    }
  }

  conversation(number: number): Conversation | undefined {
    return this.#opened[number - 1]
  }

  /** Number of messages of a conversation. */
  sizeOf(conversation: number): number {
    return this.#counts.at(conversation - 1)
  }

  /** The row of a complete conversation, packed. */
  row(conversation: number): string {
    return this.#rows[conversation - 1] as string
  }

  /** Returns a message with its role and its conversation. */
  assigned(number: number): Assigned | undefined {
    const inspected = this.#messages[number - 1]
    const conversation = this.conversation(this.#conversationOf.at(number - 1))
    if (inspected === undefined || conversation === undefined) return undefined
    return { inspected, role: ROLES[this.#roles.at(number - 1)] ?? 'event', conversation }
  }

  /** Number of the datagram that contains a message. */
  datagramOf(message: number): number {
    return this.#datagramOf.at(message - 1)
  }

  /** Yields the messages of a conversation. */
  *messagesOf(conversation: Conversation): Generator<Assigned, void, undefined> {
    for (let number = conversation.first.number; number > 0; number = this.#next.at(number - 1)) {
      const assigned = this.assigned(number)
      if (assigned) yield assigned
    }
  }
}
