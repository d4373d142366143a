import type { CapturedDatagram } from '../capture/format.js'
import { withRecorded } from '../dissect/capture.js'
import { type Dissector, dissector } from '../dissect/index.js'
import { SystemError } from '../socket/index.js'
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
 * traced command, or change its exit code. The same holds for a disk that is full.
 */
export class TraceView implements Disposable {
  readonly #dissector: Dissector = dissector(new Map(), { lossless: false })
  readonly #out: Printer
  readonly #options: ShowOptions
  readonly #view: View
  /** True if the output is that of a command, which goes on without it. */
  readonly #isOfCommand: boolean
  #file: CaptureFile | undefined
  #isIncomplete = false
  #isEmpty = true
  #isUnread = false

  /**
   * @throws {UsageError} if the options are invalid
   * @throws {Error} of Node's fs if the file cannot be created
   */
  constructor(out: Printer, options: ShowOptions, fd: 1 | 2) {
    this.#out = out
    this.#options = options
    this.#isOfCommand = fd === 2
    this.#view = viewOf(out, options, { fd, hints: false })
    this.#file = options.output === undefined ? undefined : new CaptureFile(options.output)
  }

  /** True if the reader of the output has closed it. */
  get isUnread(): boolean {
    return this.#isUnread
  }

  add(datagram: CapturedDatagram): void {
    this.#isEmpty = false
    this.#keep(datagram)
    const dissected = withRecorded(this.#dissector.dissect(datagram), datagram)
    this.#print(() => this.#view.add(dissected))
  }

  /** Returns the exit code: 1 in place of 0 if the file or the output is incomplete. A command that failed keeps its own. */
  exitCode(code: number): number {
    return code === 0 && this.#isIncomplete ? 1 : code
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

  /** Writes a datagram to the file, which ends with the first error. */
  #keep(datagram: CapturedDatagram): void {
    try {
      this.#file?.add(datagram)
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      this.#isIncomplete = true
      this.#file?.close()
      this.#file = undefined
      this.flush()
      this.complain(`${error.message}: the file ends here, the trace goes on`)
    }
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
      const isFull = this.#isOfCommand && error instanceof SystemError
      if (!isFull && !(error instanceof ClosedPipeError)) throw error
      this.#isIncomplete ||= isFull
      this.#isUnread = true
    }
  }
}
