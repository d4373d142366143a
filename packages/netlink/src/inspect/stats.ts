import type { Conversation, InspectedMessage } from './conversation.js'
import type { Assigned } from './conversations.js'
import { durationText } from './times.js'

/** Maximum number of durations to keep for a median. Then every second one is dropped. */
const KEPT = 8192

/** Durations of one type of requests. The median is exact up to {@link KEPT} of them, and then that of a sample. */
class Durations {
  #kept: number[] = []
  #every = 1
  #count = 0
  most = 0

  add(nanoseconds: bigint): void {
    const value = Number(nanoseconds)
    this.most = Math.max(this.most, value)
    if (this.#count++ % this.#every !== 0) return
    this.#kept.push(value)
    if (this.#kept.length < KEPT) return
    this.#kept = this.#kept.filter((_, index) => index % 2 === 0)
    this.#every *= 2
  }

  get median(): number | undefined {
    const sorted = this.#kept.toSorted((a, b) => a - b)
    return sorted[Math.floor((sorted.length - 1) / 2)]
  }
}

/** Counts of one type of messages. */
export interface TypeStats {
  readonly type: string
  messages: number
  /** Bytes of the messages, with their headers. */
  bytes: number
  refusals: number
  /** Nanoseconds between requests and their last answers. Undefined if there were none. */
  readonly medianLatency: number | undefined
  readonly mostLatency: number | undefined
}

class Counted implements TypeStats {
  messages = 0
  bytes = 0
  refusals = 0
  readonly durations = new Durations()

  constructor(readonly type: string) {}

  get medianLatency(): number | undefined {
    return this.durations.median
  }

  get mostLatency(): number | undefined {
    return this.durations.median === undefined ? undefined : this.durations.most
  }
}

/** Counts messages, bytes and refusals per type, and measures the time of requests. */
export class Stats {
  readonly #types = new Map<string, Counted>()

  #of(name: string): Counted {
    const found = this.#types.get(name) ?? new Counted(name)
    this.#types.set(name, found)
    return found
  }

  /** Counts a message. */
  addMessage({ inspected }: Pick<Assigned, 'inspected'>): void {
    const counted = this.#of(typeOf(inspected))
    counted.messages++
    counted.bytes += inspected.message.bytes.length
  }

  /** Adds the time of a complete conversation to the type of its request, and the refusals to the types of the refused requests. */
  addConversation({ first, batch, outcome, refusals, latency }: Conversation): void {
    if (outcome === 'event' || outcome === 'orphan') return
    for (const { request = first } of refusals) this.#of(typeOf(request)).refusals++
    // Of a batch, perhaps only refused requests are counted.
    const counted = batch === undefined ? this.#of(typeOf(first)) : this.#types.get(typeOf(first))
    if (latency !== undefined) counted?.durations.add(latency)
  }

  /** The types, the most frequent ones first. */
  get types(): readonly TypeStats[] {
    return [...this.#types.values()].sort((a, b) => b.messages - a.messages || (a.type < b.type ? -1 : 1))
  }

  /** Yields the lines of a table. */
  *lines(): Generator<string, void, undefined> {
    const rows = this.types.map(({ type, messages, bytes, refusals, medianLatency, mostLatency }) => [
      type,
      String(messages),
      String(bytes),
      refusals === 0 ? '' : String(refusals),
      timeText(medianLatency),
      timeText(mostLatency),
    ])
    const table = [['type', 'messages', 'bytes', 'refused', '≈median', '≈maximum'], ...rows]
    const widths = table.reduce<number[]>(
      (most, row) => row.map((cell, at) => Math.max(most[at] ?? 0, cell.length)),
      [],
    )
    for (const row of table)
      yield row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  ')
        .trimEnd()
  }
}

const timeText = (nanoseconds: number | undefined) =>
  nanoseconds === undefined ? '' : durationText(BigInt(Math.round(nanoseconds)))

/** Names of generic netlink commands contain the family already, unless they have no declaration. */
const typeOf = ({ message: { protocol, family, type } }: InspectedMessage) =>
  protocol === 'NETLINK_GENERIC' && family !== undefined && type.startsWith('NLMSG_') ? `${family} ${type}` : type
