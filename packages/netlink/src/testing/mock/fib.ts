import { AF } from '../../codec/index.js'
import { compareAddresses, contains } from '../../ip/index.js'
import { NLM_F_NEW } from '../../message/index.js'
import { RT_SCOPE, RT_TABLE, RTN, RTPROT } from '../../route/index.js'
import { routeMessageOf } from './messages.js'
import { type Hop, type Route, removeWhere, type State } from './state.js'

const { CREATE, EXCL } = NLM_F_NEW

/** Returns a route that the kernel creates itself, by one link. */
export function kernelRoute(
  family: number,
  dst: string,
  dstLen: number,
  oif: number,
  more: Partial<Route> = {},
): Route {
  return {
    ...{ family, table: RT_TABLE.MAIN, dst, dstLen, tos: 0, priority: 0, type: RTN.UNICAST },
    ...{ scope: RT_SCOPE.UNIVERSE, protocol: RTPROT.KERNEL, hops: [{ oif, gateway: undefined, hops: 0, flags: 0 }] },
    ...{ prefsrc: undefined, metrics: undefined, pref: undefined, nhId: undefined, isOfGroup: false },
    ...more,
  }
}

/** Returns true if two routes have the same key. */
export const hasSameKey = (one: Route, other: Route) =>
  one.family === other.family &&
  one.table === other.table &&
  one.dst === other.dst &&
  one.dstLen === other.dstLen &&
  one.tos === other.tos &&
  one.priority === other.priority

const isSameHop = (one: Hop, other: Hop | undefined) =>
  one.oif === other?.oif && one.gateway === other.gateway && (one.flow ?? 0) === (other.flow ?? 0)

/** Returns true if two routes have the same next hops and properties. */
export const isSameRoute = (one: Route, other: Route) =>
  one.type === other.type &&
  one.scope === other.scope &&
  one.protocol === other.protocol &&
  one.prefsrc === other.prefsrc &&
  one.nhId === other.nhId &&
  one.hops.length === other.hops.length &&
  one.hops.every((hop, index) => isSameHop(hop, other.hops[index]))

/**
 * Compares routes in the order of a dump: tables by their hash bucket; IPv4 prefixes as numbers, the longer first (`fib_trie`); IPv6
 * prefixes after those that they contain (`fib6_walk`); then by priority.
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

/** Inserts a route in the order of a dump: before the routes with the same key if `isFirst`, otherwise after them. */
export function insertRoute(state: State, route: Route, isFirst = false): void {
  const { routes, tables } = state
  tables.add(`${route.family} ${route.table}`)
  // The main table contains the local one (`fib_new_table`).
  if (route.table === RT_TABLE.LOCAL) tables.add(`${route.family} ${RT_TABLE.MAIN}`)
  const index = routes.findIndex((each) => {
    if (each.family !== route.family) return false
    const order = compareRoutes(each, route)
    return isFirst ? order >= 0 : order > 0
  })
  routes.splice(index < 0 ? routes.length : index, 0, route)
}

/** Adds a route that the kernel creates itself, unless it exists. */
export function addKernelRoute(state: State, route: Route): void {
  const same = state.routes.filter((each) => hasSameKey(each, route))
  if (same.some((each) => isSameRoute(each, route))) return
  insertRoute(state, route)
  // An IPv6 prefix may have one route for each link.
  state.notify('RTM_NEWROUTE', routeMessageOf(route, state), same.length > 0 ? CREATE : CREATE | EXCL)
}

/** Deletes the matching routes. */
export function deleteRoutes(state: State, matches: (route: Route) => boolean): void {
  for (const route of removeWhere(state.routes, matches)) {
    const parts = route.hops.length > 1 && route.family === AF.INET6 ? route.hops.map((hop) => [hop]) : [route.hops]
    for (const hops of parts) state.notify('RTM_DELROUTE', routeMessageOf({ ...route, hops }, state))
  }
}

/** Returns the matching route to an address: the first one with the longest prefix. */
export function lookUp(state: State, family: number, address: string, matches: (route: Route) => boolean) {
  let best: Route | undefined
  for (const route of state.routes) {
    if (route.family !== family || !contains({ address: route.dst, length: route.dstLen }, address) || !matches(route))
      continue
    if (best === undefined || route.dstLen > best.dstLen) best = route
  }
  return best
}
