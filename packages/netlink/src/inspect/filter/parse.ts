import { FilterError } from './error.js'

/** Words that select messages by their role or outcome. */
export const FILTER_WORDS = ['request', 'reply', 'event', 'refused', 'dump'] as const
export type FilterWord = (typeof FILTER_WORDS)[number]

export type Operator = '=' | '!=' | '<' | '>' | '<=' | '>=' | '~'

/** A parsed filter. */
export type Expression =
  | { readonly type: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly type: 'not'; readonly part: Expression }
  | { readonly type: 'word'; readonly word: FilterWord }
  | Comparison

export interface Comparison {
  readonly type: 'comparison'
  readonly key: string
  /** Position of the key in the filter, from 1. */
  readonly position: number
  readonly operator: Operator
  readonly value: string
  /** The number that the value is, if it is one. */
  readonly number: bigint | undefined
  /** With `~`, if the value is between slashes. */
  readonly pattern: RegExp | undefined
}

interface Token {
  readonly kind: 'open' | 'close' | 'operator' | 'text' | 'quoted' | 'pattern' | 'end'
  readonly text: string
  readonly position: number
}

const operators = ['!=', '<=', '>=', '==', '=', '<', '>', '~']

/** Maximum depth of parentheses and of `not`. */
const DEEPEST = 100

function* tokensOf(filter: string): Generator<Token> {
  let at = 0
  while (at < filter.length) {
    const rest = filter.slice(at)
    const position = at + 1
    const space = /^\s+/.exec(rest)
    const operator = operators.find((each) => rest.startsWith(each))
    if (space) {
      at += space[0].length
      continue
    }
    if (rest[0] === '(' || rest[0] === ')') {
      yield { kind: rest[0] === '(' ? 'open' : 'close', text: rest[0], position }
      at++
    } else if (operator !== undefined) {
      yield { kind: 'operator', text: operator, position }
      at += operator.length
    } else if (rest[0] === '"' || rest[0] === '/') {
      const [delimiter] = rest
      const [whole, inner] = (delimiter === '"' ? /^"((?:[^"\\]|\\.)*)"/s : /^\/((?:[^/\\]|\\.)*)\//s).exec(rest) ?? []
      if (whole === undefined || inner === undefined)
        throw new FilterError(
          filter,
          filter.length + 1,
          `${delimiter} at the end of the text that begins at position ${position}`,
          'the end',
        )
      yield {
        kind: delimiter === '"' ? 'quoted' : 'pattern',
        text: delimiter === '"' ? inner.replace(/\\(.)/gs, '$1') : inner,
        position,
      }
      at += whole.length
    } else {
      const [text = ''] = /^[^\s()=!<>~"]+|^!/.exec(rest) ?? []
      yield { kind: 'text', text, position }
      at += text.length
    }
  }
  yield { kind: 'end', text: '', position: filter.length + 1 }
}

/**
 * Parses a filter such as `type=RTM_NEWROUTE and oif=eth0 and not reply`.
 * @throws {FilterError} with the position, and what was expected there
 */
export function parseFilter(filter: string): Expression {
  const parser = new Parser(filter)
  return parser.whole()
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(readonly filter: string) {
    this.#tokens = [...tokensOf(filter)]
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token
  }

  whole(): Expression {
    const expression = this.#any(0)
    if (this.#token.kind !== 'end') this.#fail('and, or, or the end')
    return expression
  }

  #fail(expected: string, { kind, text, position }: Token = this.#token): never {
    throw new FilterError(this.filter, position, expected, kind === 'end' ? 'the end' : `'${text}'`)
  }

  #takes(word: string): boolean {
    if (this.#token.kind !== 'text' || this.#token.text !== word) return false
    this.#at++
    return true
  }

  #any(depth: number): Expression {
    const parts = [this.#all(depth)]
    while (this.#takes('or')) parts.push(this.#all(depth))
    return parts.length === 1 ? (parts[0] as Expression) : { type: 'or', parts }
  }

  #all(depth: number): Expression {
    const parts = [this.#one(depth)]
    while (this.#takes('and')) parts.push(this.#one(depth))
    return parts.length === 1 ? (parts[0] as Expression) : { type: 'and', parts }
  }

  #one(depth: number): Expression {
    if (depth > DEEPEST) this.#fail(`at most ${DEEPEST} parentheses and not inside each other`)
    if (this.#takes('not')) return { type: 'not', part: this.#one(depth + 1) }
    const token = this.#token
    if (token.kind === 'open') {
      this.#at++
      const inner = this.#any(depth + 1)
      if (this.#token.kind !== 'close') this.#fail(')')
      this.#at++
      return inner
    }
    if (token.kind !== 'text' || ['and', 'or'].includes(token.text)) this.#fail('a key, a word, not, or (')
    this.#at++
    if (this.#token.kind === 'operator') return this.#comparison(token)
    const word = FILTER_WORDS.find((each) => each === token.text)
    if (word !== undefined) return { type: 'word', word }
    return this.#fail(
      `an operator (${['=', '!=', '<', '>', '<=', '>=', '~'].join(' ')}) after '${token.text}', which is none of the words ${FILTER_WORDS.join(', ')}`,
    )
  }

  #comparison({ text: key, position }: Token): Comparison {
    const { text } = this.#token
    const operator = (text === '==' ? '=' : text) as Operator
    this.#at++
    const value = this.#token
    if (value.kind === 'end' || value.kind === 'operator' || value.kind === 'open' || value.kind === 'close')
      this.#fail(`a value after ${text}`)
    if (value.kind === 'pattern' && operator !== '~')
      this.#fail(`a value after ${text}; only ~ compares with a pattern`)
    this.#at++
    const number = value.kind === 'text' && /^-?(0x[\da-f]+|\d+)$/i.test(value.text) ? numberOf(value.text) : undefined
    if (number === undefined && ['<', '>', '<=', '>='].includes(operator)) this.#fail(`a number after ${text}`, value)
    return {
      type: 'comparison',
      key,
      position,
      operator,
      value: value.text,
      number,
      pattern: value.kind === 'pattern' ? this.#pattern(value) : undefined,
    }
  }

  #pattern(token: Token): RegExp {
    try {
      return new RegExp(token.text, 'iu')
    } catch {
      return this.#fail('a regular expression', token)
    }
  }
}

const numberOf = (text: string): bigint => (text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text))
