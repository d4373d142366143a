import { AF } from '../../codec/index.js'
import { FR_ACT, type NexthopMessage, RT_TABLE, RTPROT, type RuleMessage } from '../../route/index.js'
import { checkModelled, notModelled, refuse } from './refused.js'
import type { State } from './state.js'

/** FRA_SUPPRESS_PREFIXLEN of a rule without it */
const NONE = 0xffffffff

const rule = (family: number, priority: number, table: number) => ({
  ...{ family, dstLen: 0, srcLen: 0, tos: 0, table, action: FR_ACT.TO_TBL, flags: 0 },
  attrs: { table, suppressPrefixlen: NONE, protocol: RTPROT.KERNEL, ...(priority > 0 && { priority }) },
})

/** The rules that the kernel creates itself (`fib_default_rules_init`, `fib6_rules_net_init`). There are no others. */
const rules = [
  rule(AF.INET, 0, RT_TABLE.LOCAL),
  rule(AF.INET, 32766, RT_TABLE.MAIN),
  rule(AF.INET, 32767, RT_TABLE.DEFAULT),
  rule(AF.INET6, 0, RT_TABLE.LOCAL),
  rule(AF.INET6, 32766, RT_TABLE.MAIN),
]

/** Handles a dump of RTM_GETRULE. */
export function dumpRules(_: State, { family, attrs, ...header }: RuleMessage): object[] {
  if (Object.values(header).some((member) => member !== 0))
    refuse('EINVAL', 'Invalid values in header for fib rule dump request')
  checkModelled(attrs, 'RTM_GETRULE', [])
  if (family !== AF.UNSPEC && family !== AF.INET && family !== AF.INET6) notModelled(`rules of family ${family}`)
  return rules.filter((each) => family === AF.UNSPEC || each.family === family)
}

/** Handles a dump of RTM_GETNEXTHOP. There are no next hops. */
export function dumpNextHops(_: State, { attrs, scope, protocol, flags }: NexthopMessage): object[] {
  if (scope !== 0 || protocol !== 0 || flags !== 0)
    refuse('EINVAL', 'Invalid values in header for nexthop dump request')
  checkModelled(attrs, 'RTM_GETNEXTHOP', [])
  return []
}
