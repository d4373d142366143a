import { ArgumentError } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { NF, NFT_CHAIN, NFT_FLOWTABLE, NFT_OBJECT, NFT_SET_POL, NFT_TABLE_F } from '../../netfilter/index.js'
import { BOOLEAN, checkValue, LIST, shortText, U32 } from '../values/accepted.js'
import { checkKeys, requireKeys } from '../values/objects.js'
import { encodeElements, isObjectData, type NftMessage, parseLayout, setFlags } from './compile/messages.js'
import { encodeDesc, encodeLayout, layoutUserdata, type SetLayout } from './compile/set.js'
import { NAME } from './expression/lookup.js'
import type { Statement } from './expression/statement.js'
import { limitData, quotaData } from './expression/statements.js'
import type { Scope } from './scope.js'
import type {
  NewNftChain,
  NewNftCounter,
  NewNftFlowtable,
  NewNftLimit,
  NewNftMap,
  NewNftQuota,
  NewNftRule,
  NewNftSet,
  NewNftTable,
  NftChainKey,
  NftElements,
  NftObjectKey,
  NftRuleKey,
} from './spec.js'
import { hookNumber, type NftFamily, nftFamilyNumber, priorityNumber } from './types/names.js'
import { parseBytes, parseDuration } from './types/units.js'
import { encodeUserdata, UDATA, type UserdataParts } from './types/userdata.js'
import { numberOfWord } from './types/words.js'
import type { NftSetKey, NftTableKey } from './types.js'

/** One change. It becomes messages after all changes are known, and the sets that they refer to were read. */
export interface Change {
  /** Returns the messages. @throws {TypeError} */
  readonly messages: (scope: Scope) => readonly NftMessage[]
  /** Sets whose types the messages depend on. */
  readonly needs?: readonly NftSetKey[]
  /** The table that may be replaced only by its program. */
  readonly replaces?: NewNftTable
}

const COMMENT = shortText(127)
const creating = { create: true } as const

/** Bits of the flags of tables. */
const tableFlags = { dormant: NFT_TABLE_F.DORMANT, owner: NFT_TABLE_F.OWNER, persist: NFT_TABLE_F.PERSIST } as const
const objectTypes = { counter: NFT_OBJECT.COUNTER, quota: NFT_OBJECT.QUOTA, limit: NFT_OBJECT.LIMIT } as const

const bitsIn = (key: string, words: Readonly<Record<string, number>>, flags: readonly string[] = []) => {
  checkValue(key, flags, LIST)
  return flags.reduce((bits, flag) => bits | numberOfWord(key, words, flag), 0)
}

/** Returns userdata with a comment. */
function userdataOf(comment: string | undefined, type: number = UDATA.COMMENT, others: UserdataParts = []) {
  if (comment !== undefined) checkValue('comment', comment, COMMENT)
  const userdata = encodeUserdata([...others, ...(comment === undefined ? [] : [[type, comment] as const])])
  return userdata && { userdata }
}

const named = { family: 1, table: NAME, name: NAME }
const inChain = { family: 1, table: NAME, chain: NAME }
const HANDLE = { allowed: 'a bigint above 0', fits: (value: unknown) => typeof value === 'bigint' && value > 0n }

/** Checks the keys of an argument, and that it names what it is about. @throws {TypeError} */
function check(what: string, value: object, keys: Readonly<Record<string, unknown>>, ...required: string[]): void {
  checkKeys(what, value, keys)
  requireKeys(what, value as Record<string, unknown>, ...required)
}

const place = (kind: string, { family = 'inet', table, name }: { family?: NftFamily; table?: string; name: string }) =>
  [kind, family, table, name].filter((each) => each !== undefined).join(' ')

