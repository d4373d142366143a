import type {
  AddressMessage,
  LinkMessage,
  NeighbourMessage,
  NexthopMessage,
  RouteMessage,
  RuleMessage,
} from '../../route/index.js'
import { deleteAddress, dumpAddresses, newAddress } from './addresses.js'
import { deleteLink, dumpLinks, getLink, newLink, setLink } from './links.js'
import { deleteNeighbour, dumpNeighbours, getNeighbour, newNeighbour } from './neighbours.js'
import { dumpRoutes } from './route-dump.js'
import { deleteRoute, newRoute } from './routes.js'
import { dumpNextHops, dumpRules } from './rules.js'
import type { State, TellName } from './state.js'

type BroughtName = TellName | 'RTM_NEWRULE' | 'RTM_NEWNEXTHOP'

/** What a dump or a get brings. */
export interface Brought {
  /** What the messages are called. */
  readonly name: BroughtName
  readonly messages: readonly object[]
  /** It leaves out what was not asked for (NLM_F_DUMP_FILTERED). */
  readonly filtered?: boolean
}

/** What a request does; what it brings, if it reads. @throws {Refused} */
export interface Handlers {
  readonly one?: (state: State, message: never, flags: number) => Brought | undefined
  readonly all?: (state: State, message: never) => Brought
}

const change =
  <M>(apply: (state: State, message: M, flags: number) => void) =>
  (state: State, message: M, flags: number): undefined => {
    apply(state, message, flags)
  }
const brings =
  <M>(name: BroughtName, read: (state: State, message: M) => object[]) =>
  (state: State, message: M): Brought => ({ name, messages: read(state, message) })

/** What the mock does, by the names of requests; all else it does not model. */
export const handlers: Readonly<Record<string, Handlers>> = {
  RTM_NEWLINK: { one: change<LinkMessage>(newLink) },
  RTM_SETLINK: { one: change<LinkMessage>(setLink) },
  RTM_DELLINK: { one: change<LinkMessage>(deleteLink) },
  RTM_GETLINK: { one: brings<LinkMessage>('RTM_NEWLINK', getLink), all: brings<LinkMessage>('RTM_NEWLINK', dumpLinks) },
  RTM_NEWADDR: { one: change<AddressMessage>(newAddress) },
  RTM_DELADDR: { one: change<AddressMessage>(deleteAddress) },
  RTM_GETADDR: { all: brings<AddressMessage>('RTM_NEWADDR', dumpAddresses) },
  RTM_NEWROUTE: { one: change<RouteMessage>(newRoute) },
  RTM_DELROUTE: { one: change<RouteMessage>(deleteRoute) },
  RTM_GETROUTE: { all: (state, message: RouteMessage) => ({ name: 'RTM_NEWROUTE', ...dumpRoutes(state, message) }) },
  RTM_NEWNEIGH: { one: change<NeighbourMessage>(newNeighbour) },
  RTM_DELNEIGH: { one: change<NeighbourMessage>(deleteNeighbour) },
  RTM_GETNEIGH: {
    one: brings<NeighbourMessage>('RTM_NEWNEIGH', getNeighbour),
    all: brings<NeighbourMessage>('RTM_NEWNEIGH', dumpNeighbours),
  },
  RTM_GETRULE: { all: brings<RuleMessage>('RTM_NEWRULE', dumpRules) },
  RTM_GETNEXTHOP: { all: brings<NexthopMessage>('RTM_NEWNEXTHOP', dumpNextHops) },
}
