import { AF, ArgumentError, subset } from '../../codec/index.js'
import {
  ICMPV6_ROUTER_PREF,
  metricsAttrs,
  type RouteMessage,
  RT_SCOPE,
  RT_TABLE,
  RTN,
  RTPROT,
} from '../../route/index.js'
import { indexOrNone } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { BOOLEAN, checkValue, declared, integers, shortText, U32 } from '../values/accepted.js'
import { encodeEncap } from '../values/encap.js'
import { addressOf, familyOf, type IpFamily, maskedNetwork, parseNetwork } from '../values/ip-text.js'
import { labelStack } from '../values/mpls-labels.js'
import {
  bitsOf,
  numberOf,
  protocolNumber,
  REPORTED_FLAGS,
  scopeNumber,
  tableNumber,
  tosNumber,
} from '../values/names.js'
import { toWire } from '../values/normalize.js'
import { checkKeys, renamed, requireKeys } from '../values/objects.js'
import { encodeRealms } from '../values/realms.js'
import { routeFlags } from './decode.js'
import { checkMplsRoute, incomingLabel, LABEL_BITS, routeFamilyNumber } from './mpls.js'
import { encodeGateway, encodeMultipath, withLinks } from './next-hops.js'
import type { NewRoute, RouteFamily, RouteKey } from './types.js'

/** The keys of RTAX_*, which are options of a route. */
export const metricKeys = Object.keys(metricsAttrs.table)
const metricAttributes = Object.fromEntries(metricKeys.map((key) => [key, key]))

const keyKeys = { dst: 1, family: 1, from: 1, table: 1, metric: U32, tos: 1 } satisfies Record<keyof RouteKey, unknown>
/** ICMPV6_ROUTER_PREF_*. The kernel treats any other value as 0. */
const PREFERENCE = subset(ICMPV6_ROUTER_PREF, 'MEDIUM', 'HIGH', 'LOW')

/** Returns the number of a preference. @throws {TypeError} */
function preferenceOf(pref: NewRoute['pref']): number | undefined {
  if (pref === undefined) return undefined
  const number = numberOf('pref of route', PREFERENCE, pref)
  checkValue('pref of route', number, declared(PREFERENCE))
  return number
}
const ownKeys = {
  ...keyKeys,
  ...{ via: 1, dev: 1, src: 1, protocol: 1, scope: 1, type: 1, flags: 1 },
  ...{
    multipath: 1,
    nexthop: integers(1, 0xffffffff),
    encap: 1,
    as: 1,
    ttlPropagate: BOOLEAN,
    realms: 1,
    pref: 1,
    expires: integers(1, 0xffffffff),
  },
}
/** The options of a route, with the values that the kernel accepts: rtm_ipv4_policy, rtm_ipv6_policy */
export const routeKeys = {
  ...ownKeys,
  ...Object.fromEntries(
    metricKeys.map((key) => [key, key === 'ccAlgo' ? shortText(15) : key === 'features' ? 1 : U32]),
  ),
}
/** Options of one family. The kernel ignores them in a route of another. */
const onlyOf = { inet: ['realms'], inet6: ['from', 'pref', 'expires'], mpls: ['as', 'ttlPropagate'] } as const

/** Checks the options of a route. @throws {TypeError} */
export function checkRoute(route: unknown): void {
  checkKeys('route', route, routeKeys)
  requireKeys('route', route as RouteKey, 'dst')
  const given = route as NewRoute
  const family = familyOfRoute(given)
  if (given.as !== undefined) labelStack('as', given.as)
  if (family === 'mpls') checkMplsRoute(given)
  else
    for (const [only, keys] of Object.entries(onlyOf))
      for (const key of only === family ? [] : keys)
        if (given[key] !== undefined && given[key] !== 'default')
          throw new ArgumentError(`expected ${key} only with ${only}, got it with ${family}`)
}

/** Returns the family of a route: the given one, or that of its addresses; `inet` if it has neither. @throws {TypeError} */
export function familyOfRoute(route: Partial<NewRoute>): RouteFamily {
  const { family, dst, from, src, via } = route
  if (family !== undefined) {
    routeFamilyNumber(family)
    return family
  }
  // Last, because a gateway may be of another family.
  const address = [dst, from, src, via].find((text) => typeof text === 'string' && text !== 'default')
  return address === undefined ? 'inet' : familyOf(address)
}

/** Parses the network of a route. The kernel ignores host bits of IPv6, and refuses those of IPv4. @throws {TypeError} */
export function routeNetwork(key: string, text: string | number, family: IpFamily) {
  const network = parseNetwork(key, text as string, family)
  return family === 'inet6' ? maskedNetwork(network) : network
}

/** Returns the part of a message that identifies a route. @throws {TypeError} */
export function encodeKey(route: RouteKey, family = familyOfRoute(route)) {
  const { dst, length, from } = encodeNetworks(route, family)
  const table = route.table === undefined ? RT_TABLE.MAIN : tableNumber(route.table)
  return {
    family: routeFamilyNumber(family),
    dstLen: length,
    srcLen: from?.length ?? 0,
    tos: tosNumber('route', route.tos) ?? 0,
    table,
    dst,
    src: from?.address,
  }
}

