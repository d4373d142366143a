import { AF } from '../../codec/index.js'
import { type RouteMessage, RT_SCOPE, RT_TABLE, RTM_F, RTN, RTPROT } from '../../route/index.js'
import { covers } from '../values/compare.js'
import { defined } from '../values/objects.js'
import { metricKeys } from './encode.js'
import { sameNetwork, tableOf } from './selection.js'

/** The routes that the kernel would delete or replace for a request: it does not compare everything. */

type Attrs = RouteMessage['attrs']
type NextHop = Pick<Attrs, 'oif' | 'gateway' | 'via' | 'flow' | 'encapType' | 'encap'>

/** The address that stands for a next hop without a gateway. */
const NO_GATEWAY = '::'

/**
 * The metrics of a route without metrics: the kernel also compares zeros. An absent ccAlgo cannot be expressed: the kernel would look for a
 * module of that name.
 */
const noMetrics = Object.fromEntries(metricKeys.flatMap((name) => (name === 'ccAlgo' ? [] : [[name, 0]])))

/** Returns the request that deletes this route, with everything that the kernel compares. */
export function deletionOf(message: RouteMessage): RouteMessage {
  const { family, dstLen, srcLen, tos, protocol, scope, type, attrs } = message
  const { dst, src, priority, nhId, oif, gateway, via, multipath } = attrs
  const header = { ...{ family, dstLen, srcLen, tos, protocol, scope, type, flags: 0 }, table: 0 }
  if (family === AF.MPLS) return { ...header, scope: RT_SCOPE.UNIVERSE, table: RT_TABLE.MAIN, attrs: { dst } as Attrs }
  const key = { dst, src, table: tableOf(message), priority, nhId }
  if (family === AF.INET6) {
    // The kernel does not compare type and scope. With a gateway it deletes one next hop, and no route without a gateway.
    const hops = multipath?.map((hop) => ({ ...hop, attrs: { gateway: hop.attrs.gateway ?? NO_GATEWAY } }))
    const hop = multipath === undefined && nhId === undefined ? { oif, gateway: gateway ?? NO_GATEWAY } : {}
    const bare = { ...header, scope: RT_SCOPE.UNIVERSE, type: RTN.UNSPEC }
    return { ...bare, attrs: defined({ ...key, ...hop, multipath: nhId === undefined ? hops : undefined }) }
  }
  const { prefsrc, flow, encapType, encap } = attrs
  const hops = nhId === undefined ? { oif, gateway, via, flow, encapType, encap, multipath } : {}
  const metrics = attrs.metrics === undefined ? noMetrics : { ...noMetrics, ...attrs.metrics }
  return {
    ...header,
    type: nhId === undefined ? type : RTN.UNSPEC,
    attrs: defined({ ...key, prefsrc, ...hops, metrics }) as Attrs,
  }
}

/** Returns the next hops of a route, each as the attributes of a route with a single one. */
const nextHopsOf = ({ attrs }: RouteMessage): NextHop[] =>
  attrs.multipath?.map((hop) => ({ ...hop.attrs, oif: hop.ifindex })) ?? [attrs]

/** True if everything in the request that is not zero is in the candidate. */
const matchesGiven = (request: object, candidate: object) =>
  Object.entries(request).every(
    ([key, value]) => value === undefined || value === 0 || covers(value, (candidate as Record<string, unknown>)[key]),
  )

/** True if the kernel may delete the candidate. If its comparison depends on its version, the answer is true. */
export function isTaken(request: RouteMessage, candidate: RouteMessage): boolean {
  const { dst, priority, nhId } = request.attrs
  const other = candidate.attrs
  const hasSameKey =
    request.dstLen === candidate.dstLen &&
    sameNetwork(dst, other.dst) &&
    tableOf(request) === tableOf(candidate) &&
    (candidate.flags & RTM_F.CLONED) === 0 &&
    (request.protocol === RTPROT.UNSPEC || request.protocol === candidate.protocol) &&
    (!priority || priority === other.priority || other.nhId !== undefined)
  if (!hasSameKey) return false
  if (request.family === AF.MPLS) return true
  if (nhId !== undefined && other.nhId !== undefined && nhId !== other.nhId) return false
  return request.family === AF.INET6 ? isTakenInet6(request, candidate) : isTakenInet(request, candidate)
}

/** Returns the attributes of a single next hop. */
const singleHop = ({ attrs: { oif, gateway, via, flow, encapType, encap } }: RouteMessage): NextHop => ({
  oif,
  gateway,
  via,
  flow,
  encapType,
  encap,
})

/** True if the kernel takes this IPv6 route for a request to delete (`ip6_route_del`). */
function isTakenInet6(request: RouteMessage, candidate: RouteMessage): boolean {
  if (request.srcLen !== candidate.srcLen || !sameNetwork(request.attrs.src, candidate.attrs.src)) return false
  if (candidate.attrs.nhId !== undefined) return true
  const found = nextHopsOf(candidate).map((hop) => ({ ...hop, gateway: hop.gateway ?? NO_GATEWAY }))
  const { multipath } = request.attrs
  const wanted = multipath?.map(({ ifindex, attrs }) => ({ oif: ifindex, gateway: attrs.gateway })) ?? [
    singleHop(request),
  ]
  return wanted.some((hop) => found.some((each) => matchesGiven(hop, each)))
}

/** True if the kernel takes this IPv4 route for a request to delete (`fib_table_delete`). */
function isTakenInet(request: RouteMessage, candidate: RouteMessage): boolean {
  const { prefsrc, metrics = {}, multipath } = request.attrs
  const { tos, type, scope } = candidate
  const found = nextHopsOf(candidate)
  const actualMetrics = (candidate.attrs.metrics ?? {}) as Readonly<Record<string, unknown>>
  return (
    matchesGiven({ tos: request.tos, type: request.type }, { tos, type }) &&
    (request.scope === RT_SCOPE.NOWHERE || request.scope === scope) &&
    request.tos === tos &&
    matchesGiven({ prefsrc }, candidate.attrs) &&
    Object.entries(metrics).every(([key, value]) => covers(value, actualMetrics[key] ?? 0)) &&
    (multipath === undefined || matchesHops(multipath, found)) &&
    matchesGiven(singleHop(request), found[0] ?? {})
  )
}

/** True if the next hops of a request match those of a candidate, without weights and encapsulations: fib_nh_match() */
const matchesHops = (wanted: NonNullable<Attrs['multipath']>, found: readonly NextHop[]) =>
  found.every((hop, at) => {
    const { gateway, via, flow } = wanted[at]?.attrs ?? {}
    return matchesGiven({ gateway, via, flow, oif: wanted[at]?.ifindex }, hop)
  })

/** True if a network belongs to a link: fe80::/10 and ff00::/8. Each link may have its own route to it. */
export const isOfLink = ({ family, attrs }: RouteMessage) =>
  family === AF.INET6 && typeof attrs.dst === 'string' && /^(fe[89ab]|ff)/.test(attrs.dst)

/** Returns the route that the kernel would replace. For IPv6, a route with a gateway replaces the first one with a gateway. */
export function replacedBy(request: RouteMessage, candidates: readonly RouteMessage[]): RouteMessage | undefined {
  if (request.family !== AF.INET6) return candidates[0]
  const isShared = ({ attrs }: RouteMessage) =>
    attrs.nhId === undefined && (attrs.gateway !== undefined || attrs.multipath !== undefined)
  return candidates.find((each) => isShared(each) === isShared(request)) ?? candidates[0]
}
