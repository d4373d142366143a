import { isatty } from 'node:tty'
import type { InspectedDatagram } from '../inspect/index.js'
import {
  CaptureNames,
  type Conversation,
  ConversationLines,
  Conversations,
  type ConversationsOptions,
  type Names,
  Redactor,
  Totals,
} from '../inspect/index.js'
import { strayBytes, strayLine } from '../inspect/stray.js'
import { type Styled, styled } from '../inspect/styled.js'
import { wrapped } from '../inspect/wrapped.js'
import { type ColourChoice, hasColours } from './colour.js'
import type { Printer } from './command.js'

/** Indent of what continues the last line. */
const CONTINUED = 2

/** Options of {@link ConversationPrinter}. */
export interface ConversationPrinterOptions {
  readonly colour?: ColourChoice
  /** Learns the names of links. */
  readonly learned?: CaptureNames
  /** The names to print: by default the learned ones. */
  readonly names?: Names
  /** Prints bytes that may contain keys. */
  readonly secrets?: boolean
  /** Prints refused requests only. */
  readonly refused?: boolean
  /** Prints conversations of which this selects a message. */
  readonly select?: ConversationsOptions['select']
  /** Name of the capture for the hints of the last line. Without it, there are none. */
  readonly hints?: boolean
  /** Descriptor of the output, for its colours and its width. Default: 1. */
  readonly fd?: 1 | 2
}

/**
 * Returns the width of the terminal, or undefined if the descriptor is not one. A serial console has the width 0: unknown. Node's stream is created only for a terminal: for a
 * pipe it sets O_NONBLOCK, also for a traced command that shares the pipe.
 */
export const terminalWidth = (fd: 1 | 2) =>
  (isatty(fd) ? (fd === 1 ? process.stdout : process.stderr).columns : 0) || undefined

/** Prints conversations as they are complete: the default view of `netloom decode` and `netloom trace`. */
export class ConversationPrinter {
  readonly #conversations: Conversations
  readonly #lines: ConversationLines
  readonly #totals = new Totals()
  readonly #isColoured: boolean
  readonly #width: number | undefined
  readonly #redactor = new Redactor()

  constructor(
    readonly out: Printer,
    readonly options: ConversationPrinterOptions = {},
  ) {
    const { colour = 'auto', fd = 1, learned = new CaptureNames(), names = learned, select } = options
    this.#conversations = new Conversations({ names: learned, ...(select && { select }) })
    this.#width = terminalWidth(fd)
    this.#lines = new ConversationLines({
      names,
      width: this.#width,
      refused: options.refused ?? false,
    })
    this.#isColoured = hasColours(colour, isatty(fd), process.env)
  }

  /** Adds a datagram, and prints the conversations that it completes. */
  add(datagram: InspectedDatagram): void {
    this.#conversations.add(datagram)
    for (const each of this.#conversations.take()) this.#print(each)
    if (strayBytes(datagram) && this.#isEverything)
      this.out.line(strayLine(datagram, this.options.secrets ? undefined : this.#redactor))
  }

  /** Prints the conversations that are not complete, and a line with counts. */
  end(): Totals {
    this.#conversations.end()
    for (const each of this.#conversations.take()) this.#print(each)
    if (this.options.hints || this.#conversations.messageCount > 0) this.#printLast(styled(this.#lastLine()))
    return this.#totals
  }

  get #isEverything(): boolean {
    return !this.options.refused && this.options.select === undefined
  }

  #print(conversation: Conversation): void {
    const isShown =
      (this.options.select === undefined || conversation.isSelected) &&
      (!this.options.refused || conversation.outcome === 'refused')
    let text = ''
    for (const line of this.#lines.lines(conversation, isShown)) {
      if (isShown) this.out.styled(line, this.#isColoured)
    }
    if (conversation.first.datagram.duration !== undefined) text = this.#lines.heading(conversation)
    this.#totals.add(conversation, text)
  }

  #printLast(line: Styled): void {
    const lines = this.#width === undefined ? [[line]] : wrapped([line], this.#width, CONTINUED)
    for (const each of lines) this.out.styled(each, false)
  }

  #lastLine(): string {
    const { firstRefused } = this.#totals
    const counts = this.#totals.text(this.#conversations, this.options.select !== undefined)
    if (!this.options.hints || this.#conversations.messageCount === 0) return counts
    const hints = [
      `-d ${firstRefused ?? 1} shows one`,
      ...(firstRefused !== undefined && !this.options.refused ? ['--refused only those'] : []),
    ]
    return `${counts}  ${hints.join(', ')}`
  }
}

/** Prints the conversations of datagrams, and a line with counts. */
export async function printConversations(
  datagrams: Iterable<InspectedDatagram> | AsyncIterable<InspectedDatagram>,
  out: Printer,
  options: ConversationPrinterOptions = {},
): Promise<Totals> {
  const printer = new ConversationPrinter(out, options)
  if (Symbol.asyncIterator in datagrams) {
    for await (const datagram of datagrams) {
      printer.add(datagram)
      // The next datagram may take a while.
      out.flush()
    }
  } else for (const datagram of datagrams) printer.add(datagram)
  return printer.end()
}
