import { AF } from '../../codec/index.js'
import { anyAddress, bitsOf, networkAddress } from '../../ip/index.js'
import { NLM_F_NEW } from '../../message/index.js'
import { type RouteMessage, RT_TABLE, RTN, RTNH_F } from '../../route/index.js'
import { hasSameKey, insertRoute, isSameRoute } from './fib.js'
import { routeMessageOf } from './messages.js'
import { fromNexthop } from './nexthop-routes.js'
import { checkModelled, notModelled, refuse } from './refused.js'
import { checkedHop4, checkedHop6 } from './route-hops.js'
import type { Hop, Route, State } from './state.js'

const { CREATE, EXCL, REPLACE, APPEND } = NLM_F_NEW
const has = (flags: number, bit: number) => (flags & bit) !== 0

/** IP6_RT_PRIO_USER, net/ip6_route.h */
const PRIORITY_OF_USERS = 1024

const settable = [
  'dst',
  'oif',
  'gateway',
  'priority',
  'prefsrc',
  'metrics',
  'multipath',
  'table',
  'pref',
  'nhId',
  'flow',
]

const refusing: readonly number[] = [RTN.BLACKHOLE, RTN.UNREACHABLE, RTN.PROHIBIT, RTN.THROW]

/** Refuses what is not modelled, and invalid prefix lengths. */
export function checkRoute({ family, dstLen, srcLen, tos, attrs, flags }: RouteMessage, name: string): void {
  if (family !== AF.INET && family !== AF.INET6) notModelled(`routes of family ${family}`)
  checkModelled(attrs, name, settable)
  if (srcLen !== 0) notModelled('routes by source')
  if (attrs.flow !== undefined && family === AF.INET6) notModelled('realms of IPv6 routes')
  if (tos !== 0 && family === AF.INET) notModelled('routes by tos')
  if ((flags & ~(RTNH_F.ONLINK | RTNH_F.LINKDOWN | RTNH_F.DEAD)) !== 0)
    notModelled('flags of a route other than RTNH_F_ONLINK')
  if (dstLen > bitsOf(family)) refuse('EINVAL', family === AF.INET ? 'Invalid prefix length' : undefined)
}

/** Returns the next hops of a request. */
function hopsOf({ flags, attrs, type }: RouteMessage): Hop[] {
  const { multipath, oif, gateway, flow } = attrs
  if (multipath)
    return multipath.map((each) => {
      checkModelled(each.attrs, 'RTA_MULTIPATH', ['gateway', 'flow'])
      return {
        oif: each.ifindex,
        gateway: each.attrs.gateway,
        hops: each.hops,
        flags: each.flags,
        flow: each.attrs.flow,
      }
    })
  if (refusing.includes(type)) return []
  return [{ oif: oif ?? 0, gateway, hops: 0, flags, flow }]
}

export const tableOf = ({ table, attrs }: RouteMessage) => (attrs.table ?? table) || RT_TABLE.MAIN

/** Returns the route of a request. */
function routeOf(state: State, message: RouteMessage): Route {
  const { family, dstLen, tos, protocol, attrs } = message
  const { metrics, prefsrc, pref } = attrs
  const isInet6 = family === AF.INET6
  const dst = attrs.dst ?? anyAddress(family)
  if (typeof dst !== 'string') return notModelled('routes of MPLS')
  const network = networkAddress({ address: dst, length: dstLen })
  if (!isInet6 && network !== dst) refuse('EINVAL', 'Invalid prefix for given prefix length')
  const { nhId } = attrs
  if (nhId !== undefined && (attrs.oif !== undefined || attrs.gateway !== undefined || attrs.multipath !== undefined))
    refuse('EINVAL', 'Nexthop specification and nexthop id are mutually exclusive')
  const scope = isInet6 ? 0 : message.scope
  const shared = nhId === undefined ? undefined : fromNexthop(state, { family, scope, type: message.type }, nhId)
  const hops =
    shared?.hops ??
    hopsOf(message).map((hop) => (isInet6 ? checkedHop6(state, hop) : checkedHop4(state, hop, message.scope)))
  const isRefusal6 = isInet6 && refusing.includes(message.type)
  if (prefsrc !== undefined && !state.addresses.some(({ local }) => local === prefsrc))
    refuse('EINVAL', isInet6 ? 'Invalid source address' : 'Invalid prefsrc address')
  return {
    ...{ family, table: tableOf(message), dst: network, dstLen, tos, protocol },
    type: (shared?.type ?? message.type) || RTN.UNICAST,
    ...{ priority: attrs.priority || (isInet6 ? PRIORITY_OF_USERS : 0), scope },
    hops: isRefusal6 && shared === undefined ? [{ oif: 1, gateway: undefined, hops: 0, flags: 0 }] : hops,
    ...{ prefsrc, metrics, pref, nhId, isOfGroup: shared?.isGroup === true },
  }
}

