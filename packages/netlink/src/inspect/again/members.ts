/** Members of a decoded value by name. */
export type Bag = Readonly<Record<string, unknown>>

/** True for an object that is neither a list nor bytes. */
export const isBag = (value: unknown): value is Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)

/**
 * The members of a decoded value, of which those that were read are remembered. What is left at the end cannot be
 * expressed by the code that read them.
 */
export class Members {
  readonly #value: Bag
  readonly #left: Set<string>

  constructor(value: unknown) {
    this.#value = isBag(value) ? value : {}
    this.#left = new Set(Object.keys(this.#value).filter((key) => this.#value[key] !== undefined))
  }

  /** Returns a member, and marks it as read. */
  take(key: string): unknown {
    this.#left.delete(key)
    return Object.hasOwn(this.#value, key) ? this.#value[key] : undefined
  }

  /** Returns a member without marking it as read. */
  peek(key: string): unknown {
    return Object.hasOwn(this.#value, key) ? this.#value[key] : undefined
  }

  /** Returns a number, and marks it as read; undefined if the member is not a number. */
  number(key: string): number | undefined {
    const value = this.#value[key]
    return typeof value === 'number' ? (this.take(key) as number) : undefined
  }

  /** Returns text, and marks it as read; undefined if the member is not text. */
  text(key: string): string | undefined {
    const value = this.#value[key]
    return typeof value === 'string' ? (this.take(key) as string) : undefined
  }

  /** Returns the members of a nested value, and marks it as read: the caller looks at what is left in it. */
  nest(key: string): Members {
    return new Members(isBag(this.#value[key]) ? this.take(key) : {})
  }

  /** True for a member that was not read yet. */
  has(key: string): boolean {
    return this.#left.has(key)
  }

  /** The names of the members that were not read. */
  get left(): readonly string[] {
    return [...this.#left]
  }

  /** Marks members as read that are zero or have another value without effect. */
  ignore(...keys: readonly string[]): this {
    for (const key of keys) this.#left.delete(key)
    return this
  }

  /** Marks members as read if they are zero. */
  ignoreZero(...keys: readonly string[]): this {
    for (const key of keys) if (this.#value[key] === 0 || this.#value[key] === 0n) this.#left.delete(key)
    return this
  }
}
