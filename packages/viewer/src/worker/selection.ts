import { type Conversation, Filter, FilterError } from '@netloom/netlink/inspect'
import type { CaptureIndex } from './capture-index.js'
import { Numbers } from './growing.js'

/** The conversations that a filter selects, as far as they are checked. Without a filter, it selects all. */
export class Selection {
  readonly #index: CaptureIndex
  readonly text: string
  readonly #filter: Filter | undefined
  readonly #listed = new Numbers()
  #checked = 0

  /** @throws {FilterError} */
  constructor(index: CaptureIndex, text: string) {
    this.#index = index
    this.text = text
    this.#filter = text.trim() === '' ? undefined : new Filter(text, index.names)
  }

  /** Keys of the filter that no message has had. */
  get unseenKeys(): readonly string[] {
    return this.#filter?.unseenKeys ?? []
  }

  get isDone(): boolean {
    return this.#filter === undefined || this.#checked === this.#index.conversationCount
  }

  get count(): number {
    return this.#filter === undefined ? this.#index.conversationCount : this.#listed.length
  }

  /** Returns the number of the conversation at a position, or 0. */
  at(position: number): number {
    if (this.#filter !== undefined) return this.#listed.at(position)
    return position < this.count ? position + 1 : 0
  }

  /** Returns the position of a conversation, or of the next one that is selected. */
  positionOf(conversation: number): number {
    const position = this.#filter === undefined ? conversation - 1 : this.#listed.lowerBound(conversation)
    return position < this.count ? position : this.count - 1
  }

  /** Checks conversations until a time (of `performance.now()`). */
  advance(deadline: number): void {
    while (!this.isDone) {
      const number = ++this.#checked
      const conversation = this.#index.conversation(number)
      if (conversation && this.#selects(conversation)) this.#listed.push(number)
      if (performance.now() > deadline) return
    }
  }

  #selects(conversation: Conversation): boolean {
    const { names } = this.#index
    for (const { inspected, role } of this.#index.messagesOf(conversation)) {
      names.at = inspected.number
      if (this.#filter?.selects(inspected, role, conversation)) return true
    }
    return false
  }
}

/** Returns what is wrong with a filter, or undefined. */
export function filterProblem(error: unknown): string {
  if (error instanceof FilterError) return error.message
  throw error
}
