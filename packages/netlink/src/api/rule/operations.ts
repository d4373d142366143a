import { AF } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { FIB_RULE, FR_ACT, RT_TABLE, type RuleMessage } from '../../route/index.js'
import { U32 } from '../accepted.js'
import { covers } from '../ensure.js'
import { familyName, familyNumber, type IpFamily } from '../ip-text.js'
import { tableNumber } from '../names.js'
import { expectKeys } from '../objects.js'
import { change, dump, type Operation } from '../operation.js'
import { messageIn, notThere, requestForFirst, selectsNothing } from '../selection.js'
import { ruleKeys, ruleMessageOf } from './encode.js'
import { type NewRule, NOT_SUPPRESSED, type Rule, toRule } from './types.js'

/** Selects the rules to list. */
export interface RuleFilter {
  readonly family?: IpFamily | undefined
  readonly table?: Rule['table'] | undefined
  readonly priority?: number | undefined
}

const filterKeys = { family: 1, table: 1, priority: U32 } satisfies Record<keyof RuleFilter, unknown>

/** Options that distinguish rules. Most rules have the same value for the others. */
const selectingKeys = Object.keys(ruleKeys).filter((key) => !['family', 'flags', 'invert'].includes(key))

const tableOf = ({ table, attrs }: RuleMessage) => attrs.table ?? table

function* rulesOf(family: IpFamily): Operation<RuleMessage[]> {
  const number = familyNumber(family)
  // The kernel returns the rules of all families if it does not support this one.
  return (yield* dump('RTM_GETRULE', { family: number })).filter((message) => message.family === number)
}

/** Lists all rules in the order in which the kernel applies them, or those that pass the filter. */
function* list(filter?: RuleFilter): Operation<Rule[]> {
  expectKeys('filter', filter ?? {}, filterKeys)
  const { family, table, priority } = ownOnly(filter ?? {})
  const wanted = table === undefined ? undefined : tableNumber(table)
  const rules: Rule[] = []
  for (const each of family === undefined ? (['inet', 'inet6'] as const) : [family]) {
    for (const message of yield* rulesOf(each)) {
      if (wanted !== undefined && tableOf(message) !== wanted) continue
      if (priority === undefined || (message.attrs.priority ?? 0) === priority) rules.push(toRule(message))
    }
  }
  return rules
}

/** Values that mean that a rule has no such property: the kernel reports no attribute for them. */
const absent: Readonly<Record<string, unknown>> = {
  ...{ priority: 0, fwmark: 0, fwmask: 0, tunId: 0n, ipProto: 0, protocol: 0, flow: 0 },
  ...{ sportMask: 0, dportMask: 0, dscpMask: 0, flowlabelMask: 0 },
}

/** Flags that are part of a rule; the kernel derives the others from links and other rules. */
const OWN_FLAGS = FIB_RULE.PERMANENT | FIB_RULE.INVERT | FIB_RULE.FIND_SADDR

/** Returns an attribute of a rule as a selector compares it. */
const attributeOf = (message: RuleMessage, key: string): unknown =>
  key === 'table' ? tableOf(message) : ((message.attrs as Record<string, unknown>)[key] ?? absent[key])

/** True if a rule has all properties of the selector. Unlike the kernel's comparison, `default`, `false` and 0 count. */
function isSelected({ from, to, tos, action, invert, flags }: NewRule, wanted: RuleMessage, found: RuleMessage) {
  return (
    (from === undefined || (wanted.srcLen === found.srcLen && wanted.attrs.src === found.attrs.src)) &&
    (to === undefined || (wanted.dstLen === found.dstLen && wanted.attrs.dst === found.attrs.dst)) &&
    (tos === undefined || wanted.tos === found.tos) &&
    (action === undefined || wanted.action === found.action) &&
    (invert === undefined || invert === ((found.flags & FIB_RULE.INVERT) !== 0)) &&
    (flags === undefined || (wanted.flags & ~found.flags) === 0) &&
    Object.entries(wanted.attrs).every(([key, value]) => covers(value, attributeOf(found, key)))
  )
}

/** True for two messages of one rule. */
const isSameRule = (one: RuleMessage, other: RuleMessage) =>
  covers({ ...one, flags: one.flags & OWN_FLAGS }, { ...other, flags: other.flags & OWN_FLAGS }) &&
  covers(other.attrs, one.attrs)

