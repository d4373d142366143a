import type { Declaration } from '../codec/index.js'
import { accepts, creates, gets, NETLINK, protocol } from '../message/index.js'
import { type AddressLabelMessage, addressLabelMessage } from './address-label.js'
import { type BridgeVlanMessage, type BridgeVlanRequest, bridgeVlanMessage, bridgeVlanRequest } from './bridge-vlan.js'
import { type CacheReportMessage, cacheReportMessage } from './cache-report.js'
import { type CanGatewayMessage, routeOrJob } from './can-gateway.js'
import { address, commonMessages, link } from './common-messages.js'
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

/** RTM_NEWROUTE, RTM_DELROUTE and RTM_GETROUTE requests */
export type RouteRequest = RouteMessage | CanGatewayMessage

// Annotated, because TypeScript would otherwise repeat the full type of each message in the type of the protocol.
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
/** Also decodes CAN gateway jobs: `isCanGateway()` distinguishes them. */
const routeReply = routeRequest as Declaration<RouteMessage>
const rule: Declaration<RuleMessage> = ruleMessage
const stats: Declaration<StatsMessage> = statsMessage
const statsAsked: Declaration<StatsRequest> = statsRequest
const tunnel: Declaration<TunnelMessage> = tunnelMessage
const userOption: Declaration<UserOptionMessage> = userOptionMessage

/** NETLINK_ROUTE and all its messages: links, addresses, routes, neighbours, rules, traffic control, … linux/rtnetlink.h */
export const rtnetlink = protocol(
  'NETLINK_ROUTE',
  NETLINK.ROUTE,
  {
    ...tcMessages,
    ...commonMessages,
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
