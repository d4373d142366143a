import { Bars } from './bars.js'
import { type Cells, Columns } from './columns.js'
import type { Conversation, InspectedMessage, Refusal } from './conversation.js'
import { EventWords } from './event-words.js'
import type { Names } from './names.js'
import { refusalLines } from './refusal-lines.js'
import { type Style, type Styled, styled } from './styled.js'
import { summary } from './summary/index.js'
import type { Summary } from './summary/types.js'
import { plural } from './summary/verbs.js'
import { durationText, relativeTime } from './times.js'

/** Options of {@link ConversationLines}. */
export interface LinesOptions {
  readonly names: Names
  /** Width of the terminal in characters. Without it, lines are not cut. */
  readonly width?: number | undefined
  /** Shows only the refused requests of a batch. */
  readonly refused?: boolean
}

/** Number of events of a request that are shown. The others are counted. */
const SHOWN_EVENTS = 4

/** Explains a request that iproute2 sends before its first change of a link. */
const PROBE = 'iproute2 tests if the kernel has RTM_NEWLINK'

/** Turns conversations into lines: the default view of `netloom decode` and `netloom trace`. */
export class ConversationLines {
  readonly #names: Names
  readonly #columns: Columns
  readonly #bars = new Bars()
  readonly #refusedOnly: boolean
  readonly #eventWords: EventWords
  #start: bigint | undefined

  constructor({ names, width, refused = false }: LinesOptions) {
    this.#names = names
    this.#columns = new Columns(width)
    this.#refusedOnly = refused
    this.#eventWords = new EventWords(names)
  }

  /** Returns the request in two words, for the last line: `delete link`. */
  heading({ first }: Conversation): string {
    const { verb, kind } = summary(first.message, this.#names)
    return [verb, kind].filter((word) => word !== '').join(' ')
  }

  /** Yields the lines of a conversation. The first conversation has the time 0, so call it for each, shown or not. */
  *lines(conversation: Conversation, isShown = true): Generator<readonly Styled[], void, undefined> {
    const { first, batch, outcome, refusals } = conversation
    this.#start ??= first.datagram.time
    if (!isShown) return
    if (outcome === 'event') {
      yield* this.#columns.lines(this.#eventCells(conversation))
      return
    }
    if (batch !== undefined) {
      yield* this.#batchLines(conversation, batch)
      return
    }
    const request = summary(first.message, this.#names)
    yield* this.#line(conversation, this.#withAnswer(conversation, request))
    for (const refusal of refusals) yield* this.#refusal(refusal, request)
    yield* this.#events(conversation)
  }

  /** Appends the answer to a request that reads one object. */
  #withAnswer({ isDump, answerCount, answer }: Conversation, request: Summary): Summary {
    if (isDump || answerCount !== 1 || answer === undefined) return request
    const { name, details } = summary(answer.message, this.#names)
    const [head, ...others] = name === '' || name === request.name ? details : [{ text: name }, ...details]
    if (head === undefined) return request
    return {
      ...request,
      details: [...request.details, { text: `→ ${head.text}` }, ...others.map(({ text }) => ({ text }))],
    }
  }

  #line(conversation: Conversation, request: Summary): (readonly Styled[])[] {
    const lines = this.#columns.lines(this.#requestCells(conversation, request))
    return conversation.outcome === 'probe' ? lines.map((line) => line.map(({ text }) => styled(text, 'faint'))) : lines
  }

  /**
   * Returns the parts of the first line of a conversation. Call it once for each conversation, in order: events are compared with earlier
   * ones, and the first conversation has the time 0.
   */
  cells(conversation: Conversation): Cells {
    const { first, batch, outcome } = conversation
    this.#start ??= first.datagram.time
    if (outcome === 'event') return this.#eventCells(conversation)
    if (batch !== undefined) return this.#requestCells(conversation, batchSummary(batch))
    return this.#requestCells(conversation, this.#withAnswer(conversation, summary(first.message, this.#names)))
  }

  #requestCells(conversation: Conversation, request: Summary): Cells {
    const { first, latency, isDump, outcome } = conversation
    const details = outcome === 'probe' ? [{ text: PROBE }] : request.details
    return {
      time: relativeTime(first.datagram.time - (this.#start ?? 0n)),
      process: processText(first),
      verb: request.verb,
      kind: isDump ? plural(request.kind) : request.kind,
      name: request.name,
      details: details.map(({ text }) => text),
      outcome: outcomeOf(conversation, this.#names),
      latency: latency === undefined ? '' : `≈${durationText(latency)}`,
      number: `#${first.number}`,
      bar: first.datagram.duration === undefined ? undefined : this.#bars.of(latency ?? 0n),
    }
  }

  *#refusal(refusal: Refusal, request: Summary): Generator<readonly Styled[], void, undefined> {
    yield* refusalLines(refusal, request, this.#columns)
  }

  #eventCells({ first }: Conversation): Cells {
    const { sign, kind, name, details } = this.#eventWords.of(first.message)
    return {
      time: relativeTime(first.datagram.time - (this.#start ?? 0n)),
      process: processText(first),
      verb: sign,
      kind,
      name,
      details,
      outcome: styled('event', 'faint'),
      latency: '',
      number: `#${first.number}`,
    }
  }

  *#events({ events, eventCount }: Conversation): Generator<readonly Styled[], void, undefined> {
    for (const { message, number } of events.slice(0, SHOWN_EVENTS)) {
      const { sign, kind, name, details } = this.#eventWords.of(message)
      const words = [sign, kind].filter((word) => word !== '').join(' ')
      yield* this.#columns.below([
        styled('└ event  ', 'faint'),
        styled(`${words}  `, 'kind'),
        styled([name, ...details].filter((part) => part !== '').join('  ')),
        styled(`  #${number}`, 'faint'),
      ])
    }
    const others = eventCount - Math.min(events.length, SHOWN_EVENTS)
    if (others > 0) yield* this.#columns.below([styled(`└ ${others} more event${others === 1 ? '' : 's'}`, 'faint')])
  }

  *#batchLines(
    conversation: Conversation,
    batch: readonly InspectedMessage[],
  ): Generator<readonly Styled[], void, undefined> {
    const refused = new Map(conversation.refusals.map((refusal) => [refusal.request, refusal]))
    yield* this.#line(conversation, batchSummary(batch))
    for (const each of batch) {
      const refusal = refused.get(each)
      if (this.#refusedOnly && refusal === undefined) continue
      const inner = summary(each.message, this.#names)
      yield* this.#columns.below([
        styled('│ ', 'faint'),
        styled(`${inner.verb} ${inner.kind}  `, 'kind'),
        styled([inner.name, ...inner.details.map(({ text }) => text)].filter((part) => part !== '').join('  ')),
        ...(refusal ? [styled(`  ✗ ${refusal.code}`, 'bad')] : []),
        styled(`  #${each.number}`, 'faint'),
      ])
      if (refusal) yield* refusalLines(refusal, undefined, this.#columns)
    }
    const others = this.#refusedOnly ? batch.length - refused.size : 0
    if (others > 0) yield* this.#columns.below([styled(`│ ${others} more request${others === 1 ? '' : 's'}`, 'faint')])
    for (const refusal of conversation.refusals)
      if (refusal.request === undefined || !batch.includes(refusal.request))
        yield* refusalLines(refusal, undefined, this.#columns)
    if (conversation.eventCount > 0)
      yield* this.#columns.below([
        styled(`└ ${conversation.eventCount} event${conversation.eventCount === 1 ? '' : 's'}`, 'faint'),
      ])
  }
}

