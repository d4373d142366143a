import { isatty } from 'node:tty'
import type { DissectedCapture } from '../dissect/index.js'
import {
  type Assigned,
  bothNames,
  CaptureNames,
  type Conversation,
  Conversations,
  type ConversationsOptions,
  type InspectedMessage,
  type Names,
  Stats,
} from '../inspect/index.js'
import { type ColourChoice, hasColours } from './colour.js'
import type { Printer } from './command.js'
import { ConversationPrinter, terminalWidth } from './conversations.js'
import { DetailPrinter } from './detail.js'
import { JsonView } from './json-view.js'
import { MachineNames } from './machine-names.js'
import { filterOf } from './message-filter.js'

/** Options of `netloom decode`. */
export interface DecodeOptions {
  readonly detail: string | undefined
  readonly hex: boolean
  readonly refused: boolean
  readonly filter: string | undefined
  readonly stats: boolean
  readonly names: string
  readonly color: string
  readonly secrets: boolean
  readonly json: boolean
  readonly words: boolean
}

/** The output of a view, if it is not that of `netloom decode`. */
export interface ViewOutput {
  /** Descriptor of the output, for its colours and its width. Default: 1. */
  readonly fd?: 1 | 2
  /** Prints hints after the conversations. Default: true. */
  readonly hints?: boolean
}

/** One view of a capture. */
export interface View extends Disposable {
  add(datagram: DissectedCapture): void
  /** Prints what is left. */
  end(): void
}

/** The input and the output of a view. */
interface Source extends Required<ViewOutput> {
  readonly out: Printer
  readonly options: DecodeOptions
  /** Names of links that the view learns from the capture. */
  readonly learned: CaptureNames
  readonly names: Names
  readonly select: ConversationsOptions['select']
}

/** True if a message belongs to a refused request. Of a batch, these are the refused requests and the refusals. */
const isRefused = (inspected: InspectedMessage, { outcome, batch, refusals }: Conversation): boolean =>
  outcome === 'refused' &&
  (batch === undefined || refusals.some(({ request, answer }) => request === inspected || answer === inspected))

/** True if the options select the message, as far as its conversation is known. */
const isSelected = ({ options, select }: Source, { inspected, role, conversation }: Assigned): boolean =>
  (!options.refused || isRefused(inspected, conversation)) && (select?.(inspected, role, conversation) ?? true)

function detailView(source: Source): DetailPrinter {
  const { out, options, select, fd } = source
  const { color, detail, hex, refused, secrets } = options
  return new DetailPrinter(out, {
    only: Number(detail) || undefined,
    bytes: hex,
    secrets,
    isColoured: hasColours(color as ColourChoice, isatty(fd), process.env),
    width: terminalWidth(fd),
    ...((refused || select) && { select: (assigned: Assigned) => isSelected(source, assigned) }),
  })
}

function statsView(source: Source): Omit<View, typeof Symbol.dispose> {
  const { out, learned: names, options } = source
  const conversations = new Conversations({ names })
  const stats = new Stats()
  const selected = new Set<number>()
  const finish = () => {
    for (const each of conversations.take()) {
      if (selected.delete(each.number)) stats.addConversation(each)
    }
  }
  return {
    add(datagram) {
      for (const assigned of conversations.add(datagram)) {
        if (!isSelected(source, assigned)) continue
        stats.addMessage(assigned)
        // Before its answer, a request was not refused.
        const refusal = assigned.conversation.refusals.find(({ answer }) => answer === assigned.inspected)
        if (options.refused && refusal?.request) stats.addMessage({ inspected: refusal.request })
        selected.add(assigned.conversation.number)
      }
      finish()
    },
    end() {
      conversations.end()
      finish()
      for (const line of stats.lines()) out.line(line)
    },
  }
}

/** Returns the view that the options select. @throws {UsageError} if they are invalid */
export function viewOf(out: Printer, options: DecodeOptions, { fd = 1, hints = true }: ViewOutput = {}): View {
  const learned = new CaptureNames()
  const machine = options.names === 'machine' ? new MachineNames() : undefined
  const names = machine ? bothNames(learned, machine) : learned
  const filter = options.filter === undefined ? undefined : filterOf(options.filter, names)
  const select: ConversationsOptions['select'] = filter && ((...message) => filter.selects(...message))
  const source = { out, options, learned, names, select, fd, hints }
  const view = chosen(source)
  return {
    add: (datagram) => view.add(datagram),
    end() {
      view.end()
      const unseen = filter?.unseenKeys ?? []
      if (unseen.length > 0) out.complain(`--filter: no compared message contains ${unseen.join(', ')}`)
    },
    [Symbol.dispose]: () => machine?.close(),
  }
}

function chosen(source: Source): Omit<View, typeof Symbol.dispose> {
  const { out, options, learned, names, select, fd, hints } = source
  if (options.stats) return statsView(source)
  if (options.json) return new JsonView(out, options, learned, select)
  if (options.detail !== undefined || options.hex) return detailView(source)
  const { color, refused, secrets } = options
  return new ConversationPrinter(out, {
    ...{ colour: color as ColourChoice, refused, secrets, learned, names, fd, hints },
    ...(select && { select }),
  })
}
