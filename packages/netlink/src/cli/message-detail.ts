import { WIDTH } from '../inspect/detail-tree.js'
import { DetailWriter } from '../inspect/detail-writer.js'
import { type Assigned, DetailHeads, type DetailOptions, detailLines } from '../inspect/index.js'
import type { Styled } from '../inspect/styled.js'
import { wrapped } from '../inspect/wrapped.js'
import type { Printer } from './command.js'

/** Indent of what continues a line that is longer than the terminal is wide. */
const CONTINUED = 6

/** Options of {@link MessageDetail}. */
export interface MessageDetailOptions {
  /** Adds offsets and bytes. */
  readonly bytes: boolean
  /** Prints keys and passwords. */
  readonly secrets: boolean
  readonly isColoured: boolean
  /** Width of the terminal, if the output is one. */
  readonly width?: number | undefined
}

/** Prints all parts of single messages, as `netloom decode -d` and `-x` do. */
export class MessageDetail {
  readonly #heads = new DetailHeads()
  readonly #writer: DetailWriter
  readonly #width: number

  constructor(
    readonly out: Printer,
    readonly options: MessageDetailOptions,
  ) {
    this.#width = Math.min(WIDTH, options.width ?? WIDTH)
    this.#writer = new DetailWriter(options.secrets)
  }

  /** Prints a message. `time` is part of its first line, and `prefix` begins each line. */
  print(
    assigned: Assigned,
    time: string | undefined,
    prefix = '',
    more: Pick<DetailOptions, 'refusal' | 'isResult'> = {},
  ): void {
    const { out } = this
    const { isColoured, bytes, secrets, width } = this.options
    const { message } = assigned.inspected
    const before = prefix === '' ? [] : [{ text: prefix, style: 'plain' as const }]
    const print = (line: readonly Styled[]) => {
      const lines = width === undefined ? [line] : wrapped(line, width - prefix.length, CONTINUED)
      for (const each of lines) out.styled([...before, ...each], isColoured)
    }
    print(this.#heads.line(assigned, time))
    const isPlain = width === undefined && !isColoured && !bytes && more.refusal === undefined && prefix === ''
    const text = isPlain ? this.#writer.text(message) : undefined
    if (text !== undefined) out.lines(text)
    else for (const line of detailLines(message, { bytes, secrets, width: this.#width, ...more })) print(line)
  }
}
