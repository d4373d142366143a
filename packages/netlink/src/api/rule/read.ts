import { ownOnly } from '../../codec/own.js'
import type { RuleMessage } from '../../route/index.js'
import { dump, type Operation } from '../run/operation.js'
import { U32 } from '../values/accepted.js'
import { familyName, familyNumber, type IpFamily } from '../values/ip-text.js'
import { protocolNumber, tableNumber } from '../values/names.js'
import { checkKeys } from '../values/objects.js'
import { toRule } from './decode.js'
import { priorityOf, selectorOf, tableOf } from './selection.js'
import type { NewRule, Rule, RuleFilter } from './types.js'

/** The options of a filter. */
export const filterKeys = { family: 1, table: 1, priority: U32, protocol: 1 } satisfies Record<
  keyof RuleFilter,
  unknown
>

/** Lists the rules of one family. The kernel has no narrower filter, and cannot look up a single rule (`fib_nl_dumprule`). */
export const rulesOf = (family: IpFamily): Operation<RuleMessage[]> => rulesWith(familyNumber(family), undefined)

/** Lists the rules of one family that have a priority, in the kernel's order; all if it is undefined. */
export function* rulesWith(family: number, priority: number | undefined): Operation<RuleMessage[]> {
  // The kernel returns the rules of all families if it does not support this one.
  return (yield* dump('RTM_GETRULE', { family }, priority)).filter(
    (message) => message.family === family && (priority === undefined || priorityOf(message) === priority),
  )
}

/** Returns the families of a filter, and a predicate for the rules that match it. @throws {TypeError} */
export function filterOf(filter: RuleFilter) {
  checkKeys('filter', filter, filterKeys)
  const { family, priority, ...names } = ownOnly(filter)
  const table = names.table === undefined ? undefined : tableNumber(names.table)
  const protocol = names.protocol === undefined ? undefined : protocolNumber(names.protocol)
  const families: readonly IpFamily[] = family === undefined ? ['inet', 'inet6'] : [familyName(familyNumber(family))]
  const fits = (message: RuleMessage) =>
    (table === undefined || tableOf(message) === table) &&
    (priority === undefined || priorityOf(message) === priority) &&
    (protocol === undefined || (message.attrs.protocol ?? 0) === protocol)
  return { families, fits }
}

/** Lists the rules that match the filter. */
export function* list(filter: RuleFilter = {}): Operation<Rule[]> {
  const { families, fits } = filterOf(filter)
  const rules: Rule[] = []
  for (const family of families)
    for (const message of yield* rulesOf(family)) if (fits(message)) rules.push(toRule(message))
  return rules
}

/** Returns the first rule that has all given properties. */
export function* get(selector: NewRule): Operation<Rule | undefined> {
  const { family, isWanted } = selectorOf(selector)
  const found = (yield* rulesOf(family)).find(isWanted)
  return found && toRule(found)
}
