import type { CapturedDatagram } from '../capture/format.js'
import { type DissectedCapture, withRecorded } from '../dissect/capture.js'
import { type Dissector, dissector } from '../dissect/index.js'
import { JsonMessages } from '../inspect/index.js'
import type { ColourChoice } from './colour.js'
import type { Printer } from './command.js'
import { ConversationPrinter } from './conversations.js'
import { jsonLine } from './json-line.js'
import { isoTime } from './time.js'
import { CaptureFile } from './trace-sink.js'

/** Options of the output, common to all kinds of traces. */
export interface ShowOptions {
  readonly json: boolean
  readonly words: boolean
  readonly refused: boolean
  readonly color: string
  /** A pcapng file that keeps the datagrams. */
  readonly output: string | undefined
}

/** Prints the traced datagrams, and writes them to a file. */
export class TraceView {
  readonly #dissector: Dissector = dissector()
  readonly #file: CaptureFile | undefined
  readonly #conversations: ConversationPrinter
  readonly #json: JsonMessages
  #count = 0

  /** @throws {Error} of Node's fs if the file cannot be created */
  constructor(
    readonly out: Printer,
    readonly options: ShowOptions,
    fd: 1 | 2,
  ) {
    this.#json = new JsonMessages({ words: options.words })
    this.#conversations = new ConversationPrinter(out, {
      ...{ fd, colour: options.color as ColourChoice, refused: options.refused },
    })
    this.#file = options.output === undefined ? undefined : new CaptureFile(options.output)
  }

  add(datagram: CapturedDatagram): void {
    this.#count++
    this.#file?.add(datagram)
    const dissected = withRecorded(this.#dissector.dissect(datagram), datagram)
    if (this.options.json) this.#printJson(dissected)
    else this.#conversations.add(dissected)
  }

  /** Closes the file. */
  close(): void {
    this.#file?.close()
  }

  /** Prints the conversations that are not complete, and the totals. */
  end(): void {
    if (this.options.json) return
    if (this.#count > 0) this.#conversations.end()
    else this.out.line('netloom: no netlink traffic')
  }

  #printJson({ messages, time, process, duration }: DissectedCapture): void {
    const place = {
      ...{ datagram: this.#count, time: isoTime(time), process },
      ...(duration !== undefined && { durationUs: Number(duration) / 1000 }),
    }
    for (const message of messages) this.out.line(jsonLine(place, message, this.#json))
  }
}
