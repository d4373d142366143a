import { ArgumentError } from '../../codec/error.js'
import { requireKeys } from '../values/objects.js'
import { chainMessage } from './change/chain.js'
import { type Change, check, creating, deletion, HANDLE, named, place } from './change/change.js'
import { flowtableMessage } from './change/flowtable.js'
import {
  counterMessage,
  ctExpectationMessage,
  ctHelperMessage,
  ctTimeoutMessage,
  limitMessage,
  quotaMessage,
  synproxyMessage,
} from './change/object.js'
import { inChain, ruleChange } from './change/rule.js'
import { elementsChange, setChange } from './change/set.js'
import { tableMessage } from './change/table.js'
import type { NftMessage } from './compile/messages.js'
import type { SetLayout } from './compile/set.js'
import { NAME } from './expression/lookup.js'
import type {
  NewNftChain,
  NewNftCounter,
  NewNftCtExpectation,
  NewNftCtHelper,
  NewNftCtTimeout,
  NewNftFlowtable,
  NewNftLimit,
  NewNftMap,
  NewNftQuota,
  NewNftRule,
  NewNftSet,
  NewNftSynproxy,
  NewNftTable,
  NftChainKey,
  NftDeleteOptions,
  NftElements,
  NftObjectKey,
  NftRuleKey,
} from './spec.js'
import { objectTypes } from './types/flags.js'
import { numberOfWord } from './types/words.js'
import type { NftSetKey, NftTableKey } from './types.js'

/**
 * Changes of nftables that take effect at once, or not at all: see {@link NftOperations.transaction}. Nothing is sent before the function
 * that adds the changes returns. If something that is to be deleted does not exist, the transaction fails with `ENOENT`, unless `ifExists`
 * is set.
 */
export class NftTransaction {
  /** The changes, in their order. */
  readonly changes: readonly Change[] = []
  readonly #layouts = new Map<string, SetLayout>()

