/** A queue of values with asynchronous readers. A reader waits if there is no value. */
export class AsyncQueue<T> {
  #values: T[] = []
  #error: unknown
  #isEnded = false
  /** Resolves the promises of all waiting readers. */
  #wake = () => {}

  /** Number of values. */
  get size(): number {
    return this.#values.length
  }

  /** The value that was added last. */
  get last(): T | undefined {
    return this.#values.at(-1)
  }

  /** True if {@link take} returns a value or throws. */
  get isReady(): boolean {
    return this.#values.length > 0 || this.#error !== undefined
  }

  /** True after {@link end}: no more values will be added. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  push(value: T): void {
    this.#values.push(value)
    this.#wakeAll()
  }

  /**
   * Removes and returns the first value. If there is none, throws the error that was passed to {@link fail} or {@link end},
   * or returns undefined.
   */
  take(): T | undefined {
    const value = this.#values.shift()
    if (value === undefined && this.#error !== undefined) throw this.#error
    return value
  }

  /** Drops all values. */
  clear(): void {
    this.#values = []
  }

  /** Makes {@link take} throw this error after the last value. Only the first error is kept. */
  fail(error: unknown): void {
    this.#error ??= error
    this.#wakeAll()
  }

  /** Ends the queue, optionally with an error. The values in it can still be taken. */
  end(error?: unknown): void {
    this.#isEnded = true
    this.#error = error
    this.#wakeAll()
  }

  /**
   * Resolves at the next change. Several readers can wait. Each must check again, because another one may have taken the
   * value.
   */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      const others = this.#wake
      this.#wake = () => {
        others()
        resolve()
      }
    })
  }

  /** Removes and returns the first value. Waits if there is none. */
  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      const value = this.take()
      if (value !== undefined) return { done: false, value }
      if (this.#isEnded) return { done: true, value: undefined }
      await this.changed()
    }
  }

  #wakeAll(): void {
    const wake = this.#wake
    this.#wake = () => {}
    wake()
  }
}
