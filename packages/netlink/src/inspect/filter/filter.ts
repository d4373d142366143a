import { Buffer } from '../../codec/buffer.js'
import type { Conversation, InspectedMessage, Role } from '../conversation.js'
import type { Names } from '../names.js'
import { summary } from '../summary/index.js'
import { isLinkKey } from '../summary/link-keys.js'
import { type Comparison, type Expression, type FilterWord, parseFilter } from './parse.js'
import { valuesAt } from './values.js'

/** The members of a message, apart from its payload, and parts of its summary. */
const fields: Readonly<Record<string, (inspected: InspectedMessage, names: Names) => unknown>> = {
  type: ({ message }) => message.type,
  protocol: ({ message }) => message.protocol,
  family: ({ message }) => message.family,
  seq: ({ message }) => message.header?.seq,
  pid: ({ message }) => message.header?.pid,
  flags: ({ message }) => message.header?.flags,
  len: ({ message }) => message.header?.len ?? message.bytes.length,
  number: ({ number }) => number,
  process: ({ datagram: { process } }) => process?.name ?? process?.pid,
  kind: ({ message }, names) => summary(message, names).kind,
  verb: ({ message }, names) => summary(message, names).verb,
  name: ({ message }, names) => summary(message, names).name,
}

/** A key that a filter compares. */
export interface FilterKey {
  readonly key: string
  /** Position in the filter, from 1. */
  readonly position: number
  /** True for a field of the message or a part of its summary, which every message has. */
  readonly isField: boolean
}

/** Maximum length of a text that is compared with a pattern. */
const LONGEST = 4096

/**
 * A filter of messages: `type=RTM_NEWROUTE and oif=eth0 and not reply`. A key is a field of the message (`type`, `protocol`, `family`,
 * `seq`, `pid`, `flags`, `len`, `number`, `process`), a part of its summary (`kind`, `verb`, `name`), or a path in the decoded
 * value. `value.type` is the member of the value in spite of the field with that name. Numbers compare with numbers, links
 * also by name, and constants by name, with or without prefix. `~` finds a part of a text, or a pattern between slashes.
 */
export class Filter {
  /** The keys that every message has: its fields, and parts of its summary. */
  static readonly fields: readonly string[] = Object.keys(fields)
  readonly #expression: Expression
  readonly #names: Names
  readonly #unseen: Set<string>
  /** The last message, with its described value: several comparisons may need it. */
  #described: { of: InspectedMessage; value: unknown } | undefined

  /** @throws {FilterError} with the position, and what was expected there */
  constructor(
    readonly text: string,
    names: Names,
  ) {
    this.#expression = parseFilter(text)
    this.#names = names
    this.#unseen = new Set(this.keys.flatMap(({ key, isField }) => (isField ? [] : [key])))
  }

  /** The compared keys, with their positions in the text, from 1. */
  get keys(): readonly FilterKey[] {
    return comparisonsIn(this.#expression).map(({ key, position }) => ({
      key,
      position,
      isField: Object.hasOwn(fields, key),
    }))
  }

  /** Keys that no message has had so far. */
  get unseenKeys(): readonly string[] {
    return [...this.#unseen]
  }

  /** True if the filter selects the message. */
  selects(inspected: InspectedMessage, role: Role, conversation: Conversation): boolean {
    return this.#holds(this.#expression, inspected, role, conversation)
  }

  #holds(expression: Expression, inspected: InspectedMessage, role: Role, conversation: Conversation): boolean {
    switch (expression.type) {
      case 'and':
        return expression.parts.every((part) => this.#holds(part, inspected, role, conversation))
      case 'or':
        return expression.parts.some((part) => this.#holds(part, inspected, role, conversation))
      case 'not':
        return !this.#holds(expression.part, inspected, role, conversation)
      case 'word':
        return hasWord(expression.word, role, conversation)
      default:
        return this.#compares(expression, inspected)
    }
  }

  #compares(comparison: Comparison, inspected: InspectedMessage): boolean {
    const { key } = comparison
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (field !== undefined && fits(field(inspected, this.#names), comparison)) return comparison.operator !== '!='
    const path = key.replace(/^value\./, '').split('.')
    if (
      field !== undefined &&
      path.length === 1 &&
      key === path[0] &&
      !['kind', 'name', 'family', 'flags'].includes(key)
    )
      return comparison.operator === '!=' && field(inspected, this.#names) !== undefined
    const isEqual = this.#valueFits(path, key, comparison, inspected)
    return comparison.operator === '!=' ? isEqual === false : isEqual === true
  }

  /** True if a value at the path fits, false if none does. Undefined if there is no value. For `!=`, compares for equality. */
  #valueFits(
    path: readonly string[],
    key: string,
    comparison: Comparison,
    inspected: InspectedMessage,
  ): boolean | undefined {
    const plain = valuesAt(inspected.message.value, path)
    if (plain.length === 0) return undefined
    this.#unseen.delete(key)
    if (plain.some((value) => fits(value, comparison))) return true
    const isLink = isLinkKey(path.at(-1) ?? '')
    if (isLink && plain.some((value) => typeof value === 'number' && fits(this.#names.link(value), comparison)))
      return true
    if (comparison.number !== undefined) return false
    if (this.#described?.of !== inspected) this.#described = { of: inspected, value: inspected.message.describe() }
    return valuesAt(this.#described.value, path).some((value) => fits(value, comparison))
  }
}

function comparisonsIn(expression: Expression): Comparison[] {
  if (expression.type === 'comparison') return [expression]
  if (expression.type === 'not') return comparisonsIn(expression.part)
  return expression.type === 'word' ? [] : expression.parts.flatMap(comparisonsIn)
}

function hasWord(word: FilterWord, role: Role, { outcome, isDump }: Conversation): boolean {
  if (word === 'refused') return outcome === 'refused'
  if (word === 'dump') return isDump
  return role === (word === 'reply' ? 'answer' : word)
}

/** True if a value fits. For `!=`, compares for equality. */
function fits(value: unknown, { operator, value: text, number, pattern }: Comparison): boolean {
  if (value === undefined) return false
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (number !== undefined && operator !== '~')
      return compares(BigInt(Math.trunc(Number(value)) === value ? value : 0), operator, number)
    if (operator !== '~') return false
  }
  const own =
    value instanceof Uint8Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
      : String(value)
  if (operator === '~')
    return pattern ? pattern.test(own.slice(0, LONGEST)) : own.toLowerCase().includes(text.toLowerCase())
  if (operator !== '=' && operator !== '!=') return false
  return isSameWord(own.toLowerCase(), text.toLowerCase())
}

function compares(value: bigint, operator: string, number: bigint): boolean {
  switch (operator) {
    case '<':
      return value < number
    case '>':
      return value > number
    case '<=':
      return value <= number
    case '>=':
      return value >= number
    default:
      return value === number
  }
}

/** True if the words are the same, apart from the prefix of a constant: `RTN_UNICAST`, `UP|LOWER_UP`. */
const isSameWord = (own: string, given: string) =>
  own === given || own.endsWith(`_${given}`) || (own.includes('|') && own.split('|').includes(given))
