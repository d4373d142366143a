import { ArgumentError, show } from '../codec/error.js'
import type { Messages } from '../message/index.js'
import { forgotten } from '../socket/forgotten.js'
import { atCaller, calledBy } from './caller.js'
import { type EventQueue, SHARED_CAPACITY } from './event-queue.js'
import type { MonitorEvent } from './events.js'
import type { SocketDriver } from './socket-driver.js'

/**
 * Receives what the kernel sends to multicast groups, from the moment it is created. Either an event reports a change, or an
 * `overrun` reports that events were lost. Events wait until they are taken by `for await`, `readSync` or `takeSync`; each is
 * taken once. A monitor that is garbage-collected is closed, unless something waits for its events.
 */
export class Monitor<M extends Messages> implements AsyncIterableIterator<MonitorEvent<M>>, Disposable {
  readonly #driver: SocketDriver
  readonly #events: EventQueue<M>

  /** For {@link Connection.monitor}. */
  constructor(events: EventQueue<M>, driver: SocketDriver) {
    this.#driver = driver
    this.#events = events
    forgotten.register(this, events.close, events.close)
  }

  /**
   * Returns the next event. Blocks the thread until there is one; returns undefined if there is none within `timeout` milliseconds,
   * or if the monitor is closed.
   * @throws {SystemError} if the socket failed
   */
  readSync(timeout: number = Number.POSITIVE_INFINITY): MonitorEvent<M> | undefined {
    return calledBy(this.readSync, () => this.#read(timeout))
  }

  #read(timeout: number): MonitorEvent<M> | undefined {
    const until = performance.now() + timeout
    // After the timeout, still reads what was received by then: an event may follow messages that are no events.
    for (let late = 0; late < SHARED_CAPACITY; ) {
      const event = this.#events.take()
      if (event !== undefined || this.#events.isClosed) return event
      const left = until - performance.now()
      if (left <= 0) late++
      // The socket of a mock returns before the timeout if nothing can be received.
      if (!this.#driver.receiveSync(undefined, Math.max(0, left))) return undefined
    }
    return undefined
  }

  /**
   * Takes the events that were received, without waiting.
   * @param most The largest number of events to take.
   * @returns `drained`: true if the socket was empty. All losses before that moment are then reported.
   * @throws {SystemError} if the socket failed
   */
  takeSync(most: number): { readonly events: readonly MonitorEvent<M>[]; readonly drained: boolean } {
    return calledBy(this.takeSync, () => this.#take(most))
  }

  #take(most: number): { readonly events: readonly MonitorEvent<M>[]; readonly drained: boolean } {
    if (!Number.isInteger(most) || most < 1)
      throw new ArgumentError(`expected most to be an integer from 1, got ${show(most)}`)
    const events: MonitorEvent<M>[] = []
    // Counts reads too, so that a flood of messages that are no events ends.
    for (let reads = 0; events.length < most && reads < most + SHARED_CAPACITY; ) {
      const event = this.#events.take()
      if (event !== undefined) events.push(event)
      else if (this.#events.isClosed || !this.#driver.receiveSync(undefined, 0)) return { events, drained: true }
      else reads++
    }
    return { events, drained: false }
  }

  /** Returns the next event, or `done` if the monitor is closed. @throws {SystemError} if the socket failed */
  async next(): Promise<IteratorResult<MonitorEvent<M>, undefined>> {
    // Not by a method of the queue: while it waits, this function must refer to the monitor, which would be closed otherwise.
    for (;;) {
      const value = this.#events.take()
      if (value !== undefined) return { done: false, value }
      if (this.#events.isClosed) return { done: true, value: undefined }
      try {
        await this.#events.changed()
      } catch (error) {
        throw atCaller(error, this.next)
      }
    }
  }

  /**
   * Waits until there is an event, and does not take it: {@link takeSync} does. `next` takes an event some microtasks before its
   * caller gets it, so later events could overtake it.
   * @returns false if the monitor is closed
   */
  async readable(): Promise<boolean> {
    while (!this.#events.isReady && !this.#events.isClosed) await this.#events.changed()
    return !this.#events.isClosed
  }

  /** Closes the monitor, when a `for await` loop is left. */
  async return(): Promise<IteratorResult<MonitorEvent<M>, undefined>> {
    this.close()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Keeps the process alive until the monitor is closed, which is the default. */
  ref(): this {
    this.#driver.ref()
    return this
  }

  /** Does not keep the process alive. */
  unref(): this {
    this.#driver.unref()
    return this
  }

  /** Stops receiving, and drops the events that were not taken. A second call does nothing. */
  close(): void {
    forgotten.unregister(this.#events.close)
    this.#events.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
