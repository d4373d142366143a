import { DEPTH } from './operations.js'
import { type BatchOptions, checkBatchOptions, checkReadOptions, type ReadOptions } from './read-options.js'
import type { Reader } from './reader.js'
import { ReadingSession } from './reading-session.js'
import type { Source } from './source.js'

type Result<T> = IteratorResult<T, undefined>
const DONE: Result<never> = { done: true, value: undefined }

/** Reads in turns of the event loop, as fast as values are requested. It is not a generator, whose steps take twice as long. */
export abstract class Iteration<Item, T> implements AsyncIterableIterator<T, undefined>, AsyncDisposable {
  readonly #source: Source<Item>
  readonly #name: string
  readonly #signal: AbortSignal | undefined
  readonly #most: number | undefined
  /** Undefined before the first step. */
  #session: ReadingSession<Item> | undefined
  /** The step that waits. */
  #step: Promise<Result<T>> | undefined
  #isEnded = false

  /** @internal */
  constructor(source: Source<Item>, name: string, signal: AbortSignal | undefined, most?: number) {
    this.#source = source
    this.#name = name
    this.#signal = signal
    this.#most = most
  }

  /** Returns the next value of a session that has an item. */
  protected abstract take(session: ReadingSession<Item>): T

  next(): Promise<Result<T>> {
    if (this.#step) {
      const next = () => this.next()
      return this.#step.then(next, next)
    }
    if (this.#session?.hasItem) return Promise.resolve({ done: false, value: this.take(this.#session) })
    const step = this.#advance()
    this.#step = step
    return step
  }

  async #advance(): Promise<Result<T>> {
    try {
      if (this.#isEnded) return DONE
      this.#session ??= new ReadingSession(this.#source, this.#name, this.#signal)
      const session = this.#session
      while (await session.advance(this.#most)) if (session.hasItem) return { done: false, value: this.take(session) }
      this.#end()
      return DONE
    } catch (error) {
      this.#end()
      throw error
    } finally {
      this.#step = undefined
    }
  }

  #end(): void {
    this.#isEnded = true
    this.#session?.end()
  }

  /** Ends reading at once. What was read and not delivered is the next that others read. */
  async return(): Promise<Result<T>> {
    this.#end()
    await this.#step?.catch(() => {})
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
export class FrameIterator extends Iteration<Buffer, Buffer> {
  readonly #reader: Reader

  /** @internal */
  constructor(reader: Reader, name: string, options: ReadOptions) {
    checkReadOptions(options)
    super(reader, name, options.signal)
    this.#reader = reader
  }

  protected take(session: ReadingSession<Buffer>): Buffer {
    return this.#reader.copy(session.take())
  }
}

/** Yields batches of frames without copying them. They are valid until the next batch is requested. */
export class BatchIterator extends Iteration<Buffer, Buffer[]> {
  /** @internal */
  constructor(reader: Reader, name: string, options: BatchOptions) {
    checkBatchOptions(options)
    super(reader, name, options.signal, options.depth ?? DEPTH)
  }

  protected take(session: ReadingSession<Buffer>): Buffer[] {
    return session.takeAll()
  }
}
