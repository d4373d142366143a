import type { CapturedDatagram } from '../capture/format.js'
import { withRecorded } from '../dissect/capture.js'
import { type Dissector, dissector } from '../dissect/index.js'
import type { Printer } from './command.js'
import { jsonLine } from './json-line.js'
import { showLine } from './line.js'
import { isoTime } from './time.js'
import { CaptureFile } from './trace-sink.js'

/** Options of the output, common to all kinds of traces. */
export interface ShowOptions {
  readonly json: boolean
  readonly words: boolean
  /** A pcapng file that keeps the datagrams. */
  readonly output: string | undefined
}

/** Prints the traced datagrams, and writes them to a file. */
export class TraceView {
  readonly #dissector: Dissector = dissector()
  readonly #file: CaptureFile | undefined
  #count = 0

  /** @throws {Error} of Node's fs if the file cannot be created */
  constructor(
    readonly out: Printer,
    readonly options: ShowOptions,
  ) {
    this.#file = options.output === undefined ? undefined : new CaptureFile(options.output)
  }

  /** Number of datagrams. */
  get count(): number {
    return this.#count
  }

  add(datagram: CapturedDatagram): void {
    this.#count++
    this.#file?.add(datagram)
    const { messages, time, process, duration } = withRecorded(this.#dissector.dissect(datagram), datagram)
    for (const message of messages) {
      const place = { datagram: this.#count, time: isoTime(time), process, durationUs: Number(duration ?? 0n) / 1000 }
      if (this.options.json) this.out.line(jsonLine(place, message, this.options.words))
      else this.out.line(`${process?.name ?? ''}[${process?.pid ?? ''}] ${showLine(message, time)}`)
    }
  }

  end(): void {
    this.#file?.close()
  }
}
