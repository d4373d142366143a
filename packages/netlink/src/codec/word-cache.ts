import type { Declaration, Scope } from './codec.js'
import { describe, namesOf } from './describe.js'
import { bitmapWords, type NumberNames, wordsFor } from './number-names.js'

/** Number of words to keep for one enumeration. */
const MOST_WORDS = 1024

/** The words of numbers. Messages repeat the same numbers, and finding their words takes longer than decoding them. */
export class WordCache {
  readonly #words = new Map<NumberNames, Map<number | bigint, string | undefined>>()

  get(names: NumberNames, value: number | bigint): string | undefined {
    let known = this.#words.get(names)
    if (known === undefined || known.size > MOST_WORDS) {
      known = new Map()
      this.#words.set(names, known)
    }
    let words = known.get(value)
    if (words === undefined) {
      words = wordsFor(names, value)
      known.set(value, words)
    }
    return words
  }

  /** Returns a value with the names of constants and in the notation of tools, or undefined if it has neither. */
  of(declaration: Declaration<unknown>, value: unknown, scope: Scope | undefined): unknown {
    if (typeof value === 'string') return declaration.textNotation?.(value)
    if (value === undefined || value === true) return undefined
    if (typeof value === 'number' || typeof value === 'bigint') {
      const names = namesOf(declaration, scope)
      const words = names && (declaration.constantsBy ? wordsFor(names, value) : this.get(names, value))
      return words ?? declaration.notation?.(value)
    }
    if (value instanceof Uint8Array)
      return declaration.bits ? bitmapWords(declaration.bits, value, 8) : declaration.bytesNotation?.(value)
    return describe(declaration, value, { notations: true, ...(scope && { scope }) })
  }
}
