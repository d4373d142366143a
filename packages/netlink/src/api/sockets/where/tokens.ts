import { ArgumentError, show } from '../../../codec/error.js'

/** Words of ss for operators, with the form that the parser uses. */
const operators = new Map<string, Operator>([
  ...(['!', 'not'] as const).map((word) => [word, '!'] as const),
  ...(['&', '&&', 'and'] as const).map((word) => [word, '&'] as const),
  ...(['|', '||', 'or'] as const).map((word) => [word, '|'] as const),
  ...(['=', '==', 'eq'] as const).map((word) => [word, '='] as const),
  ...(['!=', 'ne', 'neq'] as const).map((word) => [word, '!='] as const),
  ...(['>=', 'ge', 'geq'] as const).map((word) => [word, '>='] as const),
  ...(['<=', 'le', 'leq'] as const).map((word) => [word, '<='] as const),
  ...(['>', 'gt'] as const).map((word) => [word, '>'] as const),
  ...(['<', 'lt'] as const).map((word) => [word, '<'] as const),
  ...(['(', ')'] as const).map((word) => [word, word] as const),
])

export type Operator = '!' | '&' | '|' | '=' | '!=' | '>=' | '<=' | '>' | '<' | '(' | ')'

/** Maximum number of words. The kernel's program of so many conditions would be too long. */
const MOST_WORDS = 20_000

/** The words of an expression, in their order. */
export class Tokens {
  readonly #words: readonly string[]
  #at = 0

  /** Splits a text at spaces and parentheses. @throws {TypeError} if it is not a text with a word */
  constructor(text: unknown) {
    const words = typeof text === 'string' ? text.match(/[()]|[^\s()]+/g) : null
    if (words === null)
      throw new ArgumentError(`expected where of filter to be an expression like 'sport = :443', got ${show(text)}`)
    if (words.length > MOST_WORDS)
      throw new ArgumentError(`expected where of filter to have at most ${MOST_WORDS} words, got ${words.length}`)
    this.#words = words
  }

  /** Returns the next word without taking it; undefined at the end. */
  get next(): string | undefined {
    return this.#words[this.#at]
  }

  /** Returns the next word as an operator; undefined if it is none. */
  get operator(): Operator | undefined {
    return operators.get(this.next ?? '')
  }

  /** Takes the next word. @throws {TypeError} at the end of the text */
  take(expected: string): string {
    const word = this.next
    if (word === undefined) throw this.refused(expected)
    this.#at++
    return word
  }

  /** Takes the next word if it is one of these operators. */
  takeOperator<const O extends Operator>(...accepted: readonly O[]): O | undefined {
    const { operator } = this
    if (operator === undefined || !(accepted as readonly Operator[]).includes(operator)) return undefined
    this.#at++
    return operator as O
  }

  /** Returns the error for the next word. */
  refused(expected: string): ArgumentError {
    const before = this.#words.slice(Math.max(0, this.#at - 3), this.#at).join(' ')
    const place = before === '' ? 'at the start' : `after ${show(before)}`
    const got = this.next === undefined ? 'the end' : show(this.next)
    return new ArgumentError(`expected ${expected} in where of filter ${place}, got ${got}`)
  }
}
