import { ArgumentError } from '../../../codec/error.js'
import { show } from '../../../codec/index.js'
import { NFT_DYNSET_OP, NFT_OBJECT } from '../../../netfilter/index.js'
import { checkKeys } from '../../values/objects.js'
import { parseDuration } from '../types/units.js'
import { nameOfSet } from './lookup.js'
import { inputOf, isSelector, type Selector } from './selector.js'
import type { StatefulStatement, Statement } from './statement.js'
import type { NftValue } from './value.js'

/** Options of {@link add} and {@link update}. */
export interface UpdateOptions {
  /** `'30s'`, or milliseconds. Default: that of the set. */
  readonly timeout?: string | number
  /** Counter, limit, quota or connlimit of the new element. */
  readonly statements?: readonly StatefulStatement[]
  /** Data of the element, for a map. */
  readonly data?: NftValue | Selector
}

function updating(operation: number, set: string, from: Selector, options: UpdateOptions): Statement {
  checkKeys('options', options, { timeout: 1, statements: 1, data: 1 })
  const name = nameOfSet('the update', set)
  if (name === undefined) throw new ArgumentError(`expected the set to be a name like '@blocked', got ${show(set)}`)
  if (!isSelector(from)) throw new ArgumentError(`expected a selector like ip.saddr, got ${show(from)}`)
  const { timeout, statements = [], data } = options
  const wrong = statements.find((each) => each?.is !== 'stateful')
  if (wrong !== undefined)
    throw new ArgumentError(`expected statements to be counter, limit, quota or connlimit, got ${show(wrong)}`)
  return {
    ...{ is: 'update', operation, set: name, sources: from.sources, statements },
    timeout: timeout === undefined ? undefined : parseDuration('timeout', timeout),
    data: isSelector(data) ? inputOf('data', [data.sources[0].type], data) : undefined,
  }
}

/** Adds an element to a set, unless it exists: `add('@seen', ip.saddr, { timeout: '1m' })`. */
export const add = (set: `@${string}`, from: Selector, options: UpdateOptions = {}): Statement =>
  updating(NFT_DYNSET_OP.ADD, set, from, options)
/** Adds an element to a set, or restarts its timeout: `update('@seen', ip.saddr, { statements: [limit('10/second')] })`. */
export const update = (set: `@${string}`, from: Selector, options: UpdateOptions = {}): Statement =>
  updating(NFT_DYNSET_OP.UPDATE, set, from, options)
/** Deletes an element from a set: `remove('@seen', ip.saddr)`. */
export const remove = (set: `@${string}`, from: Selector): Statement => updating(NFT_DYNSET_OP.DELETE, set, from, {})

/** Counts in the counter object that a map has for the value: `counterOf(ip.saddr, '@counters')`. */
export function counterOf(from: Selector, map: `@${string}`): Statement {
  const name = nameOfSet('the counter', map)
  if (name === undefined || !isSelector(from))
    throw new ArgumentError(`expected a selector and '@name', got ${show(map)}`)
  return { is: 'objectMap', type: NFT_OBJECT.COUNTER, sources: from.sources, map: name }
}
