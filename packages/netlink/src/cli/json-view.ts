import type { DissectedCapture } from '../dissect/index.js'
import {
  type Assigned,
  type CaptureNames,
  Conversations,
  type ConversationsOptions,
  JsonLines,
} from '../inspect/index.js'
import { strayBytes } from '../inspect/stray.js'
import type { Printer } from './command.js'

/** Options of {@link JsonView}. */
export interface JsonViewOptions {
  readonly words: boolean
  readonly secrets: boolean
  readonly refused: boolean
}

/** Prints each message as a line of JSON. With `refused`, a request is printed with its refusal. */
export class JsonView {
  readonly #conversations: Conversations
  readonly #lines: JsonLines
  /** The requests that were not answered yet, with `refused`. */
  readonly #waiting = new Map<number, string[]>()

  constructor(
    readonly out: Printer,
    readonly options: JsonViewOptions,
    names: CaptureNames,
    readonly select: ConversationsOptions['select'],
  ) {
    this.#conversations = new Conversations({ names })
    this.#lines = new JsonLines(options)
  }

  add(datagram: DissectedCapture): void {
    for (const assigned of this.#conversations.add(datagram)) {
      const { inspected, role, conversation } = assigned
      if (this.select && !this.select(inspected, role, conversation)) continue
      this.#print(assigned, this.#lines.message(assigned, this.#conversations.datagramCount))
    }
    for (const { number } of this.#conversations.take()) this.#waiting.delete(number)
    if (!strayBytes(datagram) || this.options.refused || this.select) return
    this.out.lines(this.#lines.stray(datagram, this.#conversations.datagramCount))
  }

  end(): void {}

  #print({ role, conversation }: Assigned, line: string): void {
    if (!this.options.refused) {
      this.out.lines(line)
      return
    }
    const { number, outcome } = conversation
    if (outcome !== 'refused' && role === 'request')
      this.#waiting.set(number, [...(this.#waiting.get(number) ?? []), line])
    if (outcome !== 'refused') return
    for (const waiting of this.#waiting.get(number) ?? []) this.out.lines(waiting)
    this.#waiting.delete(number)
    this.out.lines(line)
  }
}
