import { WIDTH } from '../inspect/detail-tree.js'
import { DetailWriter } from '../inspect/detail-writer.js'
import { type Assigned, DetailHeads, type DetailOptions, detailLines } from '../inspect/index.js'
import type { Printer } from './command.js'

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
    this.#writer = new DetailWriter(options.secrets, this.#width)
  }

  /** Prints a message. `time` is part of its first line, and `prefix` begins each line. */
  print(
    assigned: Assigned,
    time: string | undefined,
    prefix = '',
    more: Pick<DetailOptions, 'refusal' | 'isResult'> = {},
  ): void {
    const { out } = this
    const { isColoured, bytes, secrets } = this.options
    const { message } = assigned.inspected
    const before = prefix === '' ? [] : [{ text: prefix, style: 'plain' as const }]
    out.styled([...before, ...this.#heads.line(assigned, time)], isColoured)
    const isPlain = !isColoured && !bytes && more.refusal === undefined && prefix === ''
    const text = isPlain ? this.#writer.text(message) : undefined
    if (text !== undefined) out.lines(text)
    else
      for (const line of detailLines(message, { bytes, secrets, width: this.#width, ...more }))
        out.styled([...before, ...line], isColoured)
  }
}
