import type { Assigned, InspectedDatagram } from '../inspect/index.js'
import { againLines, Conversations, Redactor, timeShower } from '../inspect/index.js'
import { strayBytes, strayLine } from '../inspect/stray.js'
import type { Printer } from './command.js'
import { UsageError } from './declaration.js'
import { MessageDetail, type MessageDetailOptions } from './message-detail.js'

/** Options of {@link DetailPrinter}. */
export interface DetailPrinterOptions extends MessageDetailOptions {
  /** Number of a message: prints only its conversation. */
  readonly only?: number | undefined
  /** Selects messages. By default, all are printed. */
  readonly select?: ((assigned: Assigned) => boolean) | undefined
}

/** Number of messages that wait until the answer to an earlier request is read, which may refuse an attribute of it. */
const WAITING = 1024

/** Prints all parts of each message: the views `-d` and `-x` of `netloom decode`. */
export class DetailPrinter {
  readonly #conversations = new Conversations()
  readonly #redactor = new Redactor()
  readonly #detail: MessageDetail
  readonly #showTime = timeShower()
  #waiting: (Assigned | string)[] = []
  #head = 0
  #found: number | undefined
  /** The requests of the only conversation. They are printed again as code, after the answers. */
  readonly #requests: Assigned[] = []

  constructor(
    readonly out: Printer,
    readonly options: DetailPrinterOptions,
  ) {
    this.#detail = new MessageDetail(out, options)
  }

  add(datagram: InspectedDatagram): void {
    const { only } = this.options
    for (const assigned of this.#conversations.add(datagram)) {
      if (assigned.inspected.number === only) this.#found = assigned.conversation.number
      this.#waiting.push(assigned)
    }
    // The detailed view prints every message itself.
    for (const _ of this.#conversations.take());
    if (only === undefined && this.options.select === undefined && strayBytes(datagram))
      this.#waiting.push(strayLine(datagram, this.options.secrets ? undefined : this.#redactor))
    this.#print(false)
  }

  /** Prints what is left. @throws {UsageError} if there is no message of that number */
  end(): void {
    this.#conversations.end()
    this.#print(true)
    this.#printAgain()
    const { only } = this.options
    if (only !== undefined && this.#found === undefined)
      throw new UsageError(`-d ${only}: the capture has ${this.#conversations.messageCount} messages`)
  }

  #print(all: boolean): void {
    for (; this.#head < this.#waiting.length; this.#head++) {
      const next = this.#waiting[this.#head] as Assigned | string
      const isLate = this.#waiting.length - this.#head > WAITING
      if (!all && !isLate && typeof next !== 'string' && isPending(next)) break
      if (typeof next === 'string') this.out.line(next)
      else this.#printMessage(next)
    }
    if (this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
  }

  #printAgain(): void {
    const { secrets } = this.options
    for (const { inspected } of this.#requests)
      for (const line of againLines(inspected.message, this.#conversations.names, { secrets })) this.out.line(line)
  }

  #printMessage(assigned: Assigned): void {
    const { inspected, role, conversation } = assigned
    const { only, bytes } = this.options
    if (only !== undefined && conversation.number !== this.#found) return
    if (only !== undefined && role === 'request') this.#requests.push(assigned)
    if (only === undefined && this.options.select?.(assigned) === false) return
    const refusal =
      role === 'request'
        ? conversation.refusals.find(({ request }) => request === inspected)?.answer.message
        : undefined
    // An answer repeats its request, which is printed above it.
    const isResult =
      !bytes && role === 'answer' && inspected.message.header?.type === 2 && conversation.outcome !== 'orphan'
    this.#detail.print(assigned, this.#showTime(inspected.datagram.time), '', { refusal, isResult })
  }
}

/** True if the answer to a request may still be read. */
const isPending = ({ role, conversation: { outcome, batch, isComplete } }: Assigned) =>
  role === 'request' && !isComplete && (outcome === 'unanswered' || batch !== undefined)
