import type { Declaration } from '../codec/index.js'
import { protocol } from '../core/index.js'
import { type AddressMessage, addressMessage } from './address.js'
import { type AddressLabelMessage, addressLabelMessage } from './address-label.js'
import { type LinkMessage, linkMessage } from './link.js'
import { type NeighbourMessage, neighbourMessage } from './neighbour.js'
import { type NeighbourTableMessage, neighbourTableMessage } from './neighbour-table.js'
import { type NetconfMessage, netconfMessage } from './netconf.js'
import { type NexthopMessage, nexthopMessage } from './nexthop.js'
import { type NsidMessage, nsidMessage } from './nsid.js'
import { type PrefixMessage, prefixMessage } from './prefix.js'
import { type RouteMessage, routeMessage } from './route.js'
import { type RuleMessage, ruleMessage } from './rule.js'
import { type StatsMessage, type StatsRequest, statsMessage, statsRequest } from './stats.js'
import { type UserOptionMessage, userOptionMessage } from './user-option.js'

// By their names, as TypeScript would write each of these types out in full in the protocol's.
const address: Declaration<AddressMessage> = addressMessage
const addressLabel: Declaration<AddressLabelMessage> = addressLabelMessage
const link: Declaration<LinkMessage> = linkMessage
const neighbour: Declaration<NeighbourMessage> = neighbourMessage
const neighbourTable: Declaration<NeighbourTableMessage> = neighbourTableMessage
const netconf: Declaration<NetconfMessage> = netconfMessage
const nexthop: Declaration<NexthopMessage> = nexthopMessage
const nsid: Declaration<NsidMessage> = nsidMessage
const prefix: Declaration<PrefixMessage> = prefixMessage
const route: Declaration<RouteMessage> = routeMessage
const rule: Declaration<RuleMessage> = ruleMessage
const stats: Declaration<StatsMessage> = statsMessage
const statsAsked: Declaration<StatsRequest> = statsRequest
const userOption: Declaration<UserOptionMessage> = userOptionMessage

/** NETLINK_ROUTE: links, addresses, routes, neighbours, rules and what else rtnetlink has. linux/rtnetlink.h */
export const rtnetlink = protocol('NETLINK_ROUTE', 0, {
  RTM_NEWLINK: [16, link],
  RTM_DELLINK: [17, link],
  RTM_GETLINK: [18, link],
  RTM_SETLINK: [19, link],
  RTM_NEWADDR: [20, address],
  RTM_DELADDR: [21, address],
  RTM_GETADDR: [22, address],
  RTM_NEWROUTE: [24, route],
  RTM_DELROUTE: [25, route],
  RTM_GETROUTE: [26, route],
  RTM_NEWNEIGH: [28, neighbour],
  RTM_DELNEIGH: [29, neighbour],
  RTM_GETNEIGH: [30, neighbour],
  RTM_NEWRULE: [32, rule],
  RTM_DELRULE: [33, rule],
  RTM_GETRULE: [34, rule],
  RTM_NEWPREFIX: [52, prefix],
  RTM_NEWNEIGHTBL: [64, neighbourTable],
  RTM_GETNEIGHTBL: [66, neighbourTable],
  RTM_SETNEIGHTBL: [67, neighbourTable],
  RTM_NEWNDUSEROPT: [68, userOption],
  RTM_NEWADDRLABEL: [72, addressLabel],
  RTM_DELADDRLABEL: [73, addressLabel],
  RTM_GETADDRLABEL: [74, addressLabel],
  RTM_NEWNETCONF: [80, netconf],
  RTM_DELNETCONF: [81, netconf],
  RTM_GETNETCONF: [82, netconf],
  RTM_NEWNSID: [88, nsid],
  RTM_DELNSID: [89, nsid],
  RTM_GETNSID: [90, nsid],
  RTM_NEWSTATS: [92, stats],
  RTM_GETSTATS: [94, statsAsked, stats],
  RTM_SETSTATS: [95, statsAsked, stats],
  RTM_NEWNEXTHOP: [104, nexthop],
  RTM_DELNEXTHOP: [105, nexthop],
  RTM_GETNEXTHOP: [106, nexthop],
  RTM_NEWLINKPROP: [108, link],
  RTM_DELLINKPROP: [109, link],
  RTM_GETLINKPROP: [110, link],
  RTM_NEWNEXTHOPBUCKET: [116, nexthop],
  RTM_DELNEXTHOPBUCKET: [117, nexthop],
  RTM_GETNEXTHOPBUCKET: [118, nexthop],
})

export * from './address.js'
export * from './address-label.js'
export * from './link.js'
export * from './link-kinds/index.js'
export { rtnlLinkIfmap, rtnlLinkStats, rtnlLinkStats64 } from './link-stats.js'
export * from './link-vf.js'
export * from './neighbour.js'
export * from './neighbour-table.js'
export * from './netconf.js'
export * from './nexthop.js'
export * from './nsid.js'
export * from './prefix.js'
export * from './route.js'
export * from './rule.js'
export * from './stats.js'
export * from './stats-xstats.js'
export * from './user-option.js'
