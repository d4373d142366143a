import { ArgumentError } from '../../../codec/error.js'
import { checkLinkRef } from '../../values/link-ref.js'
import type { Condition, Expression } from './expression.js'
import { type Operator, Tokens } from './tokens.js'
import { cgroupId, parseHost, parseMark, portOf } from './values.js'

const SUBJECTS = ['src', 'dst', 'sport', 'dport', 'dev', 'fwmark', 'cgroup', 'autobound'] as const
const CONDITION = `a condition (${SUBJECTS.join(', ')}), not or a parenthesis`

/** Maximum depth of parentheses and negations. */
const DEEPEST = 100

const isPort = (subject: string): subject is 'sport' | 'dport' => subject === 'sport' || subject === 'dport'

const not = (of: Expression): Expression => ({ type: 'not', of })

/** Parses a condition on a port. ss has operations for `<=` and `>=` only. */
function portCondition(subject: 'sport' | 'dport', comparison: Operator, word: string): Expression {
  const key = `${subject} of where`
  const text = word.replace(/^:/, '')
  if (text === '*' && (comparison === '=' || comparison === '!=')) {
    const any: Condition = { type: subject === 'sport' ? 'src' : 'dst' }
    return comparison === '=' ? any : not(any)
  }
  const port = portOf(key, text)
  const isAtLeast: Condition = { type: subject, comparison: 'at least', port }
  const isAtMost: Condition = { type: subject, comparison: 'at most', port }
  const isEqual: Condition = { type: subject === 'sport' ? 'src' : 'dst', port }
  switch (comparison) {
    case '>=':
      return isAtLeast
    case '<=':
      return isAtMost
    case '>':
      return not(isAtMost)
    case '<':
      return not(isAtLeast)
    case '!=':
      return not(isEqual)
    default:
      return isEqual
  }
}

function otherCondition(subject: string, word: string): Condition {
  const key = `${subject} of where`
  switch (subject) {
    case 'dev': {
      const link = /^\d+$/.test(word) ? Number(word) : word
      checkLinkRef(key, link)
      return { type: 'dev', link }
    }
    case 'fwmark':
      return { type: 'mark', ...parseMark(key, word) }
    case 'cgroup':
      return { type: 'cgroup', id: cgroupId(key, word) }
    default:
      return parseHost(subject as 'src' | 'dst', key, word)
  }
}

/** Comparisons that ss accepts after a subject. */
const comparisonsOf = (subject: string): readonly Operator[] =>
  isPort(subject) ? ['=', '!=', '>=', '<=', '>', '<'] : subject === 'src' || subject === 'dst' ? ['='] : ['=', '!=']

function parseCondition(tokens: Tokens): Expression {
  if (!(SUBJECTS as readonly string[]).includes(tokens.next ?? '')) throw tokens.refused(CONDITION)
  const subject = tokens.take(CONDITION)
  if (subject === 'autobound') return { type: 'autobound' }
  const accepted = comparisonsOf(subject)
  const comparison = tokens.takeOperator(...accepted) ?? '='
  const operand = isPort(subject) ? 'a port like :443' : `a value for ${subject}`
  if (tokens.operator !== undefined) throw tokens.refused(`${accepted.join(' ')} or ${operand}`)
  const word = tokens.take(operand)
  if (isPort(subject)) return portCondition(subject, comparison, word)
  const condition = otherCondition(subject, word)
  return comparison === '!=' ? not(condition) : condition
}

function parseTerm(tokens: Tokens, depth: number): Expression {
  if (depth > DEEPEST)
    throw new ArgumentError(`expected where of filter to have at most ${DEEPEST} nested parentheses and negations`)
  if (tokens.takeOperator('!')) return not(parseTerm(tokens, depth + 1))
  if (!tokens.takeOperator('(')) return parseCondition(tokens)
  const inside = parseList(tokens, depth + 1)
  if (!tokens.takeOperator(')')) throw tokens.refused("')'")
  return inside
}

/** Parses terms from left to right: `and` and `or` have the same precedence in ss, and terms without a word between them mean `and`. */
function parseList(tokens: Tokens, depth: number): Expression {
  let left = parseTerm(tokens, depth)
  while (tokens.next !== undefined && tokens.operator !== ')') {
    const type = tokens.takeOperator('&', '|') === '|' ? 'or' : 'and'
    left = { type, left, right: parseTerm(tokens, depth) }
  }
  return left
}

/** Parses an expression of `ss`: `sport = :443 and not dst 10.0.0.0/8`. @throws {TypeError} naming the place of a mistake */
export function parseExpression(text: unknown): Expression {
  const tokens = new Tokens(text)
  const expression = parseList(tokens, 0)
  if (tokens.next !== undefined) throw tokens.refused('the end')
  return expression
}
