import {
  type Assigned,
  DetailHeads,
  hiddenRanges,
  JsonLines,
  markOf,
  Redactor,
  reasonOf,
  SECRET,
  sayAgain,
  timeShower,
  valueText,
} from '@netloom/netlink/inspect'
import { ViewerError } from '../error.js'
import type { Copies, MessageRow, MessageView, TreeNode } from '../protocol.js'
import type { CaptureIndex } from './capture-index.js'
import { docsOf } from './docs.js'
import { summaryText } from './problems.js'

const heads = () => ({ heads: new DetailHeads(), time: timeShower(), redactor: new Redactor() })
type Spans = ReturnType<Assigned['inspected']['message']['spans']>

/** Shows single messages of a capture. */
export class MessageViews {
  readonly #index: CaptureIndex
  readonly #writers = heads()

  constructor(index: CaptureIndex) {
    this.#index = index
  }

  /** Returns the rows of some messages of a conversation. */
  rows(number: number, from: number, to: number): MessageRow[] {
    const conversation = this.#index.conversation(number)
    if (conversation === undefined) return []
    const rows: MessageRow[] = []
    let position = 0
    for (const assigned of this.#index.messagesOf(conversation)) {
      if (position >= to) break
      if (position++ >= from) rows.push(this.#row(assigned))
    }
    return rows
  }

  #row({ inspected, role, conversation }: Assigned): MessageRow {
    const { message, number } = inspected
    this.#index.names.at = number
    const isRefused = conversation.refusals.some(({ request, answer }) => request === inspected || answer === inspected)
    const { type, toKernel, bytes } = message
    return { number, role, toKernel, type, text: summaryText(message, this.#index), length: bytes.length, isRefused }
  }

  /** Returns all about a message. @throws {ViewerError} if there is none of that number */
  view(number: number, secrets: boolean): MessageView {
    const assigned = this.#index.assigned(number)
    if (assigned === undefined)
      throw new ViewerError(`expected a message from 1 to ${this.#index.messageCount}, got ${number}`)
    const { inspected, role, conversation } = assigned
    const { message, datagram } = inspected
    const { heads, time, redactor } = this.#writers
    const refused = conversation.refusals.filter(({ request, answer }) => request === inspected || answer === inspected)
    const refusal = refused.find(({ request }) => request === inspected)?.answer.message
    const hidden = secrets ? [] : hiddenRanges(message, redactor)
    const bytes = Uint8Array.from(message.bytes)
    for (const { start, end } of hidden) bytes.fill(0, start, end)
    return {
      ...{ number, conversation: conversation.number, role },
      heading: heads.line(assigned, time(datagram.time)).map(({ text, style }) => ({ text, style })),
      nodes: this.#nodes(message.spans(), hidden, refusal),
      ...{ bytes, hidden },
      ...(message.error && { problem: message.error.message }),
      refusals: refused.map((each) => `${each.code}: ${reasonOf(each, false)}`),
      copies: this.#copies(assigned, bytes, secrets),
    }
  }

  #nodes(spans: Spans, hidden: MessageView['hidden'], refusal: Parameters<typeof markOf>[1] | undefined): TreeNode[] {
    const mark = refusal && markOf(spans, refusal)
    const structs: string[] = []
    return spans.map((span, index) => {
      const { kind, depth, name, offset, length, value, words, isFlags, problem, replaced } = span
      const hasInner = (spans[index + 1]?.depth ?? 0) > depth
      structs[depth] = name
      const isHidden = hidden.some(({ start, end }) => start < offset + length && end > offset && !hasInner)
      return {
        ...{ kind, depth, name, offset, length, hasInner },
        text: hasInner || kind === 'struct' ? '' : isHidden ? SECRET : valueText(value, words, isFlags),
        ...(problem !== undefined && { problem }),
        ...(replaced && { isReplaced: true }),
        ...(span === mark?.span && { mark: mark.text.replace('◀ ', '') }),
        docs: docsOf(kind === 'member' ? `${structs[depth - 1]}.${name}` : name),
      }
    })
  }

  #copies({ inspected, role, conversation }: Assigned, bytes: Uint8Array, secrets: boolean): Copies {
    const { message, number } = inspected
    this.#index.names.at = number
    const { typescript, imports = [], command, lost } = sayAgain(message, this.#index.names, { secrets })
    const json = new JsonLines({ secrets }).message({ inspected, role, conversation }, this.#index.datagramOf(number))
    return {
      ...(typescript !== undefined && {
        typescript: [...imports, ...(imports.length > 0 ? [''] : []), typescript].join('\n'),
      }),
      ...(command !== undefined && { command }),
      ...(lost && { lost }),
      hex: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' '),
      json: JSON.stringify(JSON.parse(json), null, 2),
    }
  }
}