const batchSummary = (batch: readonly InspectedMessage[]): Summary => ({
  verb: 'batch',
  kind: 'nft',
  name: '',
  details: [{ text: `${batch.length} request${batch.length === 1 ? '' : 's'}` }],
})

/** Returns a process as `ip[847]`. */
function processText({ datagram: { process } }: InspectedMessage): string {
  if (process === undefined) return ''
  return `${process.name ?? ''}[${process.pid}]`
}

function outcomeOf(conversation: Conversation, names: Names): Styled {
  const { outcome, refusals, isDump, answerCount, objectCount, answer, isInterrupted, selectedObjects } = conversation
  const [text, style]: [string, Style] = (() => {
    switch (outcome) {
      case 'refused':
        return [`✗ ${[...new Set(refusals.map(({ code }) => code))].join(' ')}`, 'bad']
      case 'unanswered':
        return answerCount > 0 ? [`${objectCount} so far, no end`, 'mark'] : ['no answer', 'mark']
      case 'silent':
        return ['sent', 'faint']
      case 'probe':
        return ['probe', 'faint']
      case 'orphan':
        return ['no request', 'faint']
      default:
        return ['✓', 'good']
    }
  })()
  if (outcome !== 'done' || (!isDump && answerCount < 2)) return styled(text, style)
  const kind = answer ? summary(answer.message, names).kind : summary(conversation.first.message, names).kind
  const selected = selectedObjects < objectCount && selectedObjects > 0 ? `${selectedObjects} of ` : ''
  const count = `${selected}${objectCount} ${objectCount === 1 ? kind : plural(kind)}`
  return isInterrupted ? styled(`${count}, interrupted`, 'mark') : styled(count, 'good')
}
