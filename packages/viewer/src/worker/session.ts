import { type DissectedCapture, dissectCapture } from '@netloom/netlink/dissect'
import { styled } from '@netloom/netlink/inspect'
import type { Progress } from '../protocol.js'
import { CaptureIndex } from './capture-index.js'
import { MessageViews } from './message-view.js'
import { Moments } from './moments.js'
import { Problems } from './problems.js'
import { Selection } from './selection.js'

/** Milliseconds that the decoder works before it lets the worker answer the page. */
const SLICE = 40

/** Lets the worker handle the messages of the page. */
const others = () => new Promise<void>((resolve) => setTimeout(resolve))

/** One opened capture: its messages, as far as they are decoded, and what the page can see of it. */
export class Session {
  readonly index = new CaptureIndex()
  readonly problems = new Problems(this.index)
  readonly moments = new Moments(this.index)
  readonly views = new MessageViews(this.index)
  selection = new Selection(this.index, '')
  readonly #name: string
  readonly #file: Uint8Array
  readonly #report: (progress: Progress) => void
  #datagrams: Iterator<DissectedCapture> | undefined
  #offset: number | undefined = 0
  #isRunning = false

  constructor(name: string, file: Uint8Array, report: (progress: Progress) => void) {
    // The name of a file may contain any character.
    this.#name = styled(name).text
    this.#file = file
    this.#report = report
    this.#datagrams = dissectCapture(file, { lossless: false })
  }

  /** Selects conversations. @throws {FilterError} */
  filter(text: string): void {
    this.selection = new Selection(this.index, text)
    // At once, because positions of rows mean other conversations from now on.
    this.#report(this.progress)
    void this.run()
  }

  /** Ends the decoding. */
  close(): void {
    this.#datagrams = undefined
    this.#isRunning = false
  }

  /** Decodes and filters in slices, and reports the progress, until all is done. */
  async run(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    while (this.#isRunning) {
      const deadline = performance.now() + SLICE
      this.#decode(deadline)
      this.selection.advance(deadline + SLICE / 2)
      this.#report(this.progress)
      if (this.#datagrams === undefined && this.selection.isDone) break
      await others()
    }
    this.#isRunning = false
  }

  get progress(): Progress {
    const { index, selection, problems } = this
    return {
      ...{ name: this.#name, isDone: this.#datagrams === undefined, size: this.#file.length },
      ...(this.#offset !== undefined && { offset: this.#offset }),
      ...{ messages: index.messageCount, conversations: index.conversationCount },
      ...{ filter: selection.text, listed: selection.count },
      ...{ isFiltering: !selection.isDone, unseenKeys: selection.isDone ? selection.unseenKeys : [] },
      ...{ problems: problems.count, refused: problems.refusedCount, moments: this.moments.count },
      ...(problems.firstRefused && { firstRefused: problems.firstRefused }),
      ...(problems.damage !== undefined && { damage: problems.damage }),
    }
  }

  #decode(deadline: number): void {
    while (this.#datagrams !== undefined && performance.now() < deadline) {
      const next = this.#next()
      if (next === undefined) {
        this.#datagrams = undefined
        for (const each of this.index.end()) this.problems.add(each)
        return
      }
      for (const each of this.index.add(next)) this.problems.add(each)
      this.moments.add()
      this.#offset = this.#offsetOf(next)
    }
  }

  /** Returns the next datagram, or undefined at the end or at the damage. */
  #next(): DissectedCapture | undefined {
    try {
      const next = this.#datagrams?.next()
      return next === undefined || next.done ? undefined : next.value
    } catch (error) {
      // Whatever is wrong with the file: what was decoded stays visible.
      this.problems.damage = error instanceof Error ? error.message : String(error)
      return undefined
    }
  }

  /** Returns the offset of a datagram in the file. Those of a log of strace have none, because their bytes are text there. */
  #offsetOf({ messages: [first] }: DissectedCapture): number | undefined {
    if (first === undefined || first.bytes.buffer !== this.#file.buffer) return this.#offset
    return first.bytes.byteOffset - this.#file.byteOffset
  }
}
