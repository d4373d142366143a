import { atCaller } from './caller.js'

/** Elements that are received one after the other. Leaving a `for await` loop ends it. */
export interface Stream<T> extends AsyncIterableIterator<T, void, undefined> {
  return(): Promise<IteratorResult<T, void>>
}

/**
 * Flattens arrays into a stream of their elements. An async generator would create three promises per element, which takes
 * longer than decoding the element.
 */
export const elementsOf = <T>(arrays: AsyncGenerator<readonly T[], void, undefined>): Stream<T> => new Elements(arrays)

class Elements<T> implements Stream<T> {
  readonly #arrays: AsyncGenerator<readonly T[], void, undefined>
  #current: readonly T[] = []
  #index = 0
  #filling: Promise<boolean> | undefined

  constructor(arrays: AsyncGenerator<readonly T[], void, undefined>) {
    this.#arrays = arrays
  }

  async next(): Promise<IteratorResult<T, void>> {
    // Several calls may wait for the same array. The first ones may use it up.
    while (this.#index >= this.#current.length) {
      this.#filling ??= this.#fill()
      try {
        if (!(await this.#filling)) return { done: true, value: undefined }
      } catch (error) {
        throw atCaller(error, this.next)
      }
    }
    return { done: false, value: this.#current[this.#index++] as T }
  }

  async return(): Promise<IteratorResult<T, void>> {
    this.#current = []
    await this.#arrays.return()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #fill(): Promise<boolean> {
    try {
      const { done, value } = await this.#arrays.next()
      this.#current = done ? [] : value
      this.#index = 0
      return !done
    } finally {
      this.#filling = undefined
    }
  }
}
