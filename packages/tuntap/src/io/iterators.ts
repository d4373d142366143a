import { ArgumentError, show } from '@netloom/netlink/codec'
import { type FrameBatch, framesOf, KeptFrames } from './frame-batch.js'
import { DEPTH } from './operations.js'
import type { Reader } from './reader.js'
import { ReadingSession } from './reading-session.js'

/** Options of asynchronous reading. */
export interface ReadOptions {
  /** Ends reading: the iterator throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Options of {@link BatchIterator}. */
export interface BatchOptions extends ReadOptions {
  /** Maximum number of frames in a batch, 1 to 64. */
  readonly depth?: number | undefined
}

const NONE = new KeptFrames([])

type Result<T> = IteratorResult<T, undefined>
const DONE: Result<never> = { done: true, value: undefined }

/** Reads in turns of the event loop, as fast as values are requested. It is not a generator, whose steps take twice as long. */
abstract class FrameIteration<T> implements AsyncIterableIterator<T, undefined>, AsyncDisposable {
  protected batch: FrameBatch = NONE
  /** Index of the next frame in the batch. */
  protected at = 0
  protected readonly reader: Reader
  readonly #name: string
  readonly #signal: AbortSignal | undefined
  readonly #most: number | undefined
  /** Undefined before the first step. */
  #session: ReadingSession | undefined
  /** The step that waits. */
  #step: Promise<Result<T>> | undefined
  #isEnded = false

  constructor(reader: Reader, name: string, { signal }: ReadOptions, most?: number) {
    this.reader = reader
    this.#name = name
    this.#signal = signal
    this.#most = most
  }

  /** Returns the next value of the current batch, which has one. */
  protected abstract take(): T

  next(): Promise<Result<T>> {
    if (this.#step) {
      const next = () => this.next()
      return this.#step.then(next, next)
    }
    if (this.at < this.batch.count && this.#session?.isRunning)
      return Promise.resolve({ done: false, value: this.take() })
    const step = this.#advance()
    this.#step = step
    return step
  }

  async #advance(): Promise<Result<T>> {
    try {
      if (this.#isEnded) return DONE
      this.#session ??= new ReadingSession(this.reader, this.#name, this.#signal)
      // Reading overwrites a batch. If frames are left, reading was interrupted, and they are kept.
      if (this.at === this.batch.count) this.#forgetBatch()
      const batch = await this.#session.advance(this.#most)
      if (batch === undefined) {
        this.#end()
        return DONE
      }
      this.batch = batch
      this.at = 0
      return { done: false, value: this.take() }
    } catch (error) {
      this.#end()
      throw error
    } finally {
      this.#step = undefined
    }
  }

  #end(): void {
    this.#isEnded = true
    this.#session?.end(this.batch, this.at)
    this.#forgetBatch()
  }

  #forgetBatch(): void {
    this.batch = NONE
    this.at = 0
  }

  /** Ends reading. Frames that were read and not delivered are the next ones of the device. */
  async return(): Promise<Result<T>> {
    this.#session?.interrupt()
    await this.#step?.catch(() => {})
    this.#end()
    return DONE
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }
}

/** Yields copies of frames, which the caller may keep. */
export class FrameIterator extends FrameIteration<Buffer> {
  protected take(): Buffer {
    return this.reader.copy(this.batch.frame(this.at++))
  }
}

/** Yields batches of frames without copying them. They are valid until the next batch is requested. */
export class BatchIterator extends FrameIteration<Buffer[]> {
  constructor(reader: Reader, name: string, { depth = DEPTH, ...options }: BatchOptions) {
    if (!(Number.isInteger(depth) && depth >= 1 && depth <= DEPTH))
      throw new ArgumentError(`expected a depth from 1 to ${DEPTH}, got ${show(depth)}`)
    super(reader, name, options, depth)
  }

  protected take(): Buffer[] {
    const frames = framesOf(this.batch, this.at)
    this.at = this.batch.count
    return frames
  }
}
