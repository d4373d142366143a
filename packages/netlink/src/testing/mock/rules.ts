import { AF } from '../../codec/index.js'
import { FR_ACT, type NexthopMessage, RT_TABLE, RTPROT, type RuleMessage } from '../../route/index.js'
import { expectModelled, notModelled, refuse } from './refused.js'
import type { State } from './state.js'

/** What none is, of prefix lengths that a rule suppresses. */
const NONE = 0xffffffff

const rule = (family: number, priority: number, table: number) => ({
  ...{ family, dstLen: 0, srcLen: 0, tos: 0, table, action: FR_ACT.TO_TBL, flags: 0 },
  attrs: { table, suppressPrefixlen: NONE, protocol: RTPROT.KERNEL, ...(priority > 0 && { priority }) },
})

/** The rules that the kernel makes itself (`fib_default_rules_init`, `fib6_rules_net_init`); the mock has no others. */
const rules = [
  rule(AF.INET, 0, RT_TABLE.LOCAL),
  rule(AF.INET, 32766, RT_TABLE.MAIN),
  rule(AF.INET, 32767, RT_TABLE.DEFAULT),
  rule(AF.INET6, 0, RT_TABLE.LOCAL),
  rule(AF.INET6, 32766, RT_TABLE.MAIN),
]

/** RTM_GETRULE of all */
export function dumpRules(_: State, { family, attrs, ...header }: RuleMessage): object[] {
  if (Object.values(header).some((member) => member !== 0))
    refuse('EINVAL', 'Invalid values in header for fib rule dump request')
  expectModelled(attrs, 'RTM_GETRULE', [])
  if (family !== AF.UNSPEC && family !== AF.INET && family !== AF.INET6) notModelled(`rules of family ${family}`)
  return rules.filter((each) => family === AF.UNSPEC || each.family === family)
}

/** RTM_GETNEXTHOP of all: there are none. */
export function dumpNextHops(_: State, { attrs, scope, protocol, flags }: NexthopMessage): object[] {
  if (scope !== 0 || protocol !== 0 || flags !== 0)
    refuse('EINVAL', 'Invalid values in header for nexthop dump request')
  expectModelled(attrs, 'RTM_GETNEXTHOP', [])
  return []
}
