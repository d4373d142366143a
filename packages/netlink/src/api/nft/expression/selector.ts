import { ArgumentError, isRecord } from '../../../codec/error.js'
import { show } from '../../../codec/index.js'
import { type DataType, lengthOf } from '../types/data-types.js'
import { lookupOf, nameOfSet } from './lookup.js'
import type { Source, Sources } from './source.js'
import type { Comparison, Input, Operand, Statement, VerdictStatement } from './statement.js'
import { isMasked, isSingle, type Masked, type NftValue, parseBits, parseInterval, parseValue } from './value.js'

/** A comparison other than equality: see {@link not} and {@link lt}. */
export class Compared {
  /** Called by {@link not} and its siblings. */
  constructor(
    readonly comparison: Comparison,
    readonly value: unknown,
  ) {}
}

/** Negates a match: `tcp.dport(not(22))`, `ip.saddr(not('@blocked'))`, `ct.state(not(['new', 'invalid']))`. */
export const not = (value: MatchValue | readonly MatchValue[]): Compared => new Compared('neq', value)
/** Matches smaller values: `meta.length(lt(100))`. */
export const lt = (value: NftValue): Compared => new Compared('lt', value)
/** Matches smaller values and this one. */
export const lte = (value: NftValue): Compared => new Compared('lte', value)
/** Matches larger values. */
export const gt = (value: NftValue): Compared => new Compared('gt', value)
/** Matches larger values and this one. */
export const gte = (value: NftValue): Compared => new Compared('gte', value)

/**
 * A value to match: a single one (`443`, `'tcp'`), a prefix (`'10.0.0.0/8'`), a range (`'1-1023'`), the name of a set
 * (`'@blocked'`), or bits (`{ mask: 0xff, value: 1 }`). For a concatenation, a list with a value for each part.
 */
export type MatchValue = NftValue | readonly NftValue[] | Masked

/** Verdicts by value: `{ 22: accept(), 80: jump('web') }`. A list of pairs for keys that are lists. */
export type VerdictMap =
  | `@${string}`
  | Readonly<Record<string, VerdictStatement>>
  | readonly (readonly [MatchValue, VerdictStatement])[]

/** Values by value: `{ 80: '10.0.0.1' }`. */
export type ValueMap =
  | `@${string}`
  | Readonly<Record<string, NftValue | readonly NftValue[]>>
  | readonly (readonly [MatchValue, NftValue | readonly NftValue[]])[]

/** A map that is given to a statement. The statement determines the type of its values. */
export class Mapped {
  /** Called by {@link Selector.map}. */
  constructor(
    readonly sources: Sources,
    readonly entries: ValueMap,
  ) {}
}

/** A field, a property, or a concatenation of them. Call it to match its value: `tcp.dport(22, 80)`. */
export interface Selector {
  /**
   * Matches if the value is one of these. For flags (`ct.state`, `tcp.flags`), if one of these is set.
   * @throws {TypeError} for a value that the field cannot have
   */
  (...values: readonly (MatchValue | Compared)[]): Statement
  /** The values that it loads. */
  readonly sources: Sources
  /** Looks up a verdict: `tcp.dport.vmap({ 22: accept(), 80: drop() })`, `ip.saddr.vmap('@verdicts')`. */
  vmap(map: VerdictMap): Statement
  /** Looks up a value for another statement: `dnat(tcp.dport.map({ 80: '10.0.0.1' }))`. */
  map(map: ValueMap): Mapped
}

/** A selector whose value a rule can change. */
export interface WritableSelector extends Selector {
  /** Sets the value: `meta.mark.set(5)`, `ct.mark.set(meta.mark)`, `meta.mark.set(tcp.dport.map({ 80: 1 }))`. */
  set(value: NftValue | Selector | Mapped | Bits): Statement
}

/** A value that is combined with bits before it is written: `{ from: meta.mark, and: 0xff, xor: 0x10 }`. */
export interface Bits {
  readonly from: Selector
  readonly and?: NftValue
  readonly xor?: NftValue
  readonly or?: NftValue
}

const textOf = (sources: Sources) => sources.map(({ text }) => text).join(' . ')
const typesOf = (sources: Sources): readonly DataType[] => sources.map(({ type }) => type)

function operandOf(sources: Sources, values: readonly unknown[]): Operand {
  const [source] = sources
  const text = textOf(sources)
  const [value] = values
  if (values.length === 0) throw new ArgumentError(`expected ${text} to have a value, got none`)
  const name = values.length === 1 ? nameOfSet(text, value) : undefined
  if (name !== undefined) return { is: 'lookup', lookup: { name } }
  if (sources.length > 1 || values.length > 1 || Array.isArray(value)) {
    const isFlags = sources.length === 1 && source.type.flags
    if (isFlags && !Array.isArray(value)) return { is: 'anyOf', bits: parseBits(text, source.type, values) }
    const isList = Array.isArray(value) && values.length === 1 && (sources.length === 1 || value.every(Array.isArray))
    const elements = (isList ? (value as readonly unknown[]) : values).map((each) => [each, undefined] as const)
    return { is: 'lookup', lookup: lookupOf(text, typesOf(sources), elements, () => undefined) }
  }
  if (isMasked(value)) {
    const [mask, bits] = [value.mask, value.value].map((each) => parseBits(text, source.type, each)) as [Buffer, Buffer]
    return { is: 'masked', mask, value: bits }
  }
  const interval = parseInterval(text, source.type, value)
  return source.type.flags && isSingle(interval) ? { is: 'anyOf', bits: interval.from } : { is: 'interval', interval }
}