/** Returns the request that deletes this rule, with all that the kernel compares. */
function deletionOf({ family, dstLen, srcLen, tos, action, attrs }: RuleMessage): RuleMessage {
  const { pad: _, ...compared } = attrs
  const flow = family === AF.INET ? { flow: attrs.flow ?? 0 } : undefined
  return {
    ...{ family, dstLen, srcLen, tos, table: 0, action, flags: 0 },
    attrs: { ...compared, priority: attrs.priority ?? 0, ...flow },
  }
}

/** Attributes that the kernel does not compare. */
const uncompared = ['goto']
/** Attributes of which it also compares zero. */
const comparedAsZero = ['priority', 'flow', 'dscp', 'suppressIfgroup', 'suppressPrefixlen']

/** True if the kernel would delete the candidate: rule_find() in net/core/fib_rules.c */
function isTaken(request: RuleMessage, candidate: RuleMessage): boolean {
  const compares = (key: string, value: unknown) =>
    !uncompared.includes(key) &&
    (comparedAsZero.includes(key) || !(value === 0 || value === 0n)) &&
    !(key.startsWith('suppress') && value === NOT_SUPPRESSED)
  return (
    request.action === candidate.action &&
    (request.tos === 0 || request.tos === candidate.tos) &&
    (request.srcLen === 0 || request.srcLen === candidate.srcLen) &&
    (request.dstLen === 0 || request.dstLen === candidate.dstLen) &&
    Object.entries(request.attrs).every(
      ([key, value]) => !compares(key, value) || covers(value, attributeOf(candidate, key)),
    )
  )
}

/**
 * Returns the family of a selector, and the predicate for the rules that it selects. `default`, `to_tbl` and zero, but
 * for the priority, do not distinguish rules.
 * @throws {TypeError}
 */
function selectorOf(rule: NewRule) {
  const wanted = ruleMessageOf(rule)
  const { srcLen, dstLen, tos, action, attrs } = wanted
  const says = ([key, value]: [string, unknown]) =>
    key === 'priority' || (value !== (key.startsWith('suppress') ? NOT_SUPPRESSED : 0) && value !== 0n)
  if (!(srcLen || dstLen || tos || action > FR_ACT.TO_TBL || Object.entries(attrs).some(says)))
    throw selectsNothing('rule', selectingKeys)
  const read = messageIn<RuleMessage>(rule)
  const isWanted = (found: RuleMessage) =>
    isSelected(rule, wanted, found) && (read === undefined || isSameRule(read, found))
  return { family: familyName(wanted.family), isWanted }
}

/** Returns the first rule that has all properties of the selector; undefined if there is none. */
function* get(selector: NewRule): Operation<Rule | undefined> {
  const { family, isWanted } = selectorOf(selector)
  const found = (yield* rulesOf(family)).find(isWanted)
  return found && toRule(found)
}

/** The kernel has no default for this mask, unlike for the others. */
const ALL_OF_FLOWLABEL = 0xfffff

/** Adds a rule. @throws {NetlinkError} `EEXIST` if there is an equal one */
function* add(rule: NewRule): Operation<void> {
  const message = ruleMessageOf(rule)
  const action = message.action || (rule.goto === undefined ? FR_ACT.TO_TBL : FR_ACT.GOTO)
  // As `ip rule`: without a table the kernel would take the first empty one for IPv4, and refuse IPv6.
  const isDefault = action === FR_ACT.TO_TBL && message.attrs.table === undefined && message.attrs.l3mdev === undefined
  const attrs = {
    ...(message.attrs.flowlabel !== undefined && { flowlabelMask: ALL_OF_FLOWLABEL }),
    ...message.attrs,
    ...(isDefault && { table: RT_TABLE.MAIN }),
  }
  yield* change('RTM_NEWRULE', { ...message, action, attrs }, { create: true, excl: true })
}

/**
 * Deletes the first rule that has all properties of the selector. A rule that was read is deleted itself, or nothing is.
 * @throws {TypeError} if the selector has no property that distinguishes rules
 * @throws {NetlinkError} `ENOENT` if there is no such rule
 * @throws {AmbiguousError} if the kernel would delete another rule, because it has the same properties and more
 */
function* remove(selector: NewRule): Operation<void> {
  const { family, isWanted } = selectorOf(selector)
  const listed = yield* rulesOf(family)
  const [request, matches, toObject] = [deletionOf, isTaken, toRule]
  const message = requestForFirst({ object: 'rule', listed, isWanted, request, matches, toObject })
  if (message === undefined) throw notThere('RTM_DELRULE', 'ENOENT', 'rule')
  yield* change('RTM_DELRULE', message)
}

/** Rules that select routing tables. */
export const ruleOperations = { list, get, add, delete: remove }
