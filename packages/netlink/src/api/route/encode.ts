import { ArgumentError, show, subset } from '../../codec/index.js'
import {
  ICMPV6_ROUTER_PREF,
  metricsAttrs,
  type RouteMessage,
  RT_SCOPE,
  RT_TABLE,
  RTN,
  RTNH_F,
  RTPROT,
} from '../../route/index.js'
import { indexOf, indexOrNone } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { checkValue, declared, integers, shortText, U32 } from '../values/accepted.js'
import { encodeEncap } from '../values/encap.js'
import {
  addressOf,
  canonical,
  familyNumber,
  familyOf,
  type IpFamily,
  maskedNetwork,
  parseNetwork,
} from '../values/ip-text.js'
import { checkLinkOrNone } from '../values/link-ref.js'
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
import type { NewRoute, NewRouteNexthop, RouteKey } from './types.js'

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
/** The options of a next hop of `multipath`. */
export const nexthopKeys = {
  ...{ via: 1, dev: 1, weight: integers(1, 256), realms: 1, flags: 1, encap: 1 },
} satisfies Record<keyof NewRouteNexthop, unknown>

/** Options of one family. The kernel ignores them in a route of the other. */
const onlyOf = { inet: ['realms'], inet6: ['from', 'pref', 'expires'] } as const

/** Checks the options of a route. @throws {TypeError} */
export function checkRoute(route: unknown): void {
  checkKeys('route', route, routeKeys)
  requireKeys('route', route as RouteKey, 'dst')
  const given = route as NewRoute
  const family = familyOfRoute(given)
  for (const key of onlyOf[family === 'inet' ? 'inet6' : 'inet'])
    if (given[key] !== undefined && given[key] !== 'default')
      throw new ArgumentError(
        `expected ${key} only with ${family === 'inet' ? 'inet6' : 'inet'}, got it with ${family}`,
      )
}

/** Returns the family of a route: the given one, or that of its addresses; `inet` if it has neither. @throws {TypeError} */
export function familyOfRoute(route: Partial<NewRoute>): IpFamily {
  const { family, dst, from, src, via } = route
  if (family !== undefined) {
    familyNumber(family)
    return family
  }
  // Last, because a gateway may be of another family.
  const address = [dst, from, src, via].find((text) => typeof text === 'string' && text !== 'default')
  return address === undefined ? 'inet' : familyOf(address)
}

/** Parses the network of a route. The kernel ignores host bits of IPv6, and refuses those of IPv4. @throws {TypeError} */
export function routeNetwork(key: string, text: string, family: IpFamily) {
  const network = parseNetwork(key, text, family)
  return family === 'inet6' ? maskedNetwork(network) : network
}

/** Returns the part of a message that identifies a route. @throws {TypeError} */
export function encodeKey(route: RouteKey, family = familyOfRoute(route)) {
  const dst = routeNetwork('dst', route.dst, family)
  const from = route.from === undefined ? undefined : routeNetwork('from', route.from, family)
  const table = route.table === undefined ? RT_TABLE.MAIN : tableNumber(route.table)
  return {
    family: familyNumber(family),
    dstLen: dst.length,
    srcLen: from?.length ?? 0,
    tos: tosNumber('route', route.tos) ?? 0,
    table,
    dst: dst.address,
    src: from?.address,
  }
}

/** Returns the attribute of a gateway: RTA_VIA if it is of another family than the route. */
function encodeGateway(text: string | undefined, family: number) {
  if (text === undefined) return noGateway
  const gateway = canonical('via', text)
  const own = familyNumber(familyOf(gateway))
  return own === family ? { gateway, via: undefined } : { gateway: undefined, via: { family: own, addr: gateway } }
}
const noGateway = { gateway: undefined, via: undefined }

type Multipath = NonNullable<RouteMessage['attrs']['multipath']>

/** Returns RTA_MULTIPATH without the indexes of links. @throws {TypeError} */
function encodeMultipath(hops: readonly NewRouteNexthop[] | undefined, family: number): Multipath | undefined {
  if (hops === undefined) return undefined
  if (!Array.isArray(hops) || hops.length === 0)
    throw new ArgumentError(`expected multipath to be a list of next hops, at least one, got ${show(hops)}`)
  return hops.map((hop) => {
    checkKeys('a next hop of multipath', hop, nexthopKeys)
    const { via, dev, weight = 1, flags = [], encap, realms } = hop
    checkLinkOrNone('dev', dev)
    return {
      ...{ ifindex: 0, flags: bitsOf('flags', RTNH_F, flags) & ~REPORTED_FLAGS, hops: weight - 1 },
      attrs: { ...encodeGateway(via, family), flow: encodeRealms(realms), ...encodeEncap(encap) },
    }
  }) as unknown as Multipath
}

/** Returns RTA_MULTIPATH with the indexes of links. */
function* withLinks(records: Multipath, hops: readonly NewRouteNexthop[]): Operation<Multipath> {
  const result = []
  for (const [at, { dev }] of hops.entries())
    result.push({ ...records[at], ifindex: dev === undefined ? 0 : yield* indexOf('dev', dev) })
  return result as unknown as Multipath
}

/** Returns the scope that `ip route` chooses by default. */
function scopeOf(family: number, type: number, { via, multipath, nexthop }: NewRoute): number {
  if (family === familyNumber('inet6')) return RT_SCOPE.UNIVERSE
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
    table,
    priority: route.metric,
    prefsrc: route.src === undefined ? undefined : addressOf('src', route.src, familyName),
    pref: preferenceOf(route.pref),
    expires: route.expires,
    metrics: encodeMetrics(route),
    oif: undefined,
    flow,
    gateway,
    via,
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
