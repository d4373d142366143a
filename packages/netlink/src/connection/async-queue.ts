/** Values that wait to be taken, and the asynchronous readers that wait for values. */
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

  /** The last value. */
  get last(): T | undefined {
    return this.#values.at(-1)
  }

  /** True if {@link take} returns a value or throws. */
  get isReady(): boolean {
    return this.#values.length > 0 || this.#error !== undefined
  }

  /** True after the end: nothing more is added. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  push(value: T): void {
    this.#values.push(value)
    this.#wakeAll()
  }

  /** Takes the first value. @throws the error of {@link fail} or {@link end}, if no value is left */
  take(): T | undefined {
    const value = this.#values.shift()
    if (value === undefined && this.#error !== undefined) throw this.#error
    return value
  }

  /** Drops all values. */
  clear(): void {
    this.#values = []
  }

  /** Adds an error behind the values; the first one stays. */
  fail(error: unknown): void {
    this.#error ??= error
    this.#wakeAll()
  }

  /** Ends the queue, with an error if it is given. Values that are in it can still be taken. */
  end(error?: unknown): void {
    this.#isEnded = true
    this.#error = error
    this.#wakeAll()
  }

  /** Resolves at the next change. Several readers may wait: each looks again, as another one may have taken the value. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      const others = this.#wake
      this.#wake = () => {
        others()
        resolve()
      }
    })
  }

  /** Takes the first value, and waits for one if there is none. */
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
