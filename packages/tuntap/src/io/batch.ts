/** Frames or datagrams that were read together. */
export interface Batch<T> {
  readonly count: number
  /** Returns an item in place. The next batch overwrites it. */
  item(index: number): T
}

/** Returns the items of a batch from an index on, in place. */
export function itemsOf<T>(batch: Batch<T>, from = 0): T[] {
  const items = new Array<T>(batch.count - from)
  for (let index = from; index < batch.count; index++) items[index - from] = batch.item(index)
  return items
}

/** Items that were read earlier, and copied. */
export class KeptItems<T> implements Batch<T> {
  readonly #items: readonly T[]

  constructor(items: readonly T[]) {
    this.#items = items
  }

  get count(): number {
    return this.#items.length
  }

  item(index: number): T {
    return this.#items[index] as T
  }
}
