import type { DissectedCapture } from '../dissect/index.js'
import {
  type Assigned,
  type CaptureNames,
  Conversations,
  type ConversationsOptions,
  type InspectedMessage,
  JsonMessages,
  Redactor,
  SECRET,
} from '../inspect/index.js'
import { jsonText } from '../inspect/json-text.js'
import { answeredOf } from '../inspect/open-conversation.js'
import type { Printer } from './command.js'
import { strayBytes } from './stray.js'
import { isoTimes } from './time.js'

/** Options of {@link JsonView}. */
export interface JsonViewOptions {
  readonly words: boolean
  readonly secrets: boolean
  readonly refused: boolean
}

const microseconds = (nanoseconds: bigint) => Number(nanoseconds) / 1000

/** Prints each message as a line of JSON. With `refused`, a request is printed with its refusal. */
export class JsonView {
  readonly #conversations: Conversations
  readonly #messages: JsonMessages
  readonly #redactor = new Redactor()
  readonly #isoTime = isoTimes()
  /** The requests that were not answered yet, with `refused`. */
  readonly #waiting = new Map<number, Map<InspectedMessage, string>>()

  constructor(
    readonly out: Printer,
    readonly options: JsonViewOptions,
    names: CaptureNames,
    readonly select: ConversationsOptions['select'],
  ) {
    this.#conversations = new Conversations({ names })
    this.#messages = new JsonMessages(options)
  }

  add(datagram: DissectedCapture): void {
    const time = this.#isoTime(datagram.time)
    for (const assigned of this.#conversations.add(datagram)) {
      const { inspected, role, conversation } = assigned
      if (this.select && !this.select(inspected, role, conversation)) continue
      this.#print(assigned, this.#line(assigned, time))
    }
    for (const { number } of this.#conversations.take()) this.#waiting.delete(number)
    if (!strayBytes(datagram) || this.options.refused || this.select) return
    const { protocol, toKernel, rest } = datagram
    const isHidden = !this.options.secrets && this.#redactor.mayHoldKeys({ protocol, family: undefined })
    const value = isHidden ? SECRET : rest.toString('hex')
    const stray = { type: null, family: null, toKernel, value, unknown: 0, error: 'no message' }
    this.out.line(JSON.stringify({ datagram: this.#conversations.datagramCount, time, protocol, ...stray }))
  }

  end(): void {}

  #line({ inspected, role, conversation }: Assigned, time: string): string {
    const { message, number, datagram } = inspected
    const { process, duration } = datagram
    const isAnswered = role === 'answer' && conversation.first !== inspected
    const request = (conversation.batch && answeredOf(inspected, conversation.batch)) ?? conversation.first
    let text = `{"datagram":${this.#conversations.datagramCount},"time":"${time}","message":${number}`
    text += `,"exchange":${conversation.number},"role":"${role}"`
    if (isAnswered)
      text += `,"request":${request.number},"latencyUs":${microseconds(datagram.time - conversation.first.datagram.time)}`
    if (duration !== undefined) text += `,"durationUs":${microseconds(duration)}`
    if (process) text += `,"process":${jsonText({ pid: process.pid, name: process.name })}`
    return `${text},${this.#messages.text(message)}}\n`
  }

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
