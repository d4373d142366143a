/** The keys of objects, by what the objects refer to. */
export class KeyIndex {
  readonly #keys = new Map<number | string, Set<string>>()

  /** Returns the keys of the objects that refer to `reference`, in the order in which they were added. */
  get(reference: number | string): ReadonlySet<string> {
    return this.#keys.get(reference) ?? NONE
  }

  add(key: string, references: Iterable<number | string | undefined>): void {
    for (const reference of references) {
      if (reference === undefined) continue
      const keys = this.#keys.get(reference)
      if (keys) keys.add(key)
      else this.#keys.set(reference, new Set([key]))
    }
  }

  delete(key: string, references: Iterable<number | string | undefined>): void {
    for (const reference of references) {
      if (reference === undefined) continue
      const keys = this.#keys.get(reference)
      keys?.delete(key)
      if (keys?.size === 0) this.#keys.delete(reference)
    }
  }
}

const NONE: ReadonlySet<string> = new Set()
