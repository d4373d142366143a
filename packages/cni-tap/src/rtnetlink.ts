import { creates, gets, protocol } from '@netloom/netlink'
import { commonMessages, RTNLGRP, ruleMessage, tcMessages } from '@netloom/netlink/route'

/** Lists rules. linux/rtnetlink.h */
const ruleMessages = { RTM_NEWRULE: creates(32, ruleMessage), RTM_GETRULE: gets(34, ruleMessage) } as const

/** Qdiscs and filters. */
const { RTM_NEWQDISC, RTM_DELQDISC, RTM_GETQDISC, RTM_NEWTFILTER, RTM_DELTFILTER, RTM_GETTFILTER } = tcMessages
const trafficMessages = {
  RTM_NEWQDISC,
  RTM_DELQDISC,
  RTM_GETQDISC,
  RTM_NEWTFILTER,
  RTM_DELTFILTER,
  RTM_GETTFILTER,
} as const

/**
 * NETLINK_ROUTE with only the messages that the plugin sends. `scripts/lib/bundle.mjs` replaces the full protocol with this one
 * in the executable, because declaring all messages takes longer than the rest of the start-up.
 */
export const rtnetlink = protocol(
  'NETLINK_ROUTE',
  0,
  { ...commonMessages, ...ruleMessages, ...trafficMessages },
  { groups: RTNLGRP.values },
)
