import type { ObjectKind } from '../../cache/index.js'
import { atCaller } from '../../connection/caller.js'
import { type OptionRules, validateOptions } from '../../connection/options.js'
import { type CacheNotice, type ChangeSource, EventQueue } from './event-queue.js'
import type { WatchEvent, WatchOptions } from './types.js'

/** Default number of events that may wait before changes of the same object are merged. */
const BUFFER = 4096

const optionRules: OptionRules<WatchOptions> = {
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
  initial: ['true or false', (value) => typeof value === 'boolean'],
  buffer: ['a number from 1', (value) => Number.isInteger(value) && Number(value) > 0],
}

/**
 * Events of a cache, for `for await`. Leaving the loop closes it. Events wait for a slow reader. If too many wait, changes of the
 * same object are merged, which an `overrun` announces.
 */
export class Watch<K extends ObjectKind = ObjectKind> implements AsyncIterableIterator<WatchEvent<K>>, Disposable {
  readonly #queue: EventQueue
  readonly #signal: AbortSignal | undefined
  readonly #initial: boolean
  readonly #started: Promise<void>
  readonly #onClose: (() => void) | undefined
  #unsubscribe = () => {}
  #isClosed = false
  #error: unknown
  /** Resolves the promises of all waiting readers. */
  #wake = () => {}

  /** `onClose` is called once, when the watch ends in any way. @internal */
  constructor(cache: Promise<ChangeSource>, options: WatchOptions, onClose?: () => void) {
    const { signal, initial = false, buffer = BUFFER } = validateOptions(options, optionRules)
    this.#queue = new EventQueue(buffer)
    this.#signal = signal
    this.#initial = initial
    this.#onClose = onClose
    if (signal?.aborted) this.#end(signal.reason)
    else signal?.addEventListener('abort', this.#aborted)
    this.#started = cache.then((started) => this.#begin(started))
    // An error of the start is thrown to the reader.
    this.#started.catch((error) => this.#end(error))
  }

  /** Resolves when the watch has begun: every change from then on is an event. @throws the error of the start */
  async ready(): Promise<this> {
    try {
      await this.#started
      return this
    } catch (error) {
      throw atCaller(error, this.ready)
    }
  }

  /** Returns the next event, and waits for it. @throws the error that ended the watch, after the last event */
  async next(): Promise<IteratorResult<WatchEvent<K>, undefined>> {
    try {
      for (;;) {
        if (this.#signal?.aborted) throw this.#signal.reason
        const event = this.#queue.take() as WatchEvent<K> | undefined
        if (event !== undefined) return { done: false, value: event }
        if (this.#isClosed) return this.#last()
        await this.#changed()
      }
    } catch (error) {
      throw atCaller(error, this.next)
    }
  }

  async return(): Promise<IteratorResult<WatchEvent<K>, undefined>> {
    this.close()
    return { done: true, value: undefined }
  }

  /** Ends the watch, and drops events that wait. Further calls do nothing. */
  close(): void {
    this.#queue.clear()
    this.#end(undefined)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #begin(cache: ChangeSource): void {
    if (this.#isClosed) return
    if (this.#initial) {
      for (const change of cache.present()) this.#queue.add(change)
      this.#queue.resynchronised()
    }
    this.#unsubscribe = cache.subscribe((notice) => this.#take(notice))
    this.#wake()
  }

  #take(notice: CacheNotice): void {
    if (!('type' in notice)) this.#queue.push(notice)
    else if (notice.type === 'overrun') this.#queue.overrun()
    else if (notice.type === 'resynchronised') this.#queue.resynchronised()
    else if (notice.type === 'end') this.#end(notice.error)
    this.#wake()
  }

  /** Throws the error once, as a generator does. */
  #last(): IteratorResult<WatchEvent<K>, undefined> {
    const error = this.#error
    this.#error = undefined
    if (error !== undefined) throw error
    return { done: true, value: undefined }
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      const others = this.#wake
      this.#wake = () => {
        this.#wake = () => {}
        others()
        resolve()
      }
    })
  }

  readonly #aborted = () => this.#end(this.#signal?.reason)

  #end(error: unknown): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#error = error
    this.#signal?.removeEventListener('abort', this.#aborted)
    this.#unsubscribe()
    this.#onClose?.()
    this.#wake()
  }
}
