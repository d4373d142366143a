import { show } from '../codec/error.js'
import type { Messages } from '../message/index.js'
import { forgotten } from '../socket/forgotten.js'
import type { Channel } from './channel.js'
import type { MonitorEvent } from './events.js'
import { type Feed, LIMIT } from './feed.js'

/**
 * Hears what happens, from the moment it is made on: nothing that happens later is missed without being told. Events wait
 * until they are taken, by `for await` or by `readSync`; taking one takes it from all. One that is forgotten, and not awaited, is closed when
 * it is collected.
 */
export class Monitor<M extends Messages> implements AsyncIterableIterator<MonitorEvent<M>>, Disposable {
  readonly #channel: Channel
  readonly #feed: Feed<MonitorEvent<M>>

  /** For connections, which make it. */
  constructor(feed: Feed<MonitorEvent<M>>, channel: Channel) {
    this.#channel = channel
    this.#feed = feed
    forgotten.register(this, feed.close, feed.close)
  }

  /**
   * The next event, or undefined where none comes in so many milliseconds, or where it is closed; meanwhile nothing else
   * runs.
   * @throws {SystemError} where the socket fails
   */
  readSync(timeout: number = Number.POSITIVE_INFINITY): MonitorEvent<M> | undefined {
    const until = performance.now() + timeout
    // When the time is over, what has come by then is still looked at: it may be an event behind something else.
    for (let late = 0; late < LIMIT; ) {
      const event = this.#feed.take()
      if (event !== undefined || this.#feed.closed) return event
      const left = until - performance.now()
      if (left <= 0) late++
      // A mock's socket does not wait where nothing can come.
      if (!this.#channel.stepSync(undefined, Math.max(0, left))) return undefined
    }
    return undefined
  }

  /**
   * Takes the events that have arrived, without waiting, and at most `most` of them.
   * @returns `drained` if a read found the queue empty: every loss before that moment has been reported
   * @throws {SystemError} where the socket fails
   */
  takeSync(most: number): { readonly events: readonly MonitorEvent<M>[]; readonly drained: boolean } {
    if (!Number.isInteger(most) || most < 1)
      throw new TypeError(`expected most to be an integer from 1, got ${show(most)}`)
    const events: MonitorEvent<M>[] = []
    // What is read and is no event counts too, so that a flood of it ends.
    for (let reads = 0; events.length < most && reads < most + LIMIT; ) {
      const event = this.#feed.take()
      if (event !== undefined) events.push(event)
      else if (this.#feed.closed || !this.#channel.stepSync(undefined, 0)) return { events, drained: true }
      else reads++
    }
    return { events, drained: false }
  }

  /** The next event; done where the monitor is closed. @throws {SystemError} where the socket fails */
  async next(): Promise<IteratorResult<MonitorEvent<M>, undefined>> {
    for (;;) {
      const value = this.#feed.take()
      if (value !== undefined) return { done: false, value }
      if (this.#feed.closed) return { done: true, value: undefined }
      await this.#feed.news()
    }
  }

  /**
   * Waits until there is an event, and leaves it where it is, for {@link takeSync}. An event of `next` reaches its caller in a
   * later microtask than it is taken, so that later ones could be taken before it is seen.
   * @returns false if the monitor is closed
   */
  async readable(): Promise<boolean> {
    while (!this.#feed.ready && !this.#feed.closed) await this.#feed.news()
    return !this.#feed.closed
  }

  /** Leaving a `for await` closes the monitor. */
  async return(): Promise<IteratorResult<MonitorEvent<M>, undefined>> {
    this.close()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** It holds the process, which is the default. */
  ref(): this {
    this.#channel.ref()
    return this
  }

  /** It does not hold the process. */
  unref(): this {
    this.#channel.unref()
    return this
  }

  /** Ends hearing; what was heard and not taken is gone. A second time does nothing. */
  close(): void {
    forgotten.unregister(this.#feed.close)
    this.#feed.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
