import { ArgumentError } from '@netloom/netlink/codec'
import type { Batch } from './batch.js'
import { type Waitable, Waiter } from './waiter.js'

/** Batches of items from a descriptor, which asynchronous readers read. */
export interface Source<T> {
  readonly handle: Waitable & { readonly isOpen: boolean }
  /** Excludes all other readers until {@link release}. Returns the object with which the holder waits. */
  hold(name: string): Waiter
  /** Reads a batch of at most `most` items for the holder. Returns undefined if none is ready. */
  receive(most?: number): Batch<T> | undefined
  /** Lets others read. Items of the last batch that were not delivered come first. */
  release(batch: Batch<T>, from: number): void
}

/** Lets one asynchronous reader exclude all others. */
export class Exclusion {
  readonly #handle: Waitable
  #waiter: Waiter | undefined
  #holder: string | undefined
  #isReferenced = true

  constructor(handle: Waitable) {
    this.#handle = handle
  }

  /** @throws {TypeError} if there is a holder */
  check(name: string): void {
    if (this.#holder !== undefined)
      throw new ArgumentError(`expected one reader at a time, got ${name} while ${this.#holder} reads`)
  }

  /** Excludes all others. @throws {TypeError} if there is a holder, or the descriptor was closed */
  hold(name: string): Waiter {
    this.check(name)
    if (this.#waiter === undefined) {
      this.#waiter = new Waiter(this.#handle)
      if (!this.#isReferenced) this.#waiter.unref()
    }
    this.#holder = name
    return this.#waiter
  }

  release(): void {
    this.#holder = undefined
    this.#waiter?.disarm()
  }

  /** Lets a holder that waits keep the process alive, which is the default. */
  ref(): void {
    this.#isReferenced = true
    this.#waiter?.ref()
  }

  unref(): void {
    this.#isReferenced = false
    this.#waiter?.unref()
  }
}
