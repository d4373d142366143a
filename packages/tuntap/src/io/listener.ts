import { ArgumentError, show } from '@netloom/netlink/codec'
import { checkReadOptions, type ReadOptions } from './read-options.js'
import type { Reader } from './reader.js'
import { ReadingSession } from './reading-session.js'
import type { Source } from './source.js'

/** Reads, and calls a function with what was read, until it is stopped. */
export abstract class Listener<T> implements AsyncDisposable {
  /** Fulfilled after {@link stop}, or when the descriptor was closed. Rejected if reading or the function failed, or the signal was aborted. */
  readonly done: Promise<void>
  readonly #session: ReadingSession<T>

  /**
   * @internal
   * @param deliver Takes items of a session that has one.
   */
  constructor(source: Source<T>, options: ReadOptions, deliver: (session: ReadingSession<T>) => void) {
    checkReadOptions(options)
    this.#session = new ReadingSession(source, 'start()', options.signal)
    this.done = this.#run(deliver)
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

  /** Ends reading. What was read and not delivered is the next that others read. */
  stop(): void {
    this.#session.interrupt()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop()
    await this.done.catch(() => {})
  }

  async #run(deliver: (session: ReadingSession<T>) => void): Promise<void> {
    const session = this.#session
    try {
      for (;;) {
        if (session.isPaused) await session.resumed()
        if (session.hasItem) deliver(session)
        else if (!(await session.advance())) return
      }
    } finally {
      session.end()
    }
  }
}

/** @throws {TypeError} if the value is not a function */
export function checkCallback(value: unknown): void {
  if (typeof value !== 'function') throw new ArgumentError(`expected a function, got ${show(value)}`)
}

/** Reads frames and calls a function with each of them, until it is stopped. */
export class FrameListener extends Listener<Buffer> {
  /** @internal */
  constructor(reader: Reader, onFrame: (frame: Buffer) => void, options: ReadOptions) {
    checkCallback(onFrame)
    super(reader, options, (session) => onFrame(session.take()))
  }
}
