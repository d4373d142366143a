import { show } from '../../codec/index.js'
import { metricsAttrs, type RouteMessage, RT_SCOPE, RT_TABLE, RTM_F, RTN, RTNH_F, RTPROT } from '../../route/index.js'
import { type Accepted, integers, shortText, U8, U32 } from '../accepted.js'
import { encapAttrs } from '../encap.js'
import { TOLD_FLAGS } from '../flags.js'
import { addressOf, canonical, familyNumber, familyOf, type IpFamily, maskedNetwork, parseNetwork } from '../ip-text.js'
import { indexOf, indexOrNone } from '../link-ref.js'
import { bitsOf, numberOf, tableNumber } from '../names.js'
import { defined, expectGiven, expectKeys, renamed } from '../objects.js'
import type { Operation } from '../operation.js'
import { flowOf } from '../realms.js'
import type { NewRoute, NewRouteNexthop, RouteKey } from './types.js'

/** Flags of a route and of its next hop lie beside each other. */
export const routeFlags = { prefix: 'RTNH_F', values: { ...RTNH_F.values, ...RTM_F.values } } as const

/** The keys of RTAX_*, which are those of a route too. */
export const metricKeys = () => Object.keys(metricsAttrs.table)

const keyKeys = { dst: 1, family: 1, from: 1, table: 1, metric: U32, tos: U8 } satisfies Record<keyof RouteKey, unknown>
/** The kernel treats any other value as 0. */
const pref: Accepted = {
  allowed: '0 (medium), 1 (high) or 3 (low)',
  fits: (value) => [0, 1, 3].includes(value as number),
}
const ownKeys = {
  ...keyKeys,
  ...{ via: 1, dev: 1, src: 1, protocol: 1, scope: 1, type: 1, flags: 1 },
  ...{ multipath: 1, nexthop: integers(1, 0xffffffff), encap: 1, realms: 1, pref, expires: integers(1, 0xffffffff) },
}
/** The options of a route, with the values that the kernel accepts: rtm_ipv4_policy, rtm_ipv6_policy */
export const routeKeys = {
  ...ownKeys,
  ...Object.fromEntries(metricKeys().map((key) => [key, key === 'ccAlgo' ? shortText(15) : U32])),
}
const nexthopKeys = {
  ...{ via: 1, dev: 1, weight: integers(1, 256), realms: 1, flags: 1, encap: 1 },
} satisfies Record<keyof NewRouteNexthop, unknown>

/** Options that the kernel ignores in a route of the other family. */
const onlyOf = { inet: ['realms'], inet6: ['from', 'pref', 'expires'] } as const

/** Checks the options of a route. @throws {TypeError} */
export function expectRoute(route: unknown): void {
  expectKeys('route', route, routeKeys)
  expectGiven('route', route as RouteKey, 'dst')
  const given = route as NewRoute
  const family = familyOfRoute(given)
  for (const key of onlyOf[family === 'inet' ? 'inet6' : 'inet'])
    if (given[key] !== undefined && given[key] !== 'default')
      throw new TypeError(`expected ${key} only with ${family === 'inet' ? 'inet6' : 'inet'}, got it with ${family}`)
}

/** The family that a route says it is of, or that its addresses are of. */
export function familyOfRoute(route: Partial<NewRoute>): IpFamily {
  const { family, dst, from, src, via } = route
  if (family !== undefined) {
    familyNumber(family)
    return family
  }
  // A gateway may be of another family, and is asked last.
  const address = [dst, from, src, via].find((text) => typeof text === 'string' && text !== 'default')
  return address === undefined ? 'inet' : familyOf(address)
}

/** The network of a route: the kernel takes IPv6's without the bits of a host, and refuses IPv4's with some. */
export function routeNetwork(key: string, text: string, family: IpFamily) {
  const network = parseNetwork(key, text, family)
  return family === 'inet6' ? maskedNetwork(network) : network
}

/** What of a route says which one it is, as it is sent. */
export function keyPart(route: RouteKey) {
  const family = familyOfRoute(route)
  const dst = routeNetwork('dst', route.dst, family)
  const from = route.from === undefined ? { address: undefined, length: 0 } : routeNetwork('from', route.from, family)
  const { table: name = 'main' } = route
  const table = tableNumber(name)
  return {
    header: {
      ...{ family: familyNumber(family), dstLen: dst.length, srcLen: from.length, tos: route.tos ?? 0 },
      table: table < 256 ? table : RT_TABLE.UNSPEC,
    },
    attrs: defined({ dst: dst.address, src: from.address, table, priority: route.metric }),
  }
}

