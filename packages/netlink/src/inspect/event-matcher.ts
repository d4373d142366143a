import type { InspectedMessage } from './conversation.js'
import type { Names } from './names.js'
import type { OpenConversation } from './open-conversation.js'
import { summary } from './summary/index.js'
import type { Summary } from './summary/types.js'

/** Number of recent notifications to compare with, to find those that several sockets received. */
const RECENT = 8

/** Number of changes to compare an event with. */
const COMPARED = 16

/** Nanoseconds within which a repeated notification is a copy for another socket. */
const COPY_TIME = 1_000_000_000n

/** Finds the requests that caused events, and copies of the same event. */
export class EventMatcher {
  readonly #recent: { inspected: InspectedMessage; conversation: OpenConversation }[] = []
  /** Requests in flight that change an object. */
  readonly #changes: OpenConversation[] = []

  constructor(readonly names: Names) {}

  opened(conversation: OpenConversation, reads: boolean): void {
    if (reads) return
    this.#changes.push(conversation)
    if (this.#changes.length > COMPARED) this.#changes.shift()
  }

  closed(conversation: OpenConversation): void {
    const at = this.#changes.indexOf(conversation)
    if (at >= 0) this.#changes.splice(at, 1)
  }

  remember(inspected: InspectedMessage, conversation: OpenConversation): void {
    this.#recent.push({ inspected, conversation })
    if (this.#recent.length > RECENT) this.#recent.shift()
  }

  /** Returns the conversation of a notification with the same bytes, which another socket received a moment before. */
  repeated({ message, datagram }: InspectedMessage): OpenConversation | undefined {
    const found = this.#recent.find(
      ({ inspected }) =>
        inspected.message.bytes.length === message.bytes.length &&
        datagram !== inspected.datagram &&
        datagram.time - inspected.datagram.time < COPY_TIME &&
        inspected.message.bytes.equals(message.bytes),
    )
    return found?.conversation
  }

  /** Returns the request in flight that changes the object of an event. The last one wins, because it is the latest. */
  cause({ message }: InspectedMessage): OpenConversation | undefined {
    if (this.#changes.length === 0) return undefined
    let event: Summary | undefined
    for (const each of this.#changes.toReversed()) {
      for (const { message: request } of each.requests) {
        if (request.protocol !== message.protocol) break
        event ??= summary(message, this.names)
        if (event.name === '') return undefined
        const { kind, name } = summary(request, this.names)
        if (kind === event.kind && name === event.name) return each
      }
    }
    return undefined
  }
}
