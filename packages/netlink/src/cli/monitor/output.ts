import type { DissectedMessage } from '../../dissect/index.js'
import { JsonMessages, type Names } from '../../inspect/index.js'
import type { Printer } from '../command.js'
import { jsonLine } from '../json-line.js'
import { MessageDetail } from '../message-detail.js'
import { MessageFilter } from '../message-filter.js'
import { singleMessage } from '../single-message.js'
import { clockTime, isoTime, now } from '../time.js'
import { type Entry, entryLine, reportEntry } from './entry.js'
import { messageEntry } from './message-entry.js'

/** Form of the output. */
export interface Form {
  /** Prints whole messages as JSON. */
  readonly json: boolean
  /** With `json`: prints names instead of numbers. */
  readonly words: boolean
  /** Prints all attributes of each message. */
  readonly detail: boolean
  /** Like `detail`, with the bytes of each part. */
  readonly hex: boolean
  /** Prints keys and passwords. */
  readonly secrets: boolean
  /** Prints times in UTC. */
  readonly utc: boolean
  readonly isColoured: boolean
  /** Prints what this filter selects. */
  readonly filter: string | undefined
}

/** The output of one namespace. */
export class NamespaceOutput {
  readonly #out: Printer
  readonly #form: Form
  /** Name of the namespace, if several are monitored. */
  readonly #netns: string | undefined

  readonly #json: JsonMessages
  readonly #detail: MessageDetail
  /** Number of messages so far. */
  #count = 0
  #filter: MessageFilter | undefined

  constructor(out: Printer, form: Form, netns: string | undefined) {
    this.#json = new JsonMessages(form)
    this.#detail = new MessageDetail(out, { ...form, bytes: form.hex })
    this.#out = out
    this.#form = form
    this.#netns = netns
  }

  /** True if whole messages are printed, and nothing is compared. */
  get isRaw(): boolean {
    return this.#form.json || this.#isDetailed
  }

  get #isDetailed(): boolean {
    return this.#form.detail || this.#form.hex
  }

  /** Prints an entry, if the filter selects one of its messages. */
  entry(entry: Entry, names: Names): void {
    const messages = this.#form.filter === undefined ? undefined : entry.about?.()
    if (messages === undefined || messages.some((message) => this.#selects(message, names))) this.#print(entry)
  }

  #print(entry: Entry): void {
    this.#out.styled(entryLine(entry, this.#form.utc, this.#prefix), this.#form.isColoured)
  }

  message(message: DissectedMessage, names: Names): void {
    this.#count++
    if (!this.#selects(message, names)) return
    const time = now()
    const { json, utc } = this.#form
    const place = { time: isoTime(time), ...(this.#netns === undefined ? {} : { netns: this.#netns }) }
    if (json) this.#out.line(jsonLine(place, message, this.#json))
    else if (this.#isDetailed)
      this.#detail.print(singleMessage(message, this.#count, 'event'), clockTime(time, utc), this.#prefix)
    else this.#print(messageEntry(message, names))
  }

  /** Reports that the kernel has dropped notifications: in a stream of JSON on standard error. */
  lost(): void {
    this.#report('lost', 'the buffer was full')
  }

  /** Reports that the namespace was removed, in the same way. */
  removed(): void {
    this.#report('netns', 'the namespace was removed')
  }

  #report(kind: string, text: string): void {
    if (this.#form.json) this.#out.complain(`${this.#prefix}${kind}: ${text}`)
    else this.#print(reportEntry(kind, text))
  }

  /** True if there is no filter, or if it selects the message. All messages of one output have the same names. */
  #selects(message: DissectedMessage, names: Names): boolean {
    const { filter } = this.#form
    if (filter === undefined) return true
    this.#filter ??= new MessageFilter(filter, names, 'event')
    return this.#filter.selects(message, this.#count)
  }

  flush(): void {
    this.#out.flush()
  }

  get #prefix(): string {
    return this.#netns === undefined ? '' : `[${this.#netns}] `
  }
}
