import { type Conversation, reasonOf, relativeTime, styled, summary } from '@netloom/netlink/inspect'
import type { Problem } from '../protocol.js'
import type { CaptureIndex } from './capture-index.js'

/** `nlmsg_type` of a message that reports lost messages, linux/netlink.h */
const NLMSG_OVERRUN = 4

/** Something that went wrong in a conversation: numbers instead of texts, because a capture may have thousands. */
interface Found {
  readonly kind: Problem['kind']
  readonly conversation: number
  readonly message: number
  /** Index among the refusals of the conversation. */
  readonly refusal: number
}

/** Collects what went wrong in a capture. */
export class Problems {
  readonly #index: CaptureIndex
  readonly #found: Found[] = []
  #refused = 0
  damage: string | undefined

  constructor(index: CaptureIndex) {
    this.#index = index
  }

  get count(): number {
    return this.#found.length + (this.damage === undefined ? 0 : 1)
  }

  get refusedCount(): number {
    return this.#refused
  }

  /** Returns the first refused request. */
  get firstRefused(): { readonly message: number; readonly conversation: number } | undefined {
    const first = this.#found.find(({ kind }) => kind === 'refused')
    return first && { message: first.message, conversation: first.conversation }
  }

  /** Adds a complete conversation. */
  add(conversation: Conversation): void {
    const { number, first, outcome, refusals, isInterrupted } = conversation
    const found = (kind: Problem['kind'], message: number, refusal = 0) =>
      this.#found.push({ kind, conversation: number, message, refusal })
    for (const [refusal, { request, answer }] of refusals.entries()) {
      this.#refused++
      found('refused', request?.number ?? answer.number, refusal)
    }
    if (isInterrupted) found('interrupted', first.number)
    if (outcome === 'unanswered') found('unanswered', first.number)
    if (first.message.header?.type === NLMSG_OVERRUN) found('overrun', first.number)
  }

  /** Returns the next refused request after a message, or the previous one. Goes around at the end. */
  refused(after: number, step: 1 | -1): { readonly message: number; readonly conversation: number } | undefined {
    const refused = this.#found.filter(({ kind }) => kind === 'refused')
    const next =
      step > 0
        ? (refused.find(({ message }) => message > after) ?? refused[0])
        : (refused.findLast(({ message }) => message < after) ?? refused.at(-1))
    return next && { message: next.message, conversation: next.conversation }
  }

  /** Returns problems as texts. The damage of the file is the last one. */
  list(from: number, to: number): Problem[] {
    const texts = this.#found.slice(from, to).map((found) => this.#text(found))
    if (this.damage === undefined || to < this.count) return texts
    return [...texts, { kind: 'damaged', title: 'The file is damaged', text: this.damage, time: '' }]
  }

  #text({ kind, conversation: number, message, refusal: index }: Found): Problem {
    const conversation = this.#index.conversation(number) as Conversation
    const at = (this.#index.assigned(message) ?? { inspected: conversation.first }).inspected
    this.#index.names.at = at.number
    const start = this.#index.datagrams[0]?.time ?? 0n
    return {
      kind,
      ...this.#words(kind, conversation, index, summaryText(at.message, this.#index)),
      time: relativeTime(at.datagram.time - start),
      conversation: number,
      message,
    }
  }

  #words(kind: Problem['kind'], conversation: Conversation, index: number, request: string) {
    switch (kind) {
      case 'refused': {
        const refusal = conversation.refusals[index]
        if (refusal === undefined) return { title: request, text: '' }
        return { title: `${refusal.code}: ${request}`, text: `The kernel: ${reasonOf(refusal, false)}` }
      }
      case 'interrupted':
        return { title: `Interrupted: ${request}`, text: 'Objects changed while they were dumped (NLM_F_DUMP_INTR).' }
      case 'overrun':
        return {
          title: 'Messages were lost',
          text: 'A receive buffer was full, and the kernel dropped messages for it (ENOBUFS, NLMSG_OVERRUN).',
        }
      default:
        return { title: `No answer: ${request}`, text: 'The capture does not contain the answer to this request.' }
    }
  }
}

/** Returns a message in a few words: `new link br9 bridge`. */
export function summaryText(message: Parameters<typeof summary>[0], { names }: CaptureIndex): string {
  const { verb, kind, name, details } = summary(message, names)
  const words = [verb, kind, name, ...details.map(({ text }) => text)]
  return styled(words.filter((word) => word !== '').join(' ')).text
}