/** Returns the networks of a route: the destination, which is a label for MPLS, and the source. @throws {TypeError} */
function encodeNetworks({ dst, from }: RouteKey, family: RouteFamily) {
  if (family === 'mpls') return { dst: incomingLabel(dst), length: LABEL_BITS, from: undefined }
  const { address, length } = routeNetwork('dst', dst, family)
  return { dst: address, length, from: from === undefined ? undefined : routeNetwork('from', from, family) }
}

/** Returns the scope that `ip route` chooses by default. */
function scopeOf(family: number, type: number, { via, multipath, nexthop }: NewRoute): number {
  if (family !== AF.INET) return RT_SCOPE.UNIVERSE
  if (type === RTN.LOCAL || type === RTN.NAT) return RT_SCOPE.HOST
  if (type === RTN.BROADCAST || type === RTN.MULTICAST || type === RTN.ANYCAST) return RT_SCOPE.LINK
  const isNear = type === RTN.UNICAST && via === undefined && multipath === undefined && nexthop === undefined
  return isNear ? RT_SCOPE.LINK : RT_SCOPE.UNIVERSE
}

/** True if a metric may be given. Most routes have none. */
function hasMetrics(route: NewRoute): boolean {
  for (const key in route) if (Object.hasOwn(metricAttributes, key)) return true
  return false
}

/** Returns RTA_METRICS; undefined if no metric is given. @throws {TypeError} */
function encodeMetrics(route: NewRoute): unknown {
  if (!hasMetrics(route)) return undefined
  const metrics = renamed(route, metricAttributes)
  return Object.keys(metrics).length === 0 ? undefined : toWire('route', metricsAttrs, metrics)
}

/**
 * Returns the message of a route, with the indexes of its links. A next hop object replaces the attributes of next hops.
 * @throws {TypeError}
 */
export function* encodeRoute(route: NewRoute): Operation<RouteMessage> {
  const message = encodeWithoutLinks(route)
  const { nexthop, dev, multipath } = route
  if (nexthop !== undefined) return message
  if (dev !== undefined) message.attrs.oif = yield* indexOrNone('dev', dev)
  const records = message.attrs.multipath
  if (records && multipath) message.attrs.multipath = yield* withLinks(records, multipath)
  return message
}

/** The attributes of next hops, for a route with a next hop object. */
const ofNexthop = { flow: undefined, gateway: undefined, via: undefined, encapType: undefined, encap: undefined }

/** Returns the message of a route without the indexes of its links. @throws {TypeError} */
export function encodeWithoutLinks(route: NewRoute): RouteMessage {
  checkRoute(route)
  const { nexthop } = route
  const isOwn = nexthop === undefined
  const familyName = familyOfRoute(route)
  const { family, dstLen, srcLen, tos, table, dst, src } = encodeKey(route, familyName)
  const type = typeOf(route)
  // Wrong values are refused also if a next hop object replaces them.
  const { gateway, via } = encodeGateway(route.via, family)
  const { encapType, encap } = encodeEncap(route.encap)
  const flow = encodeRealms(route.realms)
  const flags = bitsOf('flags', routeFlags, route.flags ?? []) & ~REPORTED_FLAGS
  const multipath = encodeMultipath(route.multipath, family)
  // Literals with undefined for what is not sent, so that V8 gives all requests one shape.
  const attrs = {
    dst,
    src,
    // The kernel refuses the attribute for MPLS, which has one table.
    table: family === AF.MPLS ? undefined : table,
    priority: route.metric,
    prefsrc: route.src === undefined ? undefined : addressOf('src', route.src, familyName as IpFamily),
    pref: preferenceOf(route.pref),
    expires: route.expires,
    metrics: encodeMetrics(route),
    oif: undefined,
    flow,
    gateway,
    via,
    newdst: route.as === undefined ? undefined : labelStack('as', route.as),
    ttlPropagate: route.ttlPropagate === undefined ? undefined : Number(route.ttlPropagate),
    encapType,
    encap,
    multipath: isOwn ? multipath : undefined,
    nhId: nexthop,
  }
  if (!isOwn) Object.assign(attrs, ofNexthop)
  return {
    family,
    dstLen,
    srcLen,
    tos,
    table: table < 256 ? table : RT_TABLE.UNSPEC,
    protocol: route.protocol === undefined ? RTPROT.BOOT : protocolNumber(route.protocol),
    scope: route.scope === undefined ? scopeOf(family, type, route) : scopeNumber(route.scope),
    type,
    // With a next hop object, the reported flags are those of the object.
    flags: isOwn ? flags : 0,
    attrs: attrs as RouteMessage['attrs'],
  }
}

/** Returns the type of a route. @throws {TypeError} */
function typeOf({ type, nexthop }: NewRoute): number {
  const number = type === undefined ? RTN.UNICAST : numberOf('type', RTN, type)
  // The kernel reports the type of a blackhole next hop as the route's.
  return number === RTN.BLACKHOLE && nexthop !== undefined ? RTN.UNICAST : number
}
