import type { InspectedDatagram } from './conversation.js'
import type { Assigned } from './conversations.js'
import { JsonMessages, type JsonOptions } from './json.js'
import { jsonText } from './json-text.js'
import { answeredOf } from './open-conversation.js'
import { Redactor, SECRET } from './redact.js'
import { isoTimes } from './time-text.js'

const microseconds = (nanoseconds: bigint) => Number(nanoseconds) / 1000

/** Writes messages as lines of JSON, as `netloom decode --json` prints them. */
export class JsonLines {
  readonly #messages: JsonMessages
  readonly #redactor = new Redactor()
  readonly #isoTime = isoTimes()

  constructor(readonly options: JsonOptions = {}) {
    this.#messages = new JsonMessages(options)
  }

  /** Returns the line of a message. `datagramNumber` counts the datagrams from 1. */
  message({ inspected, role, conversation }: Assigned, datagramNumber: number): string {
    const { message, number, datagram } = inspected
    const { time, process, duration } = datagram
    const isAnswered = role === 'answer' && conversation.first !== inspected
    const request = (conversation.batch && answeredOf(inspected, conversation.batch)) ?? conversation.first
    let text = `{"datagram":${datagramNumber},"time":"${this.#isoTime(time)}","message":${number}`
    text += `,"exchange":${conversation.number},"role":"${role}"`
    if (isAnswered)
      text += `,"request":${request.number},"latencyUs":${microseconds(time - conversation.first.datagram.time)}`
    if (duration !== undefined) text += `,"durationUs":${microseconds(duration)}`
    if (process) text += `,"process":${jsonText({ pid: process.pid, name: process.name })}`
    return `${text},${this.#messages.text(message)}}\n`
  }

  /** Returns the line of the bytes after the last message of a datagram: see `strayBytes`. */
  stray({ time, protocol, toKernel, rest }: InspectedDatagram, datagramNumber: number): string {
    const isHidden = !this.options.secrets && this.#redactor.mayHoldKeys({ protocol, family: undefined })
    const value = isHidden ? SECRET : rest.toString('hex')
    const stray = { type: null, family: null, toKernel, value, unknown: 0, error: 'no message' }
    return `${JSON.stringify({ datagram: datagramNumber, time: this.#isoTime(time), protocol, ...stray })}\n`
  }
}
