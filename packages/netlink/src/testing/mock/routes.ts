import { AF } from '../../codec/index.js'
import { NLM_F_NEW } from '../../core/index.js'
import { type RouteMessage, RT_SCOPE, RT_TABLE, RTM_F, RTN, RTNH_F } from '../../route/index.js'
import { insertRoute, isSamePlace, isSameWay, lookUp } from './fib.js'
import { scopeOf } from './ipv6.js'
import { routeMessageOf } from './messages.js'
import { anyAddress, bitsOf, networkOf } from './prefix.js'
import { expectModelled, notModelled, refuse } from './refused.js'
import type { Hop, Link, Route, State } from './state.js'

const { CREATE, EXCL, REPLACE, APPEND } = NLM_F_NEW
const has = (flags: number, bit: number) => (flags & bit) !== 0

/** IP6_RT_PRIO_USER, net/ip6_route.h */
const PRIORITY_OF_USERS = 1024

const settable = ['dst', 'oif', 'gateway', 'priority', 'prefsrc', 'metrics', 'multipath', 'table', 'pref']

const refusing: readonly number[] = [RTN.BLACKHOLE, RTN.UNREACHABLE, RTN.PROHIBIT, RTN.THROW]

/** What both families ask of a route first. */
function expectRoute({ family, dstLen, srcLen, tos, attrs, flags }: RouteMessage, name: string): void {
  if (family !== AF.INET && family !== AF.INET6) notModelled(`routes of family ${family}`)
  expectModelled(attrs, name, settable)
  if (srcLen !== 0) notModelled('routes by source')
  if (tos !== 0 && family === AF.INET) notModelled('routes by tos')
  if ((flags & ~(RTNH_F.ONLINK | RTNH_F.LINKDOWN | RTNH_F.DEAD)) !== 0)
    notModelled('flags of a route beside RTNH_F_ONLINK')
  if (dstLen > bitsOf(family)) refuse('EINVAL', family === AF.INET ? 'Invalid prefix length' : undefined)
}

/** The next hops that a request names. */
function hopsOf({ flags, attrs, type }: RouteMessage): Hop[] {
  const { multipath, oif, gateway } = attrs
  if (multipath)
    return multipath.map((each) => {
      expectModelled(each.attrs, 'RTA_MULTIPATH', ['gateway'])
      return { oif: each.ifindex, gateway: each.attrs.gateway, hops: each.hops, flags: each.flags }
    })
  if (refusing.includes(type)) return []
  return [{ oif: oif ?? 0, gateway, hops: 0, flags }]
}

const tableOf = ({ table, attrs }: RouteMessage) => (attrs.table ?? table) || RT_TABLE.MAIN

/** The link and the way of a next hop of IPv4 (`fib_check_nh`). */
function checkedHop4(state: State, hop: Hop, scope: number): Hop {
  const { oif, gateway, flags } = hop
  const link = state.links.get(oif)
  if (gateway === undefined) {
    if (link === undefined) refuse('ENODEV')
    if (!link.up) refuse('ENETDOWN', 'Device for nexthop is not up')
    return hop
  }
  if (has(flags, RTNH_F.ONLINK)) {
    if (scope >= RT_SCOPE.LINK) refuse('EINVAL', 'Nexthop has invalid scope')
    if (link === undefined) refuse('ENODEV', 'Nexthop device required for onlink')
    if (!link.up) refuse('ENETDOWN', 'Nexthop device is not up')
    return hop
  }
  if (scope >= RT_SCOPE.LINK) refuse('EINVAL', 'Nexthop has invalid scope')
  const way = lookUp(state, AF.INET, gateway, (route) => {
    const isFar = route.scope < RT_SCOPE.LINK
    const isLooked = route.table === RT_TABLE.MAIN || route.table === RT_TABLE.LOCAL
    return isLooked && !isFar && (oif === 0 || route.hops.some((each) => each.oif === oif))
  })
  if (way === undefined) refuse('ENETUNREACH', 'Nexthop has invalid gateway')
  if (way.type !== RTN.UNICAST && way.type !== RTN.LOCAL) refuse('EINVAL', 'Nexthop has invalid gateway')
  return { ...hop, oif: oif || (way.hops[0]?.oif ?? 0) }
}

