import { AsyncQueue } from '../connection/async-queue.js'
import type { ObjectKind, Objects } from './kinds.js'
import type { Difference } from './store.js'

/** An object was added, changed or removed. */
export type ObjectChange<P extends ObjectKind = ObjectKind> = {
  [K in P]: Difference<Objects[K]> & {
    readonly type: K
    /** True if the kernel sent no notification for it: the cache derived it from another change, or read it after an overrun. */
    readonly derived: boolean
  }
}[P]

/** Notifications were lost (`overrun`), or all changes since then are reported (`resynchronised`). */
export interface SyncChange {
  readonly type: 'overrun' | 'resynchronised'
}

/** A change of a cache. `type` distinguishes the kinds. */
export type Change = ObjectChange | SyncChange

/** Changes since one moment, for `for await`. Leaving the loop ends it. */
export interface Changes extends AsyncIterableIterator<Change>, Disposable {
  close(): void
}

/** Maximum number of changes that wait for a reader of {@link Changes}. */
const CAPACITY = 65_536

type Listener = (change: Change) => void

/** The listeners of a cache. */
export class Subscribers {
  /** Each listener, and the cache that must not be garbage-collected while it listens. */
  readonly #listeners = new Map<Listener, object>()
  readonly #queues = new Set<ChangeQueue>()
  #isEnded = false
  #error: unknown
  /** Settles the promises of {@link ended}. */
  #onEnd = (_error: unknown) => {}

  /** Resolves at the end, or rejects with the error that is given there. */
  get ended(): Promise<void> {
    return new Promise((resolve, reject) => {
      const others = this.#onEnd
      this.#onEnd = (error) => {
        others(error)
        if (error === undefined) resolve()
        else reject(error)
      }
      if (this.#isEnded) this.#onEnd(this.#error)
    })
  }

  /** Passes a change to all listeners. */
  notify(change: Change): void {
    for (const listener of this.#listeners.keys()) {
      try {
        listener(change)
      } catch (error) {
        // An error of a listener must not stop the cache. It is thrown as an uncaught exception.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  /** Calls `listener` synchronously with each change. Returns a function that removes it. */
  listen(listener: Listener, cache: object): () => void {
    this.#listeners.set(listener, cache)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Returns the changes from now on. A reader that falls behind by more than 65,536 changes gets an `overrun`, and must read the cache again. */
  changes(cache: object): Changes {
    const queue: ChangeQueue = new ChangeQueue(() => {
      remove()
      this.#queues.delete(queue)
    })
    const remove = this.listen((change) => queue.push(change), cache)
    this.#queues.add(queue)
    if (this.#isEnded) queue.end(this.#error)
    return queue
  }

  /** Removes all listeners, and ends all {@link Changes}: with `error`, if there is one. */
  end(error?: unknown): void {
    if (!this.#isEnded) this.#error = error
    this.#isEnded = true
    this.#onEnd(this.#error)
    this.#onEnd = () => {}
    this.#listeners.clear()
    for (const queue of [...this.#queues]) queue.end(error)
  }
}

class ChangeQueue implements Changes {
  readonly #changes = new AsyncQueue<Change>()
  readonly #onEnd: () => void

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  push(change: Change): void {
    if (this.#changes.size >= CAPACITY) {
      this.#changes.clear()
      this.#changes.push({ type: 'overrun' })
    }
    this.#changes.push(change)
  }

  end(error?: unknown): void {
    this.#changes.end(error)
    this.#onEnd()
  }

  next(): Promise<IteratorResult<Change, undefined>> {
    return this.#changes.next()
  }

  async return(): Promise<IteratorResult<Change, undefined>> {
    this.close()
    return { done: true, value: undefined }
  }

  close(): void {
    this.#changes.clear()
    this.end()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
