import { AF } from '../../codec/index.js'
import { bitsOf } from '../../ip/index.js'
import { NLM_F_NEW } from '../../message/index.js'
import { FIB_RULE, FR_ACT, RT_TABLE, RTPROT, type RuleMessage } from '../../route/index.js'
import { checkModelled, refuse } from './refused.js'
import { existsAlready, isSelected, NOT_SUPPRESSED } from './rule-match.js'
import type { Rule, State } from './state.js'

/** Bits 0 and 1 of the tos of an IPv4 rule (`inet_validate_dscp`) */
const ECN = 0x03

const ALL_PORTS = 0xffff

const settable = [
  ...['priority', 'table', 'protocol', 'src', 'dst', 'iifname', 'oifname', 'fwmark', 'fwmask', 'goto', 'flow', 'tunId'],
  ...['suppressPrefixlen', 'suppressIfgroup', 'uidRange', 'ipProto', 'sportRange', 'dportRange', 'l3mdev'],
]

const kernelRule = (family: number, priority: number, table: number): Rule => ({
  ...{ family, srcLen: 0, dstLen: 0, tos: 0, action: FR_ACT.TO_TBL, flags: 0, priority, table },
  attrs: { suppressPrefixlen: NOT_SUPPRESSED, protocol: RTPROT.KERNEL },
})

/** Returns the rules that the kernel creates itself (`fib_default_rules_init`, `fib6_rules_net_init`). */
export const firstRules = (): Rule[] => [
  kernelRule(AF.INET, 0, RT_TABLE.LOCAL),
  kernelRule(AF.INET, 32766, RT_TABLE.MAIN),
  kernelRule(AF.INET, 32767, RT_TABLE.DEFAULT),
  kernelRule(AF.INET6, 0, RT_TABLE.LOCAL),
  kernelRule(AF.INET6, 32766, RT_TABLE.MAIN),
]

/** Returns the RTM_NEWRULE of a rule. Its flags report links and targets that do not exist. */
function ruleMessageOf({ attrs, priority, table, ...header }: Rule, { links, rules }: State) {
  const isMissing = (name: string | undefined) =>
    name !== undefined && ![...links.values()].some((link) => link.name === name)
  const { goto, iifname, oifname } = attrs
  const isUnresolved =
    header.action === FR_ACT.GOTO &&
    !rules.some((each) => each.family === header.family && each.priority === goto && each.attrs !== attrs)
  const flags =
    header.flags |
    (isUnresolved ? FIB_RULE.UNRESOLVED : 0) |
    (isMissing(iifname) ? FIB_RULE.IIF_DETACHED : 0) |
    (isMissing(oifname) ? FIB_RULE.OIF_DETACHED : 0)
  const shown = table > 0xff ? RT_TABLE.COMPAT : table
  return { ...header, table: shown, flags, attrs: { ...attrs, table, ...(priority > 0 && { priority }) } }
}

/** Refuses families without rules, and invalid members (`fib_nl2rule`). */
function checkRule({ family, srcLen, dstLen, action, attrs }: RuleMessage): void {
  if (Buffer.byteLength(attrs.iifname ?? '') > 15) refuse('ERANGE', 'Error parsing msg', 'iifname')
  if (Buffer.byteLength(attrs.oifname ?? '') > 15) refuse('ERANGE', 'Error parsing msg', 'oifname')
  if (family !== AF.INET && family !== AF.INET6) refuse('EAFNOSUPPORT', 'Rule family not supported')
  if (srcLen > 0 && (attrs.src === undefined || srcLen > bitsOf(family))) refuse('EINVAL', 'Invalid source address')
  if (dstLen > 0 && (attrs.dst === undefined || dstLen > bitsOf(family))) refuse('EINVAL', 'Invalid dst address')
  checkModelled(attrs, 'RTM_NEWRULE', settable)
  const { goto, priority, l3mdev, table, uidRange, sportRange, dportRange } = attrs
  if (goto !== undefined) {
    if (action !== FR_ACT.GOTO) refuse('EINVAL', 'Unexpected goto')
    if (goto <= (priority ?? 0)) refuse('EINVAL', 'Backward goto not supported')
  } else if (action === FR_ACT.GOTO) refuse('EINVAL', 'Missing goto target for action goto')
  if (l3mdev && table) refuse('EINVAL', 'l3mdev and table are mutually exclusive')
  if (uidRange && uidRange.start > uidRange.end) refuse('EINVAL', 'Invalid uid range')
  const isPorts = (range: typeof sportRange) =>
    range === undefined || (range.start > 0 && range.start <= range.end && range.end < ALL_PORTS)
  if (!isPorts(sportRange)) refuse('EINVAL', 'Invalid sport range')
  if (!isPorts(dportRange)) refuse('EINVAL', 'Invalid dport range')
}