/** The same of IPv6 (`ip6_route_check_nh`). */
function checkedHop6(state: State, hop: Hop): Hop {
  const { oif, gateway } = hop
  const link: Link | undefined = state.links.get(oif)
  if (oif !== 0 && link === undefined) refuse('ENODEV')
  if (gateway === undefined) {
    if (link === undefined) refuse('ENODEV')
    if (!link.up) refuse('ENETDOWN', 'Nexthop device is not up')
    return hop
  }
  const isLocal = state.addresses.some(
    (each) =>
      each.family === AF.INET6 && each.local === gateway && (oif === 0 || each.index === oif || scopeOf(gateway) === 0),
  )
  if (isLocal) refuse('EINVAL', 'Gateway can not be a local address')
  if (scopeOf(gateway) === RT_SCOPE.LINK) {
    if (link === undefined) refuse('EINVAL', 'Egress device not specified')
    if (!link.up) refuse('ENETDOWN', 'Nexthop device is not up')
    return hop
  }
  if (has(hop.flags, RTNH_F.ONLINK)) return hop
  const way = lookUp(state, AF.INET6, gateway, ({ hops }) => oif === 0 || hops.some((each) => each.oif === oif))
  if (way === undefined || way.hops[0]?.gateway !== undefined || way.type !== RTN.UNICAST) refuse('EHOSTUNREACH')
  return { ...hop, oif: oif || (way.hops[0]?.oif ?? 0) }
}

/** The route that a request asks for. */
function routeOf(state: State, message: RouteMessage): Route {
  const { family, dstLen, tos, protocol, attrs } = message
  const { metrics, prefsrc, pref } = attrs
  const isInet6 = family === AF.INET6
  const dst = attrs.dst ?? anyAddress(family)
  if (typeof dst !== 'string') return notModelled('routes of MPLS')
  const network = networkOf(dst, dstLen)
  if (!isInet6 && network !== dst) refuse('EINVAL', 'Invalid prefix for given prefix length')
  const asked = hopsOf(message)
  const hops = asked.map((hop) => (isInet6 ? checkedHop6(state, hop) : checkedHop4(state, hop, message.scope)))
  const isRefusal6 = isInet6 && refusing.includes(message.type)
  if (prefsrc !== undefined && !state.addresses.some(({ local }) => local === prefsrc))
    refuse('EINVAL', isInet6 ? 'Invalid source address' : 'Invalid prefsrc address')
  return {
    ...{ family, table: tableOf(message), dst: network, dstLen, tos, type: message.type || RTN.UNICAST, protocol },
    ...{ priority: attrs.priority || (isInet6 ? PRIORITY_OF_USERS : 0), scope: isInet6 ? 0 : message.scope },
    hops: isRefusal6 ? [{ oif: 1, gateway: undefined, hops: 0, flags: 0 }] : hops,
    ...{ prefsrc, metrics, pref },
  }
}

/** RTM_NEWROUTE */
export function newRoute(state: State, message: RouteMessage, flags: number): void {
  expectRoute(message, 'RTM_NEWROUTE')
  const route = routeOf(state, message)
  if (route.family === AF.INET6) newRoute6(state, route, flags)
  else newRoute4(state, route, flags)
}

const tell = (state: State, route: Route, flags: number) =>
  state.tell('RTM_NEWROUTE', routeMessageOf(route, state), flags)

/** `fib_table_insert`: without NLM_F_APPEND what comes later comes first. */
function newRoute4(state: State, route: Route, flags: number): void {
  const same = state.routes.filter((each) => isSamePlace(each, route))
  const [first] = same
  const match = same.find(
    (each) => isSameWay(each, route) && JSON.stringify(each.metrics) === JSON.stringify(route.metrics),
  )
  if (first === undefined) {
    if (!has(flags, CREATE)) refuse('ENOENT')
    insertRoute(state, route)
    tell(state, route, CREATE | EXCL)
    return
  }
  if (has(flags, EXCL)) refuse('EEXIST')
  if (has(flags, REPLACE)) {
    if (match === first) return
    if (match) refuse('EEXIST')
    state.routes.splice(state.routes.indexOf(first), 1, route)
    tell(state, route, REPLACE)
    return
  }
  if (match) refuse('EEXIST')
  if (!has(flags, CREATE)) refuse('ENOENT')
  insertRoute(state, route, !has(flags, APPEND))
  tell(state, route, has(flags, APPEND) ? CREATE | APPEND : CREATE)
}

