import type {
  AddressMessage,
  LinkMessage,
  NeighbourMessage,
  NexthopMessage,
  QdiscMessage,
  RouteMessage,
  RuleMessage,
} from '../../route/index.js'
import { deleteAddress, dumpAddresses, getAddress, newAddress } from './addresses.js'
import { addNames, removeNames } from './link-names.js'
import { deleteLink, dumpLinks, getLink, newLink, setLink } from './links.js'
import { deleteNeighbour, dumpNeighbours, getNeighbour, newNeighbour } from './neighbours.js'
import { deleteNexthop, dumpNexthops, getNexthop, newNexthop } from './nexthops.js'
import { deleteQdisc, dumpQdiscs, newQdisc } from './qdiscs.js'
import { deleteRoute } from './route-delete.js'
import { dumpRoutes } from './route-dump.js'
import { newRoute } from './routes.js'
import { deleteRule, dumpRules, newRule } from './rules.js'
import type { NotificationName, State } from './state.js'

/** The objects that a dump or a get returns. */
export interface Objects {
  /** The name of their messages. */
  readonly name: NotificationName
  readonly messages: readonly object[]
  /** True if they are filtered (NLM_F_DUMP_FILTERED). */
  readonly filtered?: boolean
}

/** Functions that handle a request. Those of a get return objects. @throws {Refused} */
export interface Handlers {
  readonly request?: (state: State, message: never, flags: number) => Objects | undefined
  readonly dump?: (state: State, message: never) => Objects
}

const change =
  <M>(apply: (state: State, message: M, flags: number) => void) =>
  (state: State, message: M, flags: number): undefined => {
    apply(state, message, flags)
  }
const reads =
  <M>(name: NotificationName, read: (state: State, message: M) => object[]) =>
  (state: State, message: M): Objects => ({ name, messages: read(state, message) })

/** The handlers, by the names of the requests that are modelled. */
export const handlers: Readonly<Record<string, Handlers>> = {
  RTM_NEWLINK: { request: change<LinkMessage>(newLink) },
  RTM_SETLINK: { request: change<LinkMessage>(setLink) },
  RTM_DELLINK: { request: change<LinkMessage>(deleteLink) },
  RTM_GETLINK: {
    request: reads<LinkMessage>('RTM_NEWLINK', getLink),
    dump: reads<LinkMessage>('RTM_NEWLINK', dumpLinks),
  },
  RTM_NEWLINKPROP: { request: change<LinkMessage>(addNames) },
  RTM_DELLINKPROP: { request: change<LinkMessage>(removeNames) },
  RTM_NEWADDR: { request: change<AddressMessage>(newAddress) },
  RTM_DELADDR: { request: change<AddressMessage>(deleteAddress) },
  RTM_GETADDR: {
    request: reads<AddressMessage>('RTM_NEWADDR', getAddress),
    dump: reads<AddressMessage>('RTM_NEWADDR', dumpAddresses),
  },
  RTM_NEWROUTE: { request: change<RouteMessage>(newRoute) },
  RTM_DELROUTE: { request: change<RouteMessage>(deleteRoute) },
  RTM_GETROUTE: { dump: (state, message: RouteMessage) => ({ name: 'RTM_NEWROUTE', ...dumpRoutes(state, message) }) },
  RTM_NEWNEIGH: { request: change<NeighbourMessage>(newNeighbour) },
  RTM_DELNEIGH: { request: change<NeighbourMessage>(deleteNeighbour) },
  RTM_GETNEIGH: {
    request: reads<NeighbourMessage>('RTM_NEWNEIGH', getNeighbour),
    dump: reads<NeighbourMessage>('RTM_NEWNEIGH', dumpNeighbours),
  },
  RTM_NEWRULE: { request: change<RuleMessage>(newRule) },
  RTM_DELRULE: { request: change<RuleMessage>(deleteRule) },
  RTM_GETRULE: { dump: reads<RuleMessage>('RTM_NEWRULE', dumpRules) },
  RTM_NEWNEXTHOP: { request: change<NexthopMessage>(newNexthop) },
  RTM_DELNEXTHOP: { request: change<NexthopMessage>(deleteNexthop) },
  RTM_GETNEXTHOP: {
    request: reads<NexthopMessage>('RTM_NEWNEXTHOP', getNexthop),
    dump: reads<NexthopMessage>('RTM_NEWNEXTHOP', dumpNexthops),
  },
  RTM_NEWQDISC: { request: change<QdiscMessage>(newQdisc) },
  RTM_DELQDISC: { request: change<QdiscMessage>(deleteQdisc) },
  RTM_GETQDISC: { dump: reads<QdiscMessage>('RTM_NEWQDISC', dumpQdiscs) },
}
