import { AF } from '../../codec/index.js'
import { compareAddresses, contains } from '../../ip/index.js'
import { NLM_F_NEW } from '../../message/index.js'
import { RT_SCOPE, RT_TABLE, RTN, RTPROT } from '../../route/index.js'
import { routeMessageOf } from './messages.js'
import { type Hop, type Route, type State, takeOut } from './state.js'

const { CREATE, EXCL } = NLM_F_NEW

/** A route of the kernel's own, out of one link. */
export function ownRoute(family: number, dst: string, dstLen: number, oif: number, more: Partial<Route> = {}): Route {
  return {
    ...{ family, table: RT_TABLE.MAIN, dst, dstLen, tos: 0, priority: 0, type: RTN.UNICAST },
    ...{ scope: RT_SCOPE.UNIVERSE, protocol: RTPROT.KERNEL, hops: [{ oif, gateway: undefined, hops: 0, flags: 0 }] },
    ...{ prefsrc: undefined, metrics: undefined, pref: undefined },
    ...more,
  }
}

/** Whether two routes stand in the same place, where only one can be first. */
export const isSamePlace = (one: Route, other: Route) =>
  one.family === other.family &&
  one.table === other.table &&
  one.dst === other.dst &&
  one.dstLen === other.dstLen &&
  one.tos === other.tos &&
  one.priority === other.priority

const isSameHop = (one: Hop, other: Hop | undefined) => one.oif === other?.oif && one.gateway === other.gateway

/** Whether two routes lead the same way. */
export const isSameWay = (one: Route, other: Route) =>
  one.type === other.type &&
  one.scope === other.scope &&
  one.protocol === other.protocol &&
  one.prefsrc === other.prefsrc &&
  one.hops.length === other.hops.length &&
  one.hops.every((hop, index) => isSameHop(hop, other.hops[index]))

/**
 * The order of a dump: tables by the bucket they are in; of IPv4 prefixes as numbers, the longer first (`fib_trie`); of IPv6
 * what is within a prefix before it (`fib6_walk`); then by priority.
 */
function compareRoutes(one: Route, other: Route): number {
  const byTable = (one.table & 0xff) - (other.table & 0xff)
  if (byTable !== 0) return byTable
  if (one.family === AF.INET6) {
    const length = Math.min(one.dstLen, other.dstLen)
    const isNested = one.dstLen !== other.dstLen && contains({ address: other.dst, length }, one.dst)
    if (isNested) return other.dstLen - one.dstLen
  }
  return (
    compareAddresses(one.dst, other.dst) ||
    other.dstLen - one.dstLen ||
    other.tos - one.tos ||
    one.priority - other.priority
  )
}

/** Puts a route where it is in a dump: before, or behind, those in the same place. */
export function insertRoute(state: State, route: Route, isFirst = false): void {
  const { routes, tables } = state
  tables.add(`${route.family} ${route.table}`)
  // That of local addresses is a part of it (`fib_new_table`).
  if (route.table === RT_TABLE.LOCAL) tables.add(`${route.family} ${RT_TABLE.MAIN}`)
  const place = routes.findIndex((each) => {
    if (each.family !== route.family) return false
    const order = compareRoutes(each, route)
    return isFirst ? order >= 0 : order > 0
  })
  routes.splice(place < 0 ? routes.length : place, 0, route)
}

/** Adds a route of the kernel's own, unless it is there, and tells. */
export function addOwnRoute(state: State, route: Route): void {
  const same = state.routes.filter((each) => isSamePlace(each, route))
  if (same.some((each) => isSameWay(each, route))) return
  insertRoute(state, route)
  // Of IPv6, a prefix may have one route a link.
  state.tell('RTM_NEWROUTE', routeMessageOf(route, state), same.length > 0 ? CREATE : CREATE | EXCL)
}

/** Takes routes away, and tells. */
export function deleteRoutes(state: State, fits: (route: Route) => boolean): void {
  for (const route of takeOut(state.routes, fits)) {
    const ways = route.hops.length > 1 && route.family === AF.INET6 ? route.hops.map((hop) => [hop]) : [route.hops]
    for (const hops of ways) state.tell('RTM_DELROUTE', routeMessageOf({ ...route, hops }, state))
  }
}

/** The route that an address takes, of those that `fits`: the one with the longest prefix, of these the first. */
export function lookUp(state: State, family: number, address: string, fits: (route: Route) => boolean) {
  let best: Route | undefined
  for (const route of state.routes) {
    if (route.family !== family || !contains({ address: route.dst, length: route.dstLen }, address) || !fits(route))
      continue
    if (best === undefined || route.dstLen > best.dstLen) best = route
  }
  return best
}
