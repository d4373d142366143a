import type { DissectedCapture } from '../dissect/index.js'
import {
  type Assigned,
  type CaptureNames,
  Conversations,
  type ConversationsOptions,
  type InspectedMessage,
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
  readonly #waiting = new Map<number, Map<InspectedMessage, string>>()

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

  #print({ inspected, role, conversation }: Assigned, line: string): void {
    if (!this.options.refused) {
      this.out.lines(line)
      return
    }
    const { number, outcome, batch, refusals } = conversation
    if (role === 'request' && outcome !== 'refused') {
      const waiting = this.#waiting.get(number) ?? new Map<InspectedMessage, string>()
      this.#waiting.set(number, waiting.set(inspected, line))
    }
    if (outcome !== 'refused') return
    const refusal = batch && refusals.find(({ answer }) => answer === inspected)
    // Of a batch, the other requests were not refused.
    if (batch !== undefined && refusal === undefined) return
    const waiting = this.#waiting.get(number)
    for (const [request, text] of waiting ?? []) {
      if (refusal !== undefined && refusal.request !== request) continue
      this.out.lines(text)
      waiting?.delete(request)
    }
    this.out.lines(line)
  }
}
