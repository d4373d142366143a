/** What comes one after the other; leaving a `for await` ends it. */
export interface Stream<T> extends AsyncIterableIterator<T, void, undefined> {
  return(): Promise<IteratorResult<T, void>>
}

/**
 * The elements of arrays, one by one. An async generator would have each element go through promises of its own three times,
 * which takes longer than decoding it.
 */
export function oneByOne<T>(arrays: AsyncGenerator<readonly T[], void, undefined>): Stream<T> {
  let current: readonly T[] = []
  let at = 0
  let filling: Promise<boolean> | undefined
  const fill = async (): Promise<boolean> => {
    try {
      const { done, value } = await arrays.next()
      current = done ? [] : value
      at = 0
      return !done
    } finally {
      filling = undefined
    }
  }
  const stream: Stream<T> = {
    async next() {
      // Several may wait for the same array, and find it taken.
      while (at >= current.length) {
        filling ??= fill()
        if (!(await filling)) return { done: true, value: undefined }
      }
      return { done: false, value: current[at++] as T }
    },
    async return() {
      current = []
      await arrays.return()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}
