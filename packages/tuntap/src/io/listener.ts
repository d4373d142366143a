import { ArgumentError, show } from '@netloom/netlink/codec'
import { checkReadOptions, type ReadOptions } from './read-options.js'
import type { Reader } from './reader.js'
import { ReadingSession } from './reading-session.js'

/** Reads frames and calls a function with each of them, until it is stopped. */
export class FrameListener implements AsyncDisposable {
  /** Fulfilled after {@link stop}, or when the device was closed. Rejected if reading or the function failed, or the signal was aborted. */
  readonly done: Promise<void>
  readonly #session: ReadingSession
  readonly #onFrame: (frame: Buffer) => void

  /** @internal */
  constructor(reader: Reader, onFrame: (frame: Buffer) => void, options: ReadOptions) {
    if (typeof onFrame !== 'function') throw new ArgumentError(`expected a function, got ${show(onFrame)}`)
    checkReadOptions(options)
    this.#onFrame = onFrame
    this.#session = new ReadingSession(reader, 'start()', options.signal)
    this.done = this.#run()
  }

  /**
   * Stops calling the function, until {@link resume}. Frames remain in the kernel, which drops those that do not fit into its queue.
   * A paused listener does not keep the process alive, and does not notice that the device is deleted: `done` is rejected after
   * {@link resume}. `events()` reports the deletion at once.
   */
  pause(): void {
    this.#session.pause()
  }

  /** Calls the function again, in a later turn of the event loop. */
  resume(): void {
    this.#session.resume()
  }

  /** Ends reading. Frames that were read and not delivered are the next ones of the device. */
  stop(): void {
    this.#session.interrupt()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop()
    await this.done.catch(() => {})
  }

  async #run(): Promise<void> {
    const session = this.#session
    try {
      for (;;) {
        if (session.isPaused) await session.resumed()
        if (session.hasFrame) this.#onFrame(session.take())
        else if (!(await session.advance())) return
      }
    } finally {
      session.end()
    }
  }
}
