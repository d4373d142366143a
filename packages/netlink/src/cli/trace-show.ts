import type { CapturedDatagram } from '../capture/format.js'
import { withRecorded } from '../dissect/capture.js'
import { type Dissector, dissector } from '../dissect/index.js'
import type { Printer } from './command.js'
import { UsageError } from './declaration.js'
import { type DecodeOptions, type View, viewOf } from './decode-views.js'
import { ClosedPipeError } from './printer.js'
import { CaptureFile } from './trace-sink.js'

/** Options of the output, common to all kinds of traces. */
export interface ShowOptions extends DecodeOptions {
  /** A pcapng file that keeps the datagrams. */
  readonly output: string | undefined
}

/**
 * Prints the traced datagrams, and writes them to a file. A reader that closes the output only ends the printing: it must not end the
 * traced command, or change its exit code.
 */
export class TraceView implements Disposable {
  readonly #dissector: Dissector = dissector(new Map(), { lossless: false })
  readonly #out: Printer
  readonly #options: ShowOptions
  readonly #view: View
  readonly #file: CaptureFile | undefined
  #isEmpty = true
  #isUnread = false

  /**
   * @throws {UsageError} if the options are invalid
   * @throws {Error} of Node's fs if the file cannot be created
   */
  constructor(out: Printer, options: ShowOptions, fd: 1 | 2) {
    this.#out = out
    this.#options = options
    this.#view = viewOf(out, options, { fd, hints: false })
    this.#file = options.output === undefined ? undefined : new CaptureFile(options.output)
  }

  /** True if the reader of the output has closed it. */
  get isUnread(): boolean {
    return this.#isUnread
  }

  add(datagram: CapturedDatagram): void {
    this.#isEmpty = false
    this.#file?.add(datagram)
    const dissected = withRecorded(this.#dissector.dissect(datagram), datagram)
    this.#print(() => this.#view.add(dissected))
  }

  /** Writes all buffered lines. */
  flush(): void {
    this.#print(() => this.#out.flush())
  }

  /** Prints a line on standard error. */
  complain(text: string): void {
    this.#print(() => this.#out.complain(text))
  }

  /** Prints the conversations that are not complete, and the totals. */
  end(): void {
    this.#print(() => {
      if (this.#isEmpty && !this.#options.json) this.#out.line('netloom: no netlink traffic')
      else this.#endView()
    })
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.flush()
    this.#view[Symbol.dispose]()
    this.#file?.close()
  }

  #endView(): void {
    try {
      this.#view.end()
    } catch (error) {
      // -d N: the traffic has fewer messages. The command has run, so its exit code counts.
      if (!(error instanceof UsageError)) throw error
      this.#out.complain(error.message)
    }
  }

  #print(action: () => void): void {
    if (this.#isUnread) return
    try {
      action()
    } catch (error) {
      if (!(error instanceof ClosedPipeError)) throw error
      this.#isUnread = true
    }
  }
}