/** `fib6_add_rt2node`: what has gateways and is alike in all else becomes one route of several ways. */
function newRoute6(state: State, route: Route, flags: number): void {
  const same = state.routes.filter((each) => isSamePlace(each, route))
  const [first] = same
  if (has(flags, REPLACE)) {
    if (first) {
      state.routes.splice(state.routes.indexOf(first), 1, route)
      tell(state, route, REPLACE)
      return
    }
    if (!has(flags, CREATE)) refuse('ENOENT', 'Can not replace route - no match found')
  }
  if (first === undefined) {
    insertRoute(state, route)
    tell(state, route, CREATE | EXCL)
    return
  }
  if (has(flags, EXCL)) refuse('EEXIST')
  const ways = same.flatMap(({ hops }) => hops)
  const isThere = ({ oif, gateway }: Hop) => ways.some((each) => each.oif === oif && each.gateway === gateway)
  if (route.hops.every(isThere)) refuse('EEXIST')
  const sibling = same.find(({ hops }) => hops.every(({ gateway }) => gateway !== undefined))
  if (sibling && route.hops.every(({ gateway }) => gateway !== undefined)) {
    // The new way is told first.
    tell(state, { ...sibling, hops: [...route.hops, ...sibling.hops] }, has(flags, APPEND) ? CREATE | APPEND : CREATE)
    sibling.hops = [...sibling.hops, ...route.hops]
    return
  }
  insertRoute(state, route)
  tell(state, route, CREATE)
}

/** RTM_DELROUTE: the first that fits; what the request leaves out fits any. */
export function deleteRoute(state: State, message: RouteMessage): void {
  expectRoute(message, 'RTM_DELROUTE')
  const { family, dstLen, scope, type, protocol, attrs } = message
  if (attrs.metrics !== undefined) notModelled('deleting a route by its metrics')
  if (attrs.multipath !== undefined) notModelled('deleting a route by its next hops')
  const isInet6 = family === AF.INET6
  const dst = typeof attrs.dst === 'string' ? networkOf(attrs.dst, dstLen) : anyAddress(family)
  const { oif, gateway, priority, prefsrc } = attrs
  const isWay = (hop: Hop) => (!oif || hop.oif === oif) && (gateway === undefined || hop.gateway === gateway)
  const found = state.routes.find(
    (each) =>
      each.family === family &&
      each.table === tableOf(message) &&
      each.dst === dst &&
      each.dstLen === dstLen &&
      (isInet6 || type === 0 || each.type === type) &&
      (isInet6 || scope === RT_SCOPE.NOWHERE || each.scope === scope) &&
      (protocol === 0 || each.protocol === protocol) &&
      (!priority || each.priority === priority) &&
      (prefsrc === undefined || each.prefsrc === prefsrc) &&
      ((oif === undefined && gateway === undefined) || each.hops.some(isWay)),
  )
  if (found === undefined) refuse('ESRCH')
  const left = isInet6 && gateway !== undefined ? found.hops.filter((hop) => !isWay(hop)) : []
  const gone = left.length > 0 ? { ...found, hops: found.hops.filter(isWay) } : found
  if (left.length > 0) found.hops = left
  else state.routes.splice(state.routes.indexOf(found), 1)
  state.tell('RTM_DELROUTE', routeMessageOf(gone, state))
}

/** RTM_GETROUTE of all */
export function dumpRoutes(state: State, message: RouteMessage): { messages: object[]; filtered: boolean } {
  const { family, dstLen, srcLen, tos, scope, type, protocol, flags, attrs } = message
  if (family !== AF.UNSPEC && family !== AF.INET && family !== AF.INET6) notModelled(`routes of family ${family}`)
  if (dstLen !== 0 || srcLen !== 0 || tos !== 0 || scope !== 0)
    refuse('EINVAL', 'Invalid values in header for FIB dump request')
  if ((flags & ~RTM_F.PREFIX) !== 0) notModelled('flags of a dump of routes')
  if (has(flags, RTM_F.PREFIX)) notModelled('RTM_F_PREFIX')
  expectModelled(attrs, 'RTM_GETROUTE', ['table', 'oif'])
  const { oif } = attrs
  if (oif && !state.links.has(oif)) refuse('ENODEV')
  const table = attrs.table ?? message.table
  if (table && family !== AF.UNSPEC && !state.tables.has(`${family} ${table}`))
    refuse('ENOENT', `${family === AF.INET6 ? 'ipv6' : 'ipv4'}: FIB table does not exist`)
  const messages = [AF.INET, AF.INET6]
    .filter((each) => family === AF.UNSPEC || each === family)
    .flatMap((each) => state.routes.filter((route) => route.family === each))
    .filter((route) => !table || route.table === table)
    .filter((route) => !type || route.type === type)
    .filter((route) => !protocol || route.protocol === protocol)
    .filter((route) => !oif || route.hops.some((hop) => hop.oif === oif))
    .map((route) => routeMessageOf(route, state))
  return { messages, filtered: Boolean(table || type || protocol || oif) }
}