  #add(change: Change): void {
    ;(this.changes as Change[]).push(change)
  }

  #message(message: NftMessage): void {
    this.#add({ messages: () => [message] })
  }

  /** Returns the types of a set that this transaction adds. */
  layout({ family = 'inet', table, name }: NftSetKey): SetLayout | undefined {
    return this.#layouts.get(`${family} ${table} ${name}`)
  }

  /** Adds a table, unless it exists: `nft add table`. */
  addTable(table: NewNftTable): void {
    this.#message(tableMessage(table))
  }

  /** Deletes a table with all its content: `nft delete table`, or with `ifExists` `nft destroy table`. */
  deleteTable(table: NftTableKey, options?: NftDeleteOptions): void {
    check('table', table, { family: 1, name: NAME }, 'name')
    const { family, name } = table
    this.#message(deletion('TABLE', family, { name }, place('table', table), options))
  }

  /**
   * Adds an empty table, in place of the one with this name that the same program added. `program` is stored in the table, and is required.
   * The transaction fails with `EEXIST` if the table that exists was not added with the same `program`.
   */
  replaceTable(table: NewNftTable & { readonly program: string }): void {
    const message = tableMessage(table)
    requireKeys('table', table, 'program')
    this.#add({ replaces: table, messages: () => [message] })
  }

  /** Adds a chain, unless it exists: `nft add chain`. With `hook`, a base chain. */
  addChain(chain: NewNftChain): void {
    this.#message(chainMessage(chain))
  }

  /** Deletes a chain: `nft delete chain`. Its rules must be deleted before. */
  deleteChain(chain: NftChainKey, options?: NftDeleteOptions): void {
    this.#delete('CHAIN', 'chain', chain, options)
  }

  /** Deletes the rules of a chain: `nft flush chain`. */
  flushChain(chain: NftChainKey): void {
    check('chain', chain, named, 'table', 'name')
    const { family, table, name } = chain
    this.#message(deletion('RULE', family, { table, chain: name }, place('rules of chain', chain)))
  }

  #delete(kind: string, word: string, key: NftSetKey, options?: NftDeleteOptions): void {
    check(word, key, named, 'table', 'name')
    const { family, table, name } = key
    this.#message(deletion(kind, family, { table, name }, place(word, key), options))
  }

  /** Adds a rule at the end of its chain, or behind `position`: `nft add rule`. */
  addRule(rule: NewNftRule): void {
    this.#rule(rule, { create: true, append: true })
  }

  /** Adds a rule at the start of its chain, or before `position`: `nft insert rule`. */
  insertRule(rule: NewNftRule): void {
    this.#rule(rule, creating)
  }

  /** Replaces the rule with this handle: `nft replace rule`. */
  replaceRule(rule: NewNftRule & NftRuleKey): void {
    check('rule', rule, { ...inChain, rule: 1, comment: 1, position: 1, handle: HANDLE }, 'handle')
    const { handle, ...rest } = rule
    this.#rule(rest, { replace: true }, { handle })
  }

  #rule(rule: NewNftRule, options: NftMessage['options'], key = {}): void {
    this.#add(ruleChange(rule, options, key, (set) => this.layout(set) === undefined))
  }

  /** Deletes the rule with this handle: `nft delete rule`. */
  deleteRule(rule: NftRuleKey, options?: NftDeleteOptions): void {
    check('rule', rule, { ...inChain, handle: HANDLE }, 'table', 'chain', 'handle')
    const { family = 'inet', table, chain, handle } = rule
    const object = `rule with handle ${handle} of ${family} ${table} ${chain}`
    this.#message(deletion('RULE', family, { table, chain, handle }, object, options))
  }

  /** Adds a set, unless it exists: `nft add set`. */
  addSet(set: NewNftSet): void {
    if (Object.hasOwn(set, 'data')) throw new ArgumentError("expected a set without 'data': use addMap")
    this.#set(set)
  }

  /** Adds a map, unless it exists: `nft add map`. */
  addMap(map: NewNftMap): void {
    requireKeys('map', map, 'data')
    this.#set(map)
  }

  #set(set: NewNftSet & Partial<Pick<NewNftMap, 'data'>>): void {
    const { layout, change } = setChange(set)
    const { family = 'inet', table, name, elements = [] } = set
    this.#layouts.set(`${family} ${table} ${name}`, layout)
    this.#add(change)
    if (elements.length > 0) this.addElements({ family, table, set: name, elements })
  }

  /** Deletes a set or a map: `nft delete set`. */
  deleteSet(set: NftSetKey, options?: NftDeleteOptions): void {
    this.#delete('SET', 'set', set, options)
  }

  /** Adds elements to a set or a map: `nft add element`. Those that exist remain. */
  addElements(elements: NftElements): void {
    this.#add(elementsChange('NFT_MSG_NEWSETELEM', elements, creating, (set) => this.layout(set)))
  }

  /** Deletes elements of a set or a map: `nft delete element`. */
  deleteElements(elements: NftElements, options: NftDeleteOptions = {}): void {
    const { name } = deletion('SETELEM', undefined, {}, '', options)
    this.#add(elementsChange(name, elements, {}, (set) => this.layout(set)))
  }

  /** Deletes all elements of a set or a map: `nft flush set`. */
  flushSet(set: NftSetKey): void {
    check('set', set, named, 'table', 'name')
    const { family, table, name } = set
    this.#message(deletion('SETELEM', family, { table, set: name }, place('elements of set', set)))
  }

  /** Adds a counter with a name: `nft add counter`. */
  addCounter(counter: NewNftCounter): void {
    this.#message(counterMessage(counter))
  }

  /** Adds a quota with a name: `nft add quota`. */
  addQuota(quota: NewNftQuota): void {
    this.#message(quotaMessage(quota))
  }

  /** Adds a limit with a name: `nft add limit`. */
  addLimit(limit: NewNftLimit): void {
    this.#message(limitMessage(limit))
  }

  /** Adds a helper of connection tracking, for rules with `setHelper`: `nft add ct helper`. */
  addCtHelper(helper: NewNftCtHelper): void {
    this.#message(ctHelperMessage(helper))
  }

  /** Adds timeouts of connections, for rules with `setTimeouts`: `nft add ct timeout`. */
  addCtTimeout(timeout: NewNftCtTimeout): void {
    this.#message(ctTimeoutMessage(timeout))
  }

  /** Adds an expectation of connections, for rules with `setExpectation`: `nft add ct expectation`. */
  addCtExpectation(expectation: NewNftCtExpectation): void {
    this.#message(ctExpectationMessage(expectation))
  }

  /** Adds a SYN proxy with a name: `nft add synproxy`. */
  addSynproxy(synproxy: NewNftSynproxy): void {
    this.#message(synproxyMessage(synproxy))
  }

  /** Deletes a counter, a quota or another object with a name: `nft delete counter`. */
  deleteObject(object: NftObjectKey, options?: NftDeleteOptions): void {
    check('object', object, { ...named, type: 1 }, 'table', 'name', 'type')
    const { family, table, name } = object
    const type = numberOfWord('type', objectTypes, object.type)
    this.#message(deletion('OBJ', family, { table, name, type }, place(object.type, object), options))
  }

  /** Adds a flow table: `nft add flowtable`. */
  addFlowtable(flowtable: NewNftFlowtable): void {
    this.#message(flowtableMessage(flowtable))
  }

  /** Deletes a flow table: `nft delete flowtable`. */
  deleteFlowtable(flowtable: NftSetKey, options?: NftDeleteOptions): void {
    this.#delete('FLOWTABLE', 'flowtable', flowtable, options)
  }
}