/**
 * Changes of nftables that take effect at once, or not at all: see {@link NftOperations.transaction}. Nothing is sent before the function
 * that adds the changes returns.
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

  /** Deletes a table with all its content: `nft delete table`. The transaction fails with `ENOENT` if it does not exist. */
  deleteTable(table: NftTableKey): void {
    check('table', table, { family: 1, name: NAME }, 'name')
    const { name } = table
    this.#message({
      ...{ name: 'NFT_MSG_DELTABLE', family: nftFamilyNumber(table.family), attrs: { name }, options: {} },
      object: place('table', table),
    })
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
    const keys = { ...named, type: 1, hook: 1, priority: 1, policy: 1, devices: LIST, comment: COMMENT }
    check('chain', chain, keys, 'table', 'name')
    const { family = 'inet', table, name, type = 'filter', hook, priority = 'filter', policy, devices, comment } = chain
    if (hook === undefined && (chain.type ?? chain.priority ?? policy ?? devices) !== undefined)
      throw new ArgumentError(
        `expected chain ${name} to have a hook, because it has a type, priority, policy or devices`,
      )
    numberOfWord('type', { filter: 0, nat: 1, route: 2 }, type)
    const base = hook !== undefined && {
      type,
      hook: {
        ...{ hooknum: hookNumber(family, hook), priority: priorityNumber(family, priority) },
        ...(devices?.length === 1 && { dev: devices[0] as string }),
        ...(devices !== undefined && devices.length > 1 && { devs: { name: devices } }),
      },
      flags: NFT_CHAIN.BASE,
    }
    const attrs = {
      ...{ table, name },
      ...base,
      ...(policy !== undefined && { policy: numberOfWord('policy', { accept: NF.ACCEPT, drop: NF.DROP }, policy) }),
      ...userdataOf(comment),
    }
    this.#message({
      ...{ name: 'NFT_MSG_NEWCHAIN', family: nftFamilyNumber(family), attrs, options: creating },
      object: place('chain', chain),
    })
  }

  /** Deletes a chain: `nft delete chain`. Its rules must be deleted before. */
  deleteChain(chain: NftChainKey): void {
    check('chain', chain, named, 'table', 'name')
    this.#delete('NFT_MSG_DELCHAIN', 'chain', chain)
  }

  /** Deletes the rules of a chain: `nft flush chain`. */
  flushChain(chain: NftChainKey): void {
    check('chain', chain, named, 'table', 'name')
    const { table, name } = chain
    this.#message({
      ...{ name: 'NFT_MSG_DELRULE', family: nftFamilyNumber(chain.family), attrs: { table, chain: name }, options: {} },
      object: place('rules of chain', chain),
    })
  }

  #delete(name: string, kind: string, key: NftSetKey, attrs: object = { name: key.name }): void {
    const { family, table } = key
    this.#message({
      ...{ name, family: nftFamilyNumber(family), attrs: { table, ...attrs }, options: {} },
      object: place(kind, key),
    })
  }

  /** Adds a rule at the end of its chain, or behind `position`: `nft add rule`. */
  addRule(rule: NewNftRule): void {
    this.#rule(rule, { create: true, append: true }, {})
  }

  /** Adds a rule at the start of its chain, or before `position`: `nft insert rule`. */
  insertRule(rule: NewNftRule): void {
    this.#rule(rule, creating, {})
  }

  /** Replaces the rule with this handle: `nft replace rule`. */
  replaceRule(rule: NewNftRule & NftRuleKey): void {
    const { handle, ...rest } = rule
    checkValue('handle', handle, HANDLE)
    this.#rule(rest, { replace: true }, { handle })
  }

  #rule(rule: NewNftRule, options: NftMessage['options'], key: object): void {
    check('rule', rule, { ...inChain, rule: LIST, comment: COMMENT, position: HANDLE }, 'table', 'chain', 'rule')
    const { family = 'inet', table, chain, rule: statements, comment, position } = rule
    const wrong = statements.findIndex(
      (each: Statement | undefined) => typeof each !== 'object' || each === null || !('is' in each),
    )
    if (wrong >= 0)
      throw new ArgumentError(
        `expected part ${wrong} of the rule to be a statement like tcp.dport(22), got ${show(statements[wrong])}`,
      )
    const number = nftFamilyNumber(family)
    const needs = setNames(statements).map((name) => ({ family, table, name }))
    this.#add({
      needs: needs.filter((each) => this.layout(each) === undefined),
      messages: (scope) => {
        const compiled = scope.rule(family, table, statements)
        const attrs = {
          ...{ table, chain, ...key, expressions: { elem: compiled.expressions } },
          ...(position !== undefined && { position }),
          ...userdataOf(comment),
        }
        const object = `rule '${compiled.text()}' of ${family} ${table} ${chain}`
        const message = { name: 'NFT_MSG_NEWRULE', family: number, attrs, options, object, partOf: compiled.partOf }
        return [...compiled.sets, message]
      },
    })
  }

  /** Deletes the rule with this handle: `nft delete rule`. */
  deleteRule(rule: NftRuleKey): void {
    check('rule', rule, { ...inChain, handle: HANDLE }, 'table', 'chain', 'handle')
    const { family = 'inet', table, chain, handle } = rule
    this.#message({
      ...{ name: 'NFT_MSG_DELRULE', family: nftFamilyNumber(family), attrs: { table, chain, handle }, options: {} },
      object: `rule with handle ${handle} of ${family} ${table} ${chain}`,
    })
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
    const keys = {
      ...{ ...named, type: 1, data: 1, flags: LIST, timeout: 1, gcInterval: 1, size: U32, policy: 1 },
      ...{ comment: COMMENT, autoMerge: BOOLEAN, statements: LIST, elements: LIST },
    }
    check('set', set, keys, 'table', 'name', 'type')
    const { family = 'inet', table, name, data, timeout, gcInterval, size, policy, autoMerge, statements = [] } = set
    const layout = parseLayout(set)
    this.#layouts.set(`${family} ${table} ${name}`, layout)
    const bits = bitsIn('flags', setFlags, set.flags) | (timeout === undefined ? 0 : setFlags.timeout)
    const wire = statements.map((each) => ({ name: each.name, data: each.data }))
    const { flags, ...types } = encodeLayout(layout, bits)
    const merge: UserdataParts = autoMerge ? [[UDATA.SET_MERGE_ELEMENTS, 1]] : []
    const desc = encodeDesc(layout, size)
    const attrs = {
      ...{ table, name, ...types },
      ...(isObjectData(data) ? { flags: flags | OBJECT_MAP, objType: objectTypes[data] } : { flags }),
      ...(policy !== undefined && {
        policy: numberOfWord('policy', { performance: NFT_SET_POL.PERFORMANCE, memory: NFT_SET_POL.MEMORY }, policy),
      }),
      ...(desc && { desc }),
      ...(timeout !== undefined && { timeout: parseDuration('timeout', timeout) }),
      ...(gcInterval !== undefined && { gcInterval: Number(parseDuration('gcInterval', gcInterval)) }),
      ...(wire.length === 1 && { expr: wire[0] }),
      ...(wire.length > 1 && { flags: flags | EXPRESSIONS, expressions: { elem: wire } }),
      ...userdataOf(set.comment, UDATA.SET_COMMENT, [...layoutUserdata(layout), ...merge]),
    }
    const kind = data === undefined ? 'set' : 'map'
    this.#add({
      messages: (scope) => [
        {
          ...{ name: 'NFT_MSG_NEWSET', family: nftFamilyNumber(family), options: creating },
          ...{ attrs: { ...attrs, id: scope.nextId() }, object: place(kind, set) },
        },
      ],
    })
    if (set.elements !== undefined && set.elements.length > 0)
      this.addElements({ family, table, set: name, elements: set.elements })
  }

  /** Deletes a set or a map: `nft delete set`. */
  deleteSet(set: NftSetKey): void {
    check('set', set, named, 'table', 'name')
    this.#delete('NFT_MSG_DELSET', 'set', set)
  }

  /** Adds elements to a set or a map: `nft add element`. Those that exist remain. */
  addElements(elements: NftElements): void {
    this.#elements('NFT_MSG_NEWSETELEM', elements, creating)
  }

  /** Deletes elements of a set or a map: `nft delete element`. */
  deleteElements(elements: NftElements): void {
    this.#elements('NFT_MSG_DELSETELEM', elements, {})
  }

  #elements(name: string, given: NftElements, options: NftMessage['options']): void {
    check('elements', given, { family: 1, table: NAME, set: NAME, elements: LIST }, 'table', 'set', 'elements')
    const { family = 'inet', table, set, elements } = given
    const key = { family, table, name: set }
    const layout = this.layout(key)
    const wire = layout && encodeElements(layout, elements)
    this.#add({
      needs: layout === undefined ? [key] : [],
      messages: (scope) =>
        scope.elements(
          name,
          key,
          wire ?? encodeElements(scope.layout(key), elements),
          options,
          place('elements of set', key),
        ),
    })
  }

  /** Deletes all elements of a set or a map: `nft flush set`. */
  flushSet(set: NftSetKey): void {
    check('set', set, named, 'table', 'name')
    this.#delete('NFT_MSG_DELSETELEM', 'elements of set', set, { set: set.name })
  }

  /** Adds a counter with a name: `nft add counter`. */
  addCounter(counter: NewNftCounter): void {
    check('counter', counter, { ...named, packets: 1, bytes: 1, comment: 1 }, 'table', 'name')
    const data = {
      bytes: parseBytes('bytes', counter.bytes ?? 0),
      packets: parseBytes('packets', counter.packets ?? 0),
    }
    this.#object('counter', counter, data)
  }

  /** Adds a quota with a name: `nft add quota`. */
  addQuota(quota: NewNftQuota): void {
    check('quota', quota, { ...named, bytes: 1, over: BOOLEAN, comment: 1 }, 'table', 'name', 'bytes')
    this.#object('quota', quota, quotaData(quota.bytes, { over: quota.over ?? false }))
  }

  /** Adds a limit with a name: `nft add limit`. */
  addLimit(limit: NewNftLimit): void {
    check('limit', limit, { ...named, rate: 1, burst: 1, over: BOOLEAN, comment: 1 }, 'table', 'name', 'rate')
    const { rate, burst, over = false } = limit
    this.#object('limit', limit, limitData(rate, { over, ...(burst !== undefined && { burst }) }))
  }

  #object(kind: NftObjectKey['type'], object: NftSetKey & { readonly comment?: string }, data: object): void {
    const { table, name, family, comment } = object
    const attrs = { table, name, type: objectTypes[kind], data, ...userdataOf(comment) }
    this.#message({
      ...{ name: 'NFT_MSG_NEWOBJ', family: nftFamilyNumber(family), attrs, options: creating },
      object: place(kind, object),
    })
  }

  /** Deletes a counter, quota or limit: `nft delete counter`. */
  deleteObject(object: NftObjectKey): void {
    check('object', object, { ...named, type: 1 }, 'table', 'name', 'type')
    const type = numberOfWord('type', objectTypes, object.type)
    this.#delete('NFT_MSG_DELOBJ', object.type, object, { name: object.name, type })
  }

  /** Adds a flow table: `nft add flowtable`. */
  addFlowtable(flowtable: NewNftFlowtable): void {
    const keys = { ...named, priority: 1, devices: LIST, offload: BOOLEAN, counter: BOOLEAN }
    check('flowtable', flowtable, keys, 'table', 'name', 'devices')
    const { family, table, name, priority = 'filter', devices, offload, counter } = flowtable
    const flags = (offload ? NFT_FLOWTABLE.HW_OFFLOAD : 0) | (counter ? NFT_FLOWTABLE.COUNTER : 0)
    const hook = { num: 0, priority: priorityNumber('inet', priority), devs: { name: devices } }
    this.#message({
      ...{ name: 'NFT_MSG_NEWFLOWTABLE', family: nftFamilyNumber(family), options: creating },
      attrs: { table, name, hook, ...(flags !== 0 && { flags }) },
      object: place('flowtable', flowtable),
    })
  }

  /** Deletes a flow table: `nft delete flowtable`. */
  deleteFlowtable(flowtable: NftSetKey): void {
    check('flowtable', flowtable, named, 'table', 'name')
    this.#delete('NFT_MSG_DELFLOWTABLE', 'flowtable', flowtable)
  }
}