/** Returns the value that is compared, and the comparison. */
function compared(text: string, values: readonly unknown[]): { comparison: Comparison; values: readonly unknown[] } {
  const [first] = values
  if (first instanceof Compared && values.length === 1) return { comparison: first.comparison, values: [first.value] }
  if (values.some((each) => each instanceof Compared))
    throw new ArgumentError(`expected ${text} to have one comparison, got ${values.length} values`)
  return { comparison: 'eq', values }
}

/** Creates a selector. */
export function selector(...sources: Sources): Selector {
  const text = textOf(sources)
  const match = (...given: readonly unknown[]): Statement => {
    const { comparison, values } = compared(text, given)
    const operand = operandOf(sources, values)
    const isOrder = comparison !== 'eq' && comparison !== 'neq'
    if (isOrder && (operand.is !== 'interval' || !isSingle(operand.interval)))
      throw new ArgumentError(`expected ${text} to be compared with a number, got ${show(values[0])}`)
    return { is: 'match', sources, comparison, operand }
  }
  return Object.assign(match, {
    sources,
    vmap(map: VerdictMap): Statement {
      const name = nameOfSet(text, map)
      const lookup =
        name === undefined ? lookupOf(text, typesOf(sources), entriesOf(text, map), verdictIn(text)) : { name }
      return { is: 'verdictMap', sources, lookup }
    },
    map: (map: ValueMap) => new Mapped(sources, map),
  })
}

const verdictIn = (text: string) => (value: unknown) => {
  if (isRecord(value) && value.is === 'verdict') return value as unknown as VerdictStatement
  throw new ArgumentError(`expected the map of ${text} to contain verdicts like accept(), got ${show(value)}`)
}

/** Returns the pairs of a map. @throws {TypeError} if it is none */
function entriesOf(text: string, map: unknown): readonly (readonly [unknown, unknown])[] {
  if (Array.isArray(map)) return map
  if (isRecord(map)) return Object.entries(map)
  throw new ArgumentError(`expected the map of ${text} to be an object, a list of pairs or '@name', got ${show(map)}`)
}

/** Returns what a statement writes. `types` are those of the data. @throws {TypeError} naming `key` */
export function inputOf(key: string, types: readonly DataType[], value: unknown): Input {
  const [type] = types as [DataType]
  if (value instanceof Mapped) {
    const { sources, entries } = value
    const text = textOf(sources)
    const name = nameOfSet(text, entries)
    const data = (each: unknown) => {
      const parts = Array.isArray(each) ? each : [each]
      if (parts.length !== types.length)
        throw new ArgumentError(`expected ${key} to have ${types.length} values for each key, got ${show(each)}`)
      return types.map((part, index) => parseValue(key, part, parts[index]))
    }
    const lookup = name === undefined ? lookupOf(text, typesOf(sources), entriesOf(text, entries), data) : { name }
    return { is: 'map', sources, types, lookup }
  }
  if (isSelector(value)) return { is: 'source', source: sourceOf(key, value) }
  if (isRecord(value) && isSelector(value.from)) return bitsOf(key, type, value as unknown as Bits)
  return { is: 'constant', bytes: parseValue(key, type, value), type }
}

function bitsOf(key: string, type: DataType, { from, and, xor, or }: Bits): Input {
  const bits = (value: NftValue | undefined, byte: number) =>
    value === undefined ? Buffer.alloc(lengthOf(type), byte) : parseValue(key, type, value)
  const set = bits(or, 0)
  // a | b is (a & ~b) ^ b, because the kernel has only masks and xor.
  const mask = Buffer.from(bits(and, 0xff).map((byte, index) => byte & ~(set[index] as number)))
  const flip = Buffer.from(bits(xor, 0).map((byte, index) => byte ^ (set[index] as number)))
  return { is: 'source', source: sourceOf(key, from), mask, xor: flip }
}

export const isSelector = (value: unknown): value is Selector => typeof value === 'function' && 'sources' in value

/** Returns the only source of a selector. @throws {TypeError} for a concatenation */
export function sourceOf(key: string, from: Selector): Source {
  if (!isSelector(from) || from.sources.length !== 1)
    throw new ArgumentError(`expected ${key} to be a selector like meta.mark, got ${show(from)}`)
  return from.sources[0]
}

/** Creates a selector whose value rules can change. */
export function writable(source: Source): WritableSelector {
  const set = (value: unknown): Statement => ({
    is: 'set',
    target: source,
    input: inputOf(source.text, [source.type], value),
  })
  return Object.assign(selector(source), { set })
}

/** Looks up several values together: `concat(ip.saddr, tcp.dport)('@allowed')`, `concat(…)(['10.0.0.1', 80])`. */
export function concat(...parts: readonly [Selector, Selector, ...Selector[]]): Selector {
  const sources = parts.map((part, index) => sourceOf(`part ${index + 1} of concat`, part))
  return selector(...(sources as unknown as Sources))
}
