import type { Declaration } from '../codec/index.js'
import { accepts, creates, gets, protocol } from '../message/index.js'
import { type AddressMessage, addressMessage } from './address.js'
import { neighbourOrLink } from './fdb.js'
import { RTNLGRP } from './groups.js'
import { type LinkMessage, linkMessage } from './link.js'
import { type NeighbourMessage, neighbourMessage } from './neighbour.js'
import { type RouteMessage, routeMessage } from './route.js'

// By their names, as TypeScript would write each of these types out in full in the protocol's.
export const address: Declaration<AddressMessage> = addressMessage
export const link: Declaration<LinkMessage> = linkMessage
const neighbour: Declaration<NeighbourMessage> = neighbourMessage
const route: Declaration<RouteMessage> = routeMessage

/** RTM_GETNEIGH to the kernel: for an FDB a link's message will do too, whose `index` and `master` say which. */
export type NeighbourRequest = NeighbourMessage | LinkMessage

/** RTM_GETNEIGH; the older shape is what `bridge fdb show` sends and `valid_fdb_dump_legacy` takes */
export const neighbourRequest: Declaration<NeighbourRequest> = neighbourOrLink(neighbourMessage, linkMessage)

/** Links, addresses, routes and neighbours: all that many a program needs of rtnetlink. linux/rtnetlink.h */
export const basicMessages = {
  RTM_NEWLINK: creates(16, link),
  RTM_DELLINK: [17, link],
  RTM_GETLINK: gets(18, link),
  RTM_SETLINK: [19, link],
  RTM_NEWADDR: creates(20, address),
  RTM_DELADDR: [21, address],
  RTM_GETADDR: gets(22, address),
  RTM_NEWROUTE: creates(24, route),
  RTM_DELROUTE: [25, route],
  RTM_GETROUTE: gets(26, route),
  RTM_NEWNEIGH: creates(28, neighbour),
  RTM_DELNEIGH: accepts(['bulk'], 29, neighbour),
  RTM_GETNEIGH: gets(30, neighbourRequest, neighbour),
} as const

/** What a connection speaks that was bundled under the condition `netloom-basic`; it starts much faster. */
export const rtnetlink = protocol('NETLINK_ROUTE', 0, basicMessages, { groups: RTNLGRP.values })
