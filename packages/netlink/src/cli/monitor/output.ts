import type { DissectedMessage } from '../../dissect/index.js'
import { JsonMessages, type Names, Redactor } from '../../inspect/index.js'
import type { Printer } from '../command.js'
import { jsonLine } from '../json-line.js'
import { showMessage } from '../print.js'
import { isoTime, now } from '../time.js'
import { type Entry, entryLine, lostEntry } from './entry.js'
import { messageEntry } from './message-entry.js'

/** Form of the output. */
export interface Form {
  /** Prints whole messages as JSON. */
  readonly json: boolean
  /** With `json`: prints names instead of numbers. */
  readonly words: boolean
  /** Prints all attributes of each message. */
  readonly detail: boolean
  /** Prints times in UTC. */
  readonly utc: boolean
  readonly isColoured: boolean
}

/** The output of one namespace. */
export class NamespaceOutput {
  readonly #out: Printer
  readonly #form: Form
  /** Name of the namespace, if several are monitored. */
  readonly #netns: string | undefined

  readonly #json: JsonMessages
  readonly #redactor = new Redactor()

  constructor(out: Printer, form: Form, netns: string | undefined) {
    this.#json = new JsonMessages({ words: form.words })
    this.#out = out
    this.#form = form
    this.#netns = netns
  }

  /** True if whole messages are printed, and nothing is compared. */
  get isRaw(): boolean {
    return this.#form.json || this.#form.detail
  }

  entry(entry: Entry): void {
    this.#out.styled(entryLine(entry, this.#form.utc, this.#prefix), this.#form.isColoured)
  }

  message(message: DissectedMessage, names: Names): void {
    const time = now()
    const { json, detail } = this.#form
    const place = { time: isoTime(time), ...(this.#netns === undefined ? {} : { netns: this.#netns }) }
    if (json) this.#out.line(jsonLine(place, message, this.#json))
    else if (detail) for (const line of showMessage(message, time, this.#redactor)) this.#out.line(this.#prefix + line)
    else this.entry(messageEntry(message, names))
  }

  /** Reports that the kernel has dropped notifications: in a stream of JSON on standard error. */
  lost(): void {
    const text = 'the buffer was full'
    if (this.#form.json) this.#out.complain(`${this.#prefix}lost: ${text}`)
    else this.entry(lostEntry(text))
  }

  flush(): void {
    this.#out.flush()
  }

  get #prefix(): string {
    return this.#netns === undefined ? '' : `[${this.#netns}] `
  }
}