/** NFT_SET_OBJECT, NFT_SET_EXPR */
const OBJECT_MAP = 0x40
const EXPRESSIONS = 0x100

function tableMessage(table: NewNftTable): NftMessage {
  check('table', table, { family: 1, name: NAME, flags: LIST, comment: COMMENT, program: COMMENT }, 'name')
  const { name, flags, comment, program } = table
  const others: UserdataParts = program === undefined ? [] : [[UDATA.TABLE_PROGRAM, program]]
  const attrs = {
    ...{ name, flags: bitsIn('flags', tableFlags, flags) },
    ...userdataOf(comment, UDATA.COMMENT, others),
  }
  return {
    ...{ name: 'NFT_MSG_NEWTABLE', family: nftFamilyNumber(table.family), attrs, options: creating },
    object: place('table', table),
  }
}

/** Returns the names of the sets that statements refer to. */
function setNames(statements: readonly Statement[]): string[] {
  return statements.flatMap((statement): string[] => {
    switch (statement.is) {
      case 'match':
        return statement.operand.is === 'lookup' && 'name' in statement.operand.lookup
          ? [statement.operand.lookup.name]
          : []
      case 'verdictMap':
        return 'name' in statement.lookup ? [statement.lookup.name] : []
      case 'objectMap':
        return [statement.map]
      case 'update':
        return [statement.set]
      case 'set':
        return statement.input.is === 'map' && 'name' in statement.input.lookup ? [statement.input.lookup.name] : []
      case 'nat': {
        const { address } = statement.to
        return address?.is === 'map' && 'name' in address.lookup ? [address.lookup.name] : []
      }
      default:
        return []
    }
  })
}
