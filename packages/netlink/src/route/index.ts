import type { Declaration } from '../codec/index.js'
import { accepts, creates, gets, protocol } from '../message/index.js'
import { type AddressLabelMessage, addressLabelMessage } from './address-label.js'
import { address, basicMessages, link } from './basic.js'
import { type BridgeVlanMessage, type BridgeVlanRequest, bridgeVlanMessage, bridgeVlanRequest } from './bridge-vlan.js'
import { type CacheReportMessage, cacheReportMessage } from './cache-report.js'
import { type CanGatewayMessage, routeOrJob } from './can-gateway.js'
import { type DcbMessage, dcbMessage } from './dcb.js'
import { RTNLGRP } from './groups.js'
import {
  type MdbGetRequest,
  type MdbMessage,
  type MdbSetRequest,
  mdbGetRequest,
  mdbMessage,
  mdbSetRequest,
} from './mdb.js'
import { type NeighbourTableMessage, neighbourTableMessage } from './neighbour-table.js'
import { type NetconfMessage, netconfMessage } from './netconf.js'
import { type NexthopMessage, nexthopMessage } from './nexthop.js'
import { type NsidMessage, nsidMessage } from './nsid.js'
import { type PrefixMessage, prefixMessage } from './prefix.js'
import { type RouteMessage, routeMessage } from './route.js'
import { type RuleMessage, ruleMessage } from './rule.js'
import { type StatsMessage, type StatsRequest, statsMessage, statsRequest } from './stats.js'
import { tcMessages } from './tc/index.js'
import { type TunnelMessage, tunnelMessage } from './tunnel.js'
import { type UserOptionMessage, userOptionMessage } from './user-option.js'

/** RTM_NEWROUTE, RTM_DELROUTE and RTM_GETROUTE to the kernel */
export type RouteRequest = RouteMessage | CanGatewayMessage

// By their names, as TypeScript would write each of these types out in full in the protocol's.
const addressLabel: Declaration<AddressLabelMessage> = addressLabelMessage
const bridgeVlan: Declaration<BridgeVlanMessage> = bridgeVlanMessage
const bridgeVlanAsked: Declaration<BridgeVlanRequest> = bridgeVlanRequest
const cacheReport: Declaration<CacheReportMessage> = cacheReportMessage
const dcb: Declaration<DcbMessage> = dcbMessage
const mdb: Declaration<MdbMessage> = mdbMessage
const mdbAsked: Declaration<MdbGetRequest> = mdbGetRequest
const mdbSet: Declaration<MdbSetRequest> = mdbSetRequest
const neighbourTable: Declaration<NeighbourTableMessage> = neighbourTableMessage
const netconf: Declaration<NetconfMessage> = netconfMessage
const nexthop: Declaration<NexthopMessage> = nexthopMessage
const nsid: Declaration<NsidMessage> = nsidMessage
const prefix: Declaration<PrefixMessage> = prefixMessage
const routeRequest: Declaration<RouteRequest> = routeOrJob(routeMessage)
/** Also decodes jobs of the CAN gateway: `isCanGateway()` distinguishes them. */
const routeReply = routeRequest as Declaration<RouteMessage>
const rule: Declaration<RuleMessage> = ruleMessage
const stats: Declaration<StatsMessage> = statsMessage
const statsAsked: Declaration<StatsRequest> = statsRequest
const tunnel: Declaration<TunnelMessage> = tunnelMessage
const userOption: Declaration<UserOptionMessage> = userOptionMessage

