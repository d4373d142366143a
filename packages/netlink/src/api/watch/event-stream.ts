import { atCaller } from '../../connection/caller.js'
import type { Monitor } from '../../connection/monitor.js'
import { type MonitorOptions, type OptionRules, validateOptions } from '../../connection/options.js'
import type { Messages } from '../../message/index.js'

/** Options of a stream of events. */
export interface EventStreamOptions {
  /** Ends the stream when it is aborted. The reader gets the reason as an error. */
  readonly signal?: AbortSignal | undefined
  /** Size of the kernel's buffer for unread notifications, in bytes. Default: 4 MiB. */
  readonly receiveBuffer?: number | undefined
}

/** A kind of notifications, and their conversion to events. */
export interface EventSource<M extends Messages, E, S = void> {
  /** Opens the monitor. It receives from then on. */
  open(options: MonitorOptions): Monitor<M>
  /** Reads the state that the conversion needs. */
  start(): Promise<S>
  /** Converts the notifications, until the monitor ends. */
  events(monitor: Monitor<M>, started: S): AsyncIterable<E>
  /** Ends the notifications, before the monitor is closed. Errors are ignored: it may be closed already. */
  stop?(monitor: Monitor<M>): void
}

const optionRules: OptionRules<EventStreamOptions> = {
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
  receiveBuffer: ['a number of bytes from 1', (value) => Number.isInteger(value) && Number(value) > 0],
}

/** Events of the kernel, for `for await`. Leaving the loop closes it. */
export class EventStream<E> implements AsyncIterableIterator<E>, Disposable {
  readonly #signal: AbortSignal | undefined
  readonly #started: Promise<unknown>
  readonly #events: AsyncGenerator<E, undefined>
  readonly #closeMonitor: () => void

  private constructor(
    signal: AbortSignal | undefined,
    started: Promise<unknown>,
    events: AsyncIterable<E>,
    close: () => void,
  ) {
    this.#signal = signal
    this.#started = started
    this.#closeMonitor = close
    this.#events = this.#run(events)
    if (signal?.aborted) this.close()
    else signal?.addEventListener('abort', this.#aborted)
    // An error of the start is thrown to the reader.
    started.catch(() => this.close())
  }

  /**
   * Starts a stream. Errors of the kernel are thrown to the reader.
   * @throws {TypeError} for a wrong option
   * @internal
   */
  static from<M extends Messages, E, S>(source: EventSource<M, E, S>, options: EventStreamOptions): EventStream<E> {
    const { signal, receiveBuffer } = validateOptions(options, optionRules)
    let monitor: Monitor<M> | undefined
    const start = async () => {
      monitor = source.open(receiveBuffer === undefined ? {} : { receiveBuffer })
      return [monitor, await source.start()] as const
    }
    // Runs up to the first wait: the monitor is open when this returns.
    const started = start()
    async function* events(): AsyncGenerator<E> {
      yield* source.events(...(await started))
    }
    const close = () => {
      if (monitor === undefined) return
      const open = monitor
      monitor = undefined
      try {
        source.stop?.(open)
      } catch {}
      open.close()
    }
    return new EventStream(signal, started, events(), close)
  }

  async *#run(events: AsyncIterable<E>): AsyncGenerator<E, undefined> {
    yield* events
    if (this.#signal?.aborted) throw this.#signal.reason
    return undefined
  }

  /** Resolves when the stream has begun: every change from then on is an event. @throws the error of the start */
  async ready(): Promise<this> {
    try {
      await this.#started
      return this
    } catch (error) {
      throw atCaller(error, this.ready)
    }
  }

  /** Returns the next event, and waits for it. @throws the error that ended the stream */
  async next(): Promise<IteratorResult<E, undefined>> {
    try {
      return await this.#events.next()
    } catch (error) {
      throw atCaller(error, this.next)
    }
  }

  async return(): Promise<IteratorResult<E, undefined>> {
    this.close()
    return { done: true, value: undefined }
  }

  readonly #aborted = () => this.close()

  /** Ends the stream, and drops events that wait. Further calls do nothing. */
  close(): void {
    this.#signal?.removeEventListener('abort', this.#aborted)
    this.#closeMonitor()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
