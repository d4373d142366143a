import type { Declaration } from '../codec/index.js'
import { accepts, creates, gets } from '../message/index.js'
import { type AddressMessage, addressMessage } from './address.js'
import { neighbourOrLink } from './fdb.js'
import { type LinkMessage, linkMessage } from './link.js'
import { type NeighbourMessage, neighbourMessage } from './neighbour.js'
import { type RouteMessage, routeMessage } from './route.js'

// Annotated, because TypeScript would otherwise repeat the full type of each message in the type of the protocol.
export const address: Declaration<AddressMessage> = addressMessage
export const link: Declaration<LinkMessage> = linkMessage
const neighbour: Declaration<NeighbourMessage> = neighbourMessage
const route: Declaration<RouteMessage> = routeMessage

/** An RTM_GETNEIGH request. To request an FDB, a link message with `index` and `master` is also valid. */
export type NeighbourRequest = NeighbourMessage | LinkMessage

/** RTM_GETNEIGH. `bridge fdb show` sends a link message: the older form, which `valid_fdb_dump_legacy` accepts. */
export const neighbourRequest: Declaration<NeighbourRequest> = neighbourOrLink(neighbourMessage, linkMessage)

/** Messages for links, addresses, routes and neighbours, a part of `rtnetlink`. linux/rtnetlink.h */
export const commonMessages = {
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
