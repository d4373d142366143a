/** A list of numbers below 2³², in a typed array: a capture may have millions of messages. */
export class Numbers {
  #values = new Uint32Array(1024)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint32Array(2 * this.#length)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length++] = value
  }

  at(index: number): number {
    return index < this.#length ? (this.#values[index] as number) : 0
  }

  set(index: number, value: number): void {
    this.#values[index] = value
  }

  clear(): void {
    this.#length = 0
  }

  /** Returns the index of the first value of an ascending list that is at least `value`, or the length. */
  lowerBound(value: number): number {
    let [low, high] = [0, this.#length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#values[middle] as number) < value) low = middle + 1
      else high = middle
    }
    return low
  }
}