/** A gateway: RTA_VIA where it is of another family than the route. */
function gatewayAttrs(via: string | undefined, family: number) {
  if (via === undefined) return {}
  const gateway = canonical('via', via)
  const own = familyNumber(familyOf(gateway))
  return own === family ? { gateway } : { via: { family: own, addr: gateway } }
}

function* multipathPart(hops: readonly NewRouteNexthop[], family: number) {
  if (!Array.isArray(hops) || hops.length === 0)
    throw new TypeError(`expected multipath to be a list of next hops, at least one, got ${show(hops)}`)
  const records = []
  for (const hop of hops as readonly NewRouteNexthop[]) {
    expectKeys('a next hop of multipath', hop, nexthopKeys)
    const { via, dev, weight = 1, flags = [], encap, realms } = hop
    records.push({
      ...{ flags: bitsOf('flags', RTNH_F, flags) & ~TOLD_FLAGS, hops: weight - 1 },
      ifindex: dev === undefined ? 0 : yield* indexOf('dev', dev),
      attrs: { ...gatewayAttrs(via, family), ...defined({ flow: flowOf(realms) }), ...encapAttrs(encap) },
    })
  }
  return records
}

/** What `ip route` takes for the scope of a route where none is said. */
function scopeOf(family: number, type: number, { via, multipath, nexthop }: NewRoute): number {
  if (family === familyNumber('inet6')) return RT_SCOPE.UNIVERSE
  if (type === RTN.LOCAL || type === RTN.NAT) return RT_SCOPE.HOST
  if (type === RTN.BROADCAST || type === RTN.MULTICAST || type === RTN.ANYCAST) return RT_SCOPE.LINK
  const isNear = type === RTN.UNICAST && via === undefined && multipath === undefined && nexthop === undefined
  return isNear ? RT_SCOPE.LINK : RT_SCOPE.UNIVERSE
}

/** Where a route goes, said in the route itself. */
function* waysPart({ via, dev, encap, multipath, realms }: NewRoute, family: number) {
  const oif = yield* indexOrNone('dev', dev)
  return {
    ...defined({ oif, flow: flowOf(realms) }),
    ...gatewayAttrs(via, family),
    ...encapAttrs(encap),
    ...(multipath !== undefined && { multipath: yield* multipathPart(multipath, family) }),
  }
}

/** What a route is beside its key, as it is sent; only what is given. With a nexthop object that alone says where it goes. */
function* restPart(route: NewRoute): Operation<RouteMessage['attrs']> {
  const { src, nexthop, pref, expires } = route
  const name = familyOfRoute(route)
  const family = familyNumber(name)
  const ways = nexthop === undefined ? yield* waysPart(route, family) : { nhId: nexthop }
  const metrics = renamed(route, Object.fromEntries(metricKeys().map((key) => [key, key])))
  return {
    ...defined({ prefsrc: src === undefined ? undefined : addressOf('src', src, name), pref, expires }),
    ...ways,
    ...(Object.keys(metrics).length > 0 && { metrics }),
  } as RouteMessage['attrs']
}

/** The message of a route that is to be. @throws {TypeError} */
export function* routeMessageOf(route: NewRoute): Operation<RouteMessage> {
  expectRoute(route)
  const { header, attrs } = keyPart(route)
  const { type: typeName = 'unicast', protocol = 'boot' } = route
  const given = numberOf('type', RTN, typeName)
  // The kernel reports the type of a blackhole nexthop as the route's.
  const type = given === RTN.BLACKHOLE && route.nexthop !== undefined ? RTN.UNICAST : given
  const scope =
    route.scope === undefined ? scopeOf(header.family, type, route) : numberOf('scope', RT_SCOPE, route.scope)
  return {
    ...header,
    ...{ type, scope, protocol: numberOf('protocol', RTPROT, protocol) },
    // Of a nexthop object, the flags are its own too.
    flags: route.nexthop === undefined ? bitsOf('flags', routeFlags, route.flags ?? []) & ~TOLD_FLAGS : 0,
    attrs: { ...attrs, ...(yield* restPart(route)) },
  } as RouteMessage
}
