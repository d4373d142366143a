/** Replaces a key in printed text. */
const HIDDEN = '(hidden)'

/**
 * A key that was read. Printing, `String()` and JSON show `(hidden)`; {@link SecretKey.reveal} returns it. Copies of an object keep its
 * keys, so that what was read can be written.
 */
export class SecretKey {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** Returns the key as text, in the notation of its tool: base64 for WireGuard, hexadecimal digits for IPsec. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  /** Makes it different from a plain object, whose members are options. */
  get [Symbol.toStringTag](): string {
    return 'SecretKey'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN
  }
}
