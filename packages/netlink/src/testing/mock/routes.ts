import { AF } from '../../codec/index.js'
import { anyAddress, bitsOf, networkAddress } from '../../ip/index.js'
import { NLM_F_NEW } from '../../message/index.js'
import { type RouteMessage, RT_SCOPE, RT_TABLE, RTN, RTNH_F } from '../../route/index.js'
import { insertRoute, isSamePlace, isSameWay } from './fib.js'
import { routeMessageOf } from './messages.js'
import { checkedHop4, checkedHop6 } from './next-hops.js'
import { expectModelled, notModelled, refuse } from './refused.js'
import type { Hop, Route, State } from './state.js'

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

/** The route that a request asks for. */
function routeOf(state: State, message: RouteMessage): Route {
  const { family, dstLen, tos, protocol, attrs } = message
  const { metrics, prefsrc, pref } = attrs
  const isInet6 = family === AF.INET6
  const dst = attrs.dst ?? anyAddress(family)
  if (typeof dst !== 'string') return notModelled('routes of MPLS')
  const network = networkAddress({ address: dst, length: dstLen })
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
  const dst =
    typeof attrs.dst === 'string' ? networkAddress({ address: attrs.dst, length: dstLen }) : anyAddress(family)
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
