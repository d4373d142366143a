import { NLMSG } from '../message/index.js'
import type { Conversation } from './conversation.js'
import type { Conversations } from './conversations.js'
import { durationText } from './times.js'

/** Counts what was shown, for the last line. */
export class Totals {
  #conversations = 0
  #requests = 0
  #events = 0
  #refused = 0
  #unanswered = 0
  #overruns = 0
  #selected = 0
  #firstRefused: number | undefined
  #work = 0n
  /** Nanoseconds by kind of request, e.g. `delete link`. */
  readonly #workOf = new Map<string, bigint>()

  /** @param text the kind of the request, e.g. `delete link` */
  add(conversation: Conversation, text: string): void {
    const { outcome, first, latency, eventCount, refusals } = conversation
    this.#events += eventCount
    if (conversation.isSelected) this.#selected++
    if (first.message.header?.type === NLMSG.OVERRUN) {
      this.#overruns++
      return
    }
    if (outcome === 'event') {
      this.#events++
      return
    }
    this.#conversations++
    this.#requests += conversation.batch?.length ?? 1
    if (outcome === 'unanswered') this.#unanswered++
    if (outcome === 'refused') {
      this.#refused += Math.max(1, refusals.length)
      this.#firstRefused ??= (refusals[0]?.request ?? first).number
    }
    if (first.datagram.duration === undefined || latency === undefined) return
    this.#work += latency
    this.#workOf.set(text, (this.#workOf.get(text) ?? 0n) + latency)
  }

  get refused(): number {
    return this.#refused
  }

  /** Returns the counts as a line: `386 messages; 120 conversations, 24 events, 3 refused`. */
  text({ messageCount, copyCount }: Conversations, isFiltered: boolean): string {
    const counts = [
      `${this.#conversations} conversation${this.#conversations === 1 ? '' : 's'}`,
      `${this.#events} event${this.#events === 1 ? '' : 's'}${copyCount > 0 ? ` (and ${copyCount} copies for other sockets)` : ''}`,
      `${this.#refused} refused`,
      ...(this.#unanswered > 0 ? [`${this.#unanswered} without an answer`] : []),
      ...(this.#overruns > 0 ? [`${this.#overruns} overrun${this.#overruns === 1 ? '' : 's'}`] : []),
      ...(isFiltered ? [`${this.#selected} selected`] : []),
    ]
    const work = this.#workOf.size > 0 ? `; ${durationText(this.#work)} in the kernel${this.#slowest()}` : ''
    return `${messageCount} message${messageCount === 1 ? '' : 's'}; ${counts.join(', ')}${work}.`
  }

  /** Returns the kind of request that took most of the time, if it is at least half. */
  #slowest(): string {
    const [text, work] = [...this.#workOf].reduce((most, each) => (each[1] > most[1] ? each : most))
    const share = this.#work === 0n ? 0 : Math.floor((Number(work) / Number(this.#work)) * 100)
    return this.#workOf.size > 1 && share >= 50 ? `, ${share} % of it: ${text}` : ''
  }

  /** Number of the first refused request. */
  get firstRefused(): number | undefined {
    return this.#firstRefused
  }
}
