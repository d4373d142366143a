import { setImmediate as nextTurn } from 'node:timers/promises'
import { type FrameBatch, framesOf, KeptFrames } from './frame-batch.js'
import type { Reader } from './reader.js'
import type { Waiter } from './waiter.js'

/** Maximum number of frames that are delivered in one turn of the event loop, so that timers and sockets are not delayed. */
const FRAMES_PER_TURN = 256

const NONE = new KeptFrames([])

/** Reads batches in turns of the event loop. Excludes other readers until it ends. */
export class ReadingSession {
  readonly #reader: Reader
  readonly #waiter: Waiter
  readonly #signal: AbortSignal | undefined
  readonly #interrupt: () => void
  #batch: FrameBatch = NONE
  /** Index of the next frame in the batch. */
  #at = 0
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

  /** True if a frame of the last batch can be taken. False after {@link interrupt} or {@link end}. */
  get hasFrame(): boolean {
    return this.#at < this.#batch.count && this.#isRunning
  }

  /** Returns the next frame of the last batch, in place. Reading overwrites it. */
  take(): Buffer {
    return this.#batch.frame(this.#at++)
  }

  /** Returns the remaining frames of the last batch, in place. */
  takeAll(): Buffer[] {
    const frames = framesOf(this.#batch, this.#at)
    this.#at = this.#batch.count
    return frames
  }

  get #isRunning(): boolean {
    return !this.#isInterrupted && this.#reader.queue.isOpen
  }

  /** Makes {@link advance} end, also if it waits. */
  interrupt(): void {
    if (this.#isEnded) return
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
    while (this.#isPaused && this.#isRunning) await new Promise<void>((resolve) => this.#waiter.park(resolve))
  }

  /**
   * Waits until there is a frame. Returns false after {@link interrupt} or {@link end}, or when the queue was closed. All three can
   * also happen before its caller continues, so {@link hasFrame} decides.
   * @throws the reason of the aborted signal
   * @throws {SystemError} if the device was deleted
   */
  async advance(most?: number): Promise<boolean> {
    while (this.#isRunning) {
      if (this.#isPaused) {
        await this.resumed()
        continue
      }
      // Reading would overwrite them.
      if (this.hasFrame) return true
      if (this.#left <= 0) {
        this.#left = FRAMES_PER_TURN
        await nextTurn()
        continue
      }
      const batch = this.#reader.receive(most)
      if (batch !== undefined) {
        this.#left -= batch.count
        this.#batch = batch
        this.#at = 0
        return true
      }
      await new Promise<void>((resolve) => this.#waiter.arm(resolve))
      this.#left = FRAMES_PER_TURN
    }
    this.#signal?.throwIfAborted()
    return false
  }

  /** Lets others read at once, beginning with the frames of the last batch that were not taken. Further calls have no effect. */
  end(): void {
    if (this.#isEnded) return
    this.interrupt()
    this.#isEnded = true
    this.#signal?.removeEventListener('abort', this.#interrupt)
    const batch = this.#batch
    this.#batch = NONE
    this.#reader.release(batch, this.#at)
  }
}
