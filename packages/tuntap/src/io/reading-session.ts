import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FrameBatch } from './frame-batch.js'
import type { Reader } from './reader.js'
import type { Waiter } from './waiter.js'

/** Maximum number of frames that are delivered in one turn of the event loop, so that timers and sockets are not delayed. */
const FRAMES_PER_TURN = 256

/** Reads batches in turns of the event loop. Excludes other readers until it ends. */
export class ReadingSession {
  readonly #reader: Reader
  readonly #waiter: Waiter
  readonly #signal: AbortSignal | undefined
  readonly #interrupt: () => void
  #left = FRAMES_PER_TURN
  #isInterrupted = false
  #isPaused = false
  #isEnded = false

  /** @throws {TypeError} if there is another reader, or the queue was closed */
  constructor(reader: Reader, name: string, signal: AbortSignal | undefined) {
    reader.queue.openFd()
    this.#reader = reader
    this.#waiter = reader.hold(name)
    this.#signal = signal
    this.#interrupt = () => this.interrupt()
    if (signal?.aborted) this.#isInterrupted = true
    signal?.addEventListener('abort', this.#interrupt, { once: true })
  }

  /** False if the next {@link advance} ends, although there may be frames. */
  get isRunning(): boolean {
    return !this.#isInterrupted && this.#reader.queue.isOpen
  }

  /** Makes {@link advance} end, also if it waits. */
  interrupt(): void {
    this.#isInterrupted = true
    this.#waiter.wake()
  }

  /** True between {@link pause} and {@link resume}. */
  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Makes {@link advance} wait without reading, also if it waits for a frame. */
  pause(): void {
    this.#isPaused = true
    this.#waiter.wake()
  }

  resume(): void {
    this.#isPaused = false
    this.#waiter.wake()
  }

  /** Waits until {@link resume}, {@link interrupt} or the end of the queue. */
  async resumed(): Promise<void> {
    while (this.#isPaused && this.isRunning) await new Promise<void>((resolve) => this.#waiter.park(resolve))
  }

  /**
   * Waits for the next batch. Returns undefined after {@link interrupt} or when the queue was closed.
   * @throws the reason of the aborted signal
   * @throws {SystemError} if the device was deleted
   */
  async advance(most?: number): Promise<FrameBatch | undefined> {
    while (this.isRunning) {
      if (this.#isPaused) {
        await this.resumed()
        continue
      }
      if (this.#left <= 0) {
        this.#left = FRAMES_PER_TURN
        await nextTurn()
        continue
      }
      const batch = this.#reader.receive(most)
      if (batch !== undefined) {
        this.#left -= batch.count
        return batch
      }
      await new Promise<void>((resolve) => this.#waiter.arm(resolve))
      this.#left = FRAMES_PER_TURN
    }
    this.#signal?.throwIfAborted()
    return undefined
  }

  /** Lets others read, beginning with the frames of the last batch from an index on. Further calls have no effect. */
  end(batch?: FrameBatch, from?: number): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#signal?.removeEventListener('abort', this.#interrupt)
    this.#reader.release(batch, from)
  }
}
