import { ArgumentError, show } from '../codec/error.js'
import { output, written } from '../codec/output.js'
import type { Messages, Protocol, RequestOf } from '../message/index.js'
import { forgotten } from '../socket/forgotten.js'
import { atCaller, calledBy } from './caller.js'
import { type EventQueue, SHARED_CAPACITY } from './event-queue.js'
import type { MonitorEvent } from './events.js'
import { writeRequest } from './request.js'
import type { SocketDriver } from './socket-driver.js'

/**
 * Receives the notifications of multicast groups, beginning with its creation. Each change is reported by an event, or its
 * loss by an `overrun` event. Events are queued until they are taken with `for await`, `readSync` or `takeSync`. Each event
 * is taken once. A monitor that is garbage-collected closes its socket; one that is waited for is not garbage-collected.
 */
export class Monitor<M extends Messages> implements AsyncIterableIterator<MonitorEvent<M>>, Disposable {
  readonly #driver: SocketDriver
  readonly #events: EventQueue<M>
  readonly #protocol: Protocol<M>

  /** Called by {@link Connection.monitor}. */
  constructor(protocol: Protocol<M>, events: EventQueue<M>, driver: SocketDriver) {
    this.#protocol = protocol
    this.#driver = driver
    this.#events = events
    forgotten.register(this, events.close, events.close)
  }

  /**
   * Returns the next event. Blocks the thread until there is one. Returns undefined after `timeout` milliseconds, or if the
   * monitor is closed.
   * @throws {SystemError} if the socket failed
   */
  readSync(timeout: number = Number.POSITIVE_INFINITY): MonitorEvent<M> | undefined {
    return calledBy(this.readSync, () => this.#read(timeout))
  }

  #read(timeout: number): MonitorEvent<M> | undefined {
    const until = performance.now() + timeout
    // After the timeout, still read what was received in time: an event may come after messages that are not events.
    for (let late = 0; late < SHARED_CAPACITY; ) {
      const event = this.#events.take()
      if (event !== undefined || this.#events.isClosed) return event
      const left = until - performance.now()
      if (left <= 0) late++
      // The socket of a mock returns before the timeout if it cannot receive anything any more.
      if (!this.#driver.receiveSync(undefined, Math.max(0, left))) return undefined
    }
    return undefined
  }

  /**
   * Returns the events that were received, without waiting.
   * @param most Maximum number of events.
   * @returns `drained`: true if the socket was empty. Then all losses so far have been reported.
   * @throws {SystemError} if the socket failed
   */
  takeSync(most: number): { readonly events: readonly MonitorEvent<M>[]; readonly drained: boolean } {
    return calledBy(this.takeSync, () => this.#take(most))
  }

  #take(most: number): { readonly events: readonly MonitorEvent<M>[]; readonly drained: boolean } {
    if (!Number.isInteger(most) || most < 1)
      throw new ArgumentError(`expected most to be an integer from 1, got ${show(most)}`)
    const events: MonitorEvent<M>[] = []
    // Limits the reads too, so that a flood of messages that are not events cannot block.
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
    // Inline instead of a method of the queue. While it waits, the monitor must stay referenced, or it would be
    // garbage-collected and closed.
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
   * Waits until there is an event, without taking it. Use it with {@link takeSync}. (`next` takes an event some microtasks
   * before its caller receives it, so later events could overtake it.)
   * @returns false if the monitor is closed
   */
  async readable(): Promise<boolean> {
    while (!this.#events.isReady && !this.#events.isClosed) await this.#events.changed()
    return !this.#events.isClosed
  }

  /** Closes the monitor when a `for await` loop is left. */
  async return(): Promise<IteratorResult<MonitorEvent<M>, undefined>> {
    this.close()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /**
   * Sends a message from the socket of the monitor, and waits for no answer. NETLINK_CONNECTOR sends events only to sockets that
   * requested them.
   * @throws {EncodeError} (a TypeError) if the message cannot be encoded. Nothing was sent.
   * @throws {SystemError} if sending fails
   */
  send<N extends string & keyof M>(name: N, value: RequestOf<M, N>): void {
    calledBy(this.send, () => {
      if (this.#events.isClosed) throw new ArgumentError('expected an open monitor, got one that was closed')
      const { transport } = this.#driver
      const out = output()
      writeRequest(out, this.#protocol as Protocol, name, value, { flags: 0, seq: 0, pid: transport.port })
      transport.send(written(out))
    })
  }

  /** Makes the monitor keep the process alive until it is closed. This is the default. */
  ref(): this {
    this.#driver.ref()
    return this
  }

  /** Lets the process end while the monitor is open. */
  unref(): this {
    this.#driver.unref()
    return this
  }

  /** Stops receiving, and drops the queued events. A second call does nothing. */
  close(): void {
    forgotten.unregister(this.#events.close)
    this.#events.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
