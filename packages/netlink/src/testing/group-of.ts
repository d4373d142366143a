import { AF } from '../codec/index.js'
import { RTNLGRP, rtnetlink } from '../route/index.js'

/**
 * Multicast groups of notifications: a pattern of message names, and their group. If the group depends on the address family
 * in the first byte of the payload, `byFamily` maps the family to the group.
 */
const groups: readonly (readonly [messages: RegExp, all: number, byFamily?: Readonly<Record<number, number>>])[] = [
  [/_(NEW|DEL)LINK$/, RTNLGRP.LINK, { [AF.INET6]: RTNLGRP.IPV6_IFINFO }],
  [/_(NEW|DEL)ADDR$/, RTNLGRP.IPV4_IFADDR, { [AF.INET6]: RTNLGRP.IPV6_IFADDR }],
  [/_(NEW|DEL)ROUTE$/, RTNLGRP.IPV4_ROUTE, { [AF.INET6]: RTNLGRP.IPV6_ROUTE, [AF.MPLS]: RTNLGRP.MPLS_ROUTE }],
  [/_(NEW|DEL)RULE$/, RTNLGRP.IPV4_RULE, { [AF.INET6]: RTNLGRP.IPV6_RULE }],
  [/_(NEW|DEL|GET)NEIGH$/, RTNLGRP.NEIGH],
  [/_(NEW|DEL)(QDISC|TCLASS|TFILTER|CHAIN|ACTION)$/, RTNLGRP.TC],
  [/_(NEW|DEL)NEXTHOP/, RTNLGRP.NEXTHOP],
  [/_(NEW|DEL)NSID$/, RTNLGRP.NSID],
  [/_(NEW|DEL)MDB$/, RTNLGRP.MDB],
  [/_(NEW|DEL)VLAN$/, RTNLGRP.BRVLAN],
  [/_(NEW|DEL)TUNNEL$/, RTNLGRP.TUNNEL],
  [/_NEWPREFIX$/, RTNLGRP.IPV6_PREFIX],
  [/_NEWNDUSEROPT$/, RTNLGRP.ND_USEROPT],
  [/_NEWSTATS$/, RTNLGRP.STATS],
  [/_(NEW|DEL)NETCONF$/, RTNLGRP.IPV4_NETCONF, { [AF.INET6]: RTNLGRP.IPV6_NETCONF, [AF.MPLS]: RTNLGRP.MPLS_NETCONF }],
  [/_(NEW|DEL)MULTICAST$/, RTNLGRP.IPV4_MCADDR, { [AF.INET6]: RTNLGRP.IPV6_MCADDR }],
  [/_(NEW|DEL)ANYCAST$/, RTNLGRP.IPV6_ACADDR],
]

/** Returns the multicast group to which rtnetlink sends a notification, or undefined if that is unknown. */
export function groupOf(type: number, family: number): number | undefined {
  const name = rtnetlink.byType(type)?.name ?? ''
  const [, all, byFamily] = groups.find(([messages]) => messages.test(name)) ?? []
  return byFamily?.[family] ?? all
}