/** NETLINK_ROUTE: links, addresses, routes, neighbours, rules and what else rtnetlink has. linux/rtnetlink.h */
export const rtnetlink = protocol(
  'NETLINK_ROUTE',
  0,
  {
    ...tcMessages,
    ...basicMessages,
    RTM_NEWROUTE: creates(24, routeRequest, routeReply),
    RTM_DELROUTE: [25, routeRequest, routeReply],
    RTM_GETROUTE: gets(26, routeRequest, routeReply),
    RTM_NEWRULE: creates(32, rule),
    RTM_DELRULE: [33, rule],
    RTM_GETRULE: gets(34, rule),
    RTM_NEWPREFIX: [52, prefix],
    RTM_NEWMULTICAST: [56, address],
    RTM_DELMULTICAST: [57, address],
    RTM_GETMULTICAST: gets(58, address),
    RTM_NEWANYCAST: [60, address],
    RTM_DELANYCAST: [61, address],
    RTM_GETANYCAST: gets(62, address),
    RTM_NEWNEIGHTBL: [64, neighbourTable],
    RTM_GETNEIGHTBL: gets(66, neighbourTable),
    RTM_SETNEIGHTBL: accepts(['replace'], 67, neighbourTable),
    RTM_NEWNDUSEROPT: [68, userOption],
    RTM_NEWADDRLABEL: creates(72, addressLabel),
    RTM_DELADDRLABEL: [73, addressLabel],
    RTM_GETADDRLABEL: gets(74, addressLabel),
    RTM_GETDCB: gets(78, dcb),
    RTM_SETDCB: [79, dcb],
    RTM_NEWNETCONF: [80, netconf],
    RTM_DELNETCONF: [81, netconf],
    RTM_GETNETCONF: gets(82, netconf),
    RTM_NEWMDB: creates(84, mdbSet, mdb),
    RTM_DELMDB: accepts(['bulk'], 85, mdbSet, mdb),
    RTM_GETMDB: gets(86, mdbAsked, mdb),
    RTM_NEWNSID: creates(88, nsid),
    RTM_DELNSID: [89, nsid],
    RTM_GETNSID: gets(90, nsid),
    RTM_NEWSTATS: [92, stats],
    RTM_GETSTATS: gets(94, statsAsked, stats),
    RTM_SETSTATS: [95, statsAsked, stats],
    RTM_NEWCACHEREPORT: [96, cacheReport],
    RTM_NEWNEXTHOP: creates(104, nexthop),
    RTM_DELNEXTHOP: [105, nexthop],
    RTM_GETNEXTHOP: gets(106, nexthop),
    RTM_NEWLINKPROP: creates(108, link),
    RTM_DELLINKPROP: [109, link],
    RTM_GETLINKPROP: gets(110, link),
    RTM_NEWVLAN: creates(112, bridgeVlan),
    RTM_DELVLAN: [113, bridgeVlan],
    RTM_GETVLAN: gets(114, bridgeVlanAsked, bridgeVlan),
    RTM_NEWNEXTHOPBUCKET: [116, nexthop],
    RTM_DELNEXTHOPBUCKET: [117, nexthop],
    RTM_GETNEXTHOPBUCKET: gets(118, nexthop),
    RTM_NEWTUNNEL: creates(120, tunnel),
    RTM_DELTUNNEL: [121, tunnel],
    RTM_GETTUNNEL: gets(122, tunnel),
  },
  { groups: RTNLGRP.values },
)

export * from './address.js'
export * from './address-label.js'
export { type NeighbourRequest, neighbourRequest } from './basic.js'
export * from './bridge-constants.js'
export * from './bridge-vlan.js'
export * from './cache-report.js'
export * from './can-gateway.js'
export * from './dcb.js'
export * from './dcb-cee.js'
export * from './dcb-constants.js'
export * from './dcb-ieee.js'
export * from './devconf.js'
export * from './groups.js'
export * from './link.js'
export * from './link-constants.js'
export * from './link-kinds/index.js'
export { rtnlLinkIfmap, rtnlLinkStats, rtnlLinkStats64 } from './link-stats.js'
export * from './link-vf.js'
export * from './mdb.js'
export type { MdbAddress } from './mdb-address.js'
export * from './neighbour.js'
export * from './neighbour-table.js'
export * from './netconf.js'
export * from './nexthop.js'
export * from './nsid.js'
export * from './prefix.js'
export * from './route.js'
export * from './rule.js'
export * from './shared/af-spec.js'
export * from './shared/bridge-cfm.js'
export * from './shared/bridge-mrp.js'
export * from './shared/bridge-querier.js'
export * from './shared/bridge-spec.js'
export * from './shared/dcb-app.js'
export { mctpFqAddr } from './shared/eid.js'
export * from './shared/encap.js'
export * from './shared/encap-constants.js'
export * from './shared/encap-ip.js'
export * from './shared/encap-seg6.js'
export * from './shared/encap-srh.js'
export { type IsLinkIndex, ifindex, type LinkIndex } from './shared/ifindex.js'
export type { InetConf } from './shared/inet-conf.js'
export * from './shared/mdb-router.js'
export * from './shared/mpls-label.js'
export * from './shared/multicast-table.js'
export * from './shared/rtgenmsg.js'
export { rtvia } from './shared/via.js'
export * from './stats.js'
export * from './stats-xstats.js'
export * from './tc/index.js'
export * from './tunnel.js'
export * from './user-option.js'