/** Returns the rule of a request, with the members that the kernel reports. */
function ruleOf(message: RuleMessage): Omit<Rule, 'priority'> & { readonly priority: number | undefined } {
  const { family, srcLen, dstLen, tos, action, flags, attrs } = message
  const { priority, table, fwmark = 0, fwmask, protocol = 0, src, dst, ...rest } = attrs
  const mask = fwmask ?? (fwmark === 0 ? 0 : 0xffffffff)
  const isOne = (range: typeof attrs.sportRange) => range !== undefined && range.start === range.end
  const isZero = (value: unknown) => value === undefined || value === 0 || value === 0n
  const kept = Object.entries(rest).filter(
    ([key, value]) => key === 'suppressPrefixlen' || (!isZero(value) && value !== NOT_SUPPRESSED),
  )
  return {
    ...{ family, srcLen, dstLen, tos, action, flags, priority, table: table ?? message.table },
    attrs: {
      ...{ suppressPrefixlen: NOT_SUPPRESSED, ...Object.fromEntries(kept), protocol },
      ...(fwmark !== 0 && { fwmark }),
      ...((fwmark !== 0 || mask !== 0) && { fwmask: mask }),
      ...(srcLen > 0 && src !== undefined && { src }),
      ...(dstLen > 0 && dst !== undefined && { dst }),
      ...(isOne(rest.sportRange) && { sportMask: ALL_PORTS }),
      ...(isOne(rest.dportRange) && { dportMask: ALL_PORTS }),
    },
  }
}

const rulesOf = ({ rules }: State, family: number) => rules.filter((each) => each.family === family)

/** Returns the priority of a new rule without one: that before the second rule (`fib_default_rule_pref`). */
const freePriority = (state: State, family: number) => {
  const second = rulesOf(state, family)[1]?.priority ?? 0
  return second > 0 ? second - 1 : 0
}

/** Returns the table of a new rule. For IPv4 without one, that is the first table that does not exist (`fib_empty_table`). */
function tableOf(
  { tables }: State,
  { family, action, table, attrs }: Pick<Rule, 'family' | 'action' | 'table' | 'attrs'>,
) {
  if (action !== FR_ACT.TO_TBL || attrs.l3mdev) return table
  let chosen = table
  if (table === RT_TABLE.UNSPEC) {
    if (family === AF.INET6) refuse('EINVAL', 'Invalid table')
    chosen = 1
    while (tables.has(`${family} ${chosen}`)) chosen++
  }
  if (family === AF.INET6 || table === RT_TABLE.UNSPEC) tables.add(`${family} ${chosen}`)
  return chosen
}

/** Handles RTM_NEWRULE: inserts a rule after those of its priority. */
export function newRule(state: State, message: RuleMessage, flags: number): void {
  checkRule(message)
  const { family } = message
  const wanted = ruleOf(message)
  const rule: Rule = { ...wanted, priority: wanted.priority ?? freePriority(state, family) }
  if ((flags & NLM_F_NEW.EXCL) !== 0 && rulesOf(state, family).some((each) => existsAlready(each, rule)))
    refuse('EEXIST')
  if (family === AF.INET && (rule.tos & ECN) !== 0) refuse('EINVAL', 'Invalid dsfield (tos): ECN bits must be 0')
  const added = { ...rule, table: tableOf(state, rule) }
  const later = state.rules.findIndex(
    (each) => each.family > family || (each.family === family && each.priority > rule.priority),
  )
  state.rules.splice(later < 0 ? state.rules.length : later, 0, added)
  state.notify('RTM_NEWRULE', ruleMessageOf(added, state))
}

/** Handles RTM_DELRULE: deletes the first rule that has all members of the request. */
export function deleteRule(state: State, message: RuleMessage): void {
  checkRule(message)
  const wanted = ruleOf(message)
  const found = rulesOf(state, message.family).find((each) => isSelected(each, wanted))
  if (found === undefined) refuse('ENOENT')
  if ((found.flags & FIB_RULE.PERMANENT) !== 0) refuse('EPERM')
  const notification = ruleMessageOf(found, state)
  state.rules.splice(state.rules.indexOf(found), 1)
  state.notify('RTM_DELRULE', notification)
}

/** Handles a dump of RTM_GETRULE. */
export function dumpRules(state: State, { family, attrs, ...header }: RuleMessage): object[] {
  if (Object.values(header).some((member) => member !== 0))
    refuse('EINVAL', 'Invalid values in header for fib rule dump request')
  checkModelled(attrs, 'RTM_GETRULE', [])
  if (family !== AF.UNSPEC && family !== AF.INET && family !== AF.INET6) refuse('EAFNOSUPPORT')
  return state.rules
    .filter((each) => family === AF.UNSPEC || each.family === family)
    .map((each) => ruleMessageOf(each, state))
}
