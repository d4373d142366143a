import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Batch, itemsOf, KeptItems } from './batch.js'
import type { Source } from './source.js'
import type { Waiter } from './waiter.js'

/** Maximum number of items that are delivered in one turn of the event loop, so that timers and sockets are not delayed. */
const ITEMS_PER_TURN = 256

const NONE = new KeptItems<never>([])

/** Reads batches in turns of the event loop. Excludes other readers until it ends. */
export class ReadingSession<T> {
  readonly #source: Source<T>
  readonly #waiter: Waiter
  readonly #signal: AbortSignal | undefined
  readonly #interrupt: () => void
  #batch: Batch<T> = NONE
  /** Index of the next item in the batch. */
  #at = 0
  #left = ITEMS_PER_TURN
  #isInterrupted = false
  #isPaused = false
  #isEnded = false

  /** @throws {TypeError} if there is another reader, or the descriptor was closed */
  constructor(source: Source<T>, name: string, signal: AbortSignal | undefined) {
    source.handle.openFd()
    this.#source = source
    this.#waiter = source.hold(name)
    this.#signal = signal
    this.#interrupt = () => this.interrupt()
    if (signal?.aborted) this.#isInterrupted = true
    signal?.addEventListener('abort', this.#interrupt, { once: true })
  }

  /** True if an item of the last batch can be taken. False after {@link interrupt} or {@link end}. */
  get hasItem(): boolean {
    return this.#at < this.#batch.count && this.#isRunning
  }

  /** Returns the next item of the last batch, in place. Reading overwrites it. */
  take(): T {
    return this.#batch.item(this.#at++)
  }

  /** Returns the remaining items of the last batch, in place. */
  takeAll(): T[] {
    const items = itemsOf(this.#batch, this.#at)
    this.#at = this.#batch.count
    return items
  }

  get #isRunning(): boolean {
    return !this.#isInterrupted && this.#source.handle.isOpen
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

  /** Makes {@link advance} wait without reading, also if it waits for an item. */
  pause(): void {
    this.#isPaused = true
    this.#waiter.wake()
  }

  resume(): void {
    this.#isPaused = false
    this.#waiter.wake()
  }

  /** Waits until {@link resume}, {@link interrupt} or the end of the source. */
  async resumed(): Promise<void> {
    while (this.#isPaused && this.#isRunning) await new Promise<void>((resolve) => this.#waiter.park(resolve))
  }

  /**
   * Waits until there is an item. Returns false after {@link interrupt} or {@link end}, or when the descriptor was closed. All three can
   * also happen before its caller continues, so {@link hasItem} decides.
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
      if (this.hasItem) return true
      if (this.#left <= 0) {
        this.#left = ITEMS_PER_TURN
        await nextTurn()
        continue
      }
      const batch = this.#source.receive(most)
      if (batch !== undefined) {
        this.#left -= batch.count
        this.#batch = batch
        this.#at = 0
        return true
      }
      await new Promise<void>((resolve) => this.#waiter.arm(resolve))
      this.#left = ITEMS_PER_TURN
    }
    this.#signal?.throwIfAborted()
    return false
  }

  /** Lets others read at once, beginning with the items of the last batch that were not taken. Further calls have no effect. */
  end(): void {
    if (this.#isEnded) return
    this.interrupt()
    this.#isEnded = true
    this.#signal?.removeEventListener('abort', this.#interrupt)
    const batch = this.#batch
    this.#batch = NONE
    this.#source.release(batch, this.#at)
  }
}
