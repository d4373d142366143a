import { AF } from '../../codec/index.js'
import { FIB_RULE, FR_ACT, type RuleMessage } from '../../route/index.js'
import { selectsNothing } from '../run/selection.js'
import { covers } from '../values/compare.js'
import { familyName } from '../values/ip-text.js'
import { messageOf } from '../values/objects.js'
import { NOT_SUPPRESSED } from './decode.js'
import { encodeRule, ruleKeys, SETTABLE } from './encode.js'
import type { NewRule } from './types.js'

/** Options that distinguish rules. Most rules have the same value for the others. */
const selectingKeys = Object.keys(ruleKeys).filter((key) => !['family', 'flags', 'invert'].includes(key))

/** Returns the table of a rule; its header contains small numbers only. */
export const tableOf = ({ table, attrs }: RuleMessage) => attrs.table ?? table

/** Returns the priority of a rule. The kernel reports none for 0. */
export const priorityOf = ({ attrs }: RuleMessage) => attrs.priority ?? 0

/** Values of absent properties: the kernel reports no attribute for them. */
const absent: Readonly<Record<string, unknown>> = {
  ...{ priority: 0, fwmark: 0, fwmask: 0, tunId: 0n, ipProto: 0, protocol: 0, flow: 0 },
  ...{ sportMask: 0, dportMask: 0, dscpMask: 0, flowlabelMask: 0 },
}

/** Returns an attribute of a rule as a selector compares it. */
export const attributeOf = (message: RuleMessage, key: string): unknown =>
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
  covers({ ...one, flags: one.flags & SETTABLE }, { ...other, flags: other.flags & SETTABLE }) &&
  covers(other.attrs, one.attrs)

/** Returns the request that deletes this rule, with everything that the kernel compares. */
export function deletionOf({ family, dstLen, srcLen, tos, action, attrs }: RuleMessage): RuleMessage {
  const { pad: _, ...compared } = attrs
  const flow = family === AF.INET ? { flow: attrs.flow ?? 0 } : undefined
  return {
    ...{ family, dstLen, srcLen, tos, table: 0, action, flags: 0 },
    attrs: { ...compared, priority: attrs.priority ?? 0, ...flow },
  }
}

/** Attributes that the kernel does not compare. */
const uncompared = ['goto']
/** Attributes whose zero the kernel also compares. */
const comparedAsZero = ['priority', 'flow', 'dscp', 'suppressIfgroup', 'suppressPrefixlen']

/** True if the kernel would delete the candidate: rule_find() in net/core/fib_rules.c */
export function isTaken(request: RuleMessage, candidate: RuleMessage): boolean {
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
 * Checks that an option distinguishes rules. `default`, `to_tbl` and zero do not, except for the priority.
 * @throws {TypeError} if none does
 */
export function checkSelects({ srcLen, dstLen, tos, action, attrs }: RuleMessage): void {
  const distinguishes = ([key, value]: [string, unknown]) =>
    key === 'priority' || (value !== (key.startsWith('suppress') ? NOT_SUPPRESSED : 0) && value !== 0n)
  const isDistinct = srcLen || dstLen || tos || action > FR_ACT.TO_TBL || attrs.priority !== undefined
  if (!isDistinct && !Object.entries(attrs).some(distinguishes)) throw selectsNothing('rule', selectingKeys)
}

/**
 * Returns the family of a selector, and the predicate for the rules that it selects.
 * @throws {TypeError} if no option distinguishes rules
 */
export function selectorOf(rule: NewRule) {
  const wanted = encodeRule(rule)
  checkSelects(wanted)
  const read = messageOf<RuleMessage>(rule)
  const isWanted = (found: RuleMessage) =>
    isSelected(rule, wanted, found) && (read === undefined || isSameRule(read, found))
  return { family: familyName(wanted.family), isWanted }
}