/** Handles RTM_NEWROUTE. */
export function newRoute(state: State, message: RouteMessage, flags: number): void {
  checkRoute(message, 'RTM_NEWROUTE')
  const route = routeOf(state, message)
  if (route.family === AF.INET6) newRoute6(state, route, flags)
  else newRoute4(state, route, flags)
}

const notify = (state: State, route: Route, flags: number) =>
  state.notify('RTM_NEWROUTE', routeMessageOf(route, state), flags)

/** Adds or replaces an IPv4 route (`fib_table_insert`). Without NLM_F_APPEND, it is inserted before routes with the same key. */
function newRoute4(state: State, route: Route, flags: number): void {
  const same = state.routes.filter((each) => hasSameKey(each, route))
  const [first] = same
  const match = same.find(
    (each) => isSameRoute(each, route) && JSON.stringify(each.metrics) === JSON.stringify(route.metrics),
  )
  if (first === undefined) {
    if (!has(flags, CREATE)) refuse('ENOENT')
    insertRoute(state, route)
    notify(state, route, CREATE | EXCL)
    return
  }
  if (has(flags, EXCL)) refuse('EEXIST')
  if (has(flags, REPLACE)) {
    if (match === first) return
    if (match) refuse('EEXIST')
    state.routes.splice(state.routes.indexOf(first), 1, route)
    notify(state, route, REPLACE)
    return
  }
  if (match) refuse('EEXIST')
  if (!has(flags, CREATE)) refuse('ENOENT')
  insertRoute(state, route, !has(flags, APPEND))
  notify(state, route, has(flags, APPEND) ? CREATE | APPEND : CREATE)
}

/** Adds or replaces an IPv6 route (`fib6_add_rt2node`). Routes that differ only in their gateways become one with several next hops. */
function newRoute6(state: State, route: Route, flags: number): void {
  const same = state.routes.filter((each) => hasSameKey(each, route))
  const [first] = same
  if (has(flags, REPLACE)) {
    if (first) {
      state.routes.splice(state.routes.indexOf(first), 1, route)
      notify(state, route, REPLACE)
      return
    }
    if (!has(flags, CREATE)) refuse('ENOENT', 'Can not replace route - no match found')
  }
  if (first === undefined) {
    insertRoute(state, route)
    // The kernel adds further next hops one by one, without NLM_F_EXCL (`ip6_route_multipath_add`).
    notify(state, route, route.nhId === undefined && route.hops.length > 1 ? CREATE : CREATE | EXCL)
    return
  }
  if (has(flags, EXCL)) refuse('EEXIST')
  // A route of a next hop object equals only routes of the same object.
  const existing = same.filter(({ nhId }) => nhId === route.nhId)
  const isThere = ({ oif, gateway }: Hop) =>
    existing.some(({ hops }) => hops.some((each) => each.oif === oif && each.gateway === gateway))
  if (route.nhId === undefined ? route.hops.every(isThere) : existing.length > 0) refuse('EEXIST')
  const sibling = same.find(
    ({ hops, nhId }) => nhId === undefined && hops.every(({ gateway }) => gateway !== undefined),
  )
  if (sibling && route.nhId === undefined && route.hops.every(({ gateway }) => gateway !== undefined)) {
    // The notification contains the new next hops first.
    notify(state, { ...sibling, hops: [...route.hops, ...sibling.hops] }, has(flags, APPEND) ? CREATE | APPEND : CREATE)
    sibling.hops = [...sibling.hops, ...route.hops]
    return
  }
  insertRoute(state, route)
  notify(state, route, CREATE)
}
