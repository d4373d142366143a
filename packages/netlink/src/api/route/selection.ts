import { AF } from '../../codec/index.js'
import { type RouteMessage, RT_SCOPE, RTM_F, RTN, RTPROT } from '../../route/index.js'
import { covers, isFulfilled } from '../ensure.js'
import { TOLD_FLAGS } from '../flags.js'
import { defined } from '../objects.js'
import { messageIn } from '../selection.js'
import { toRoute } from './decode.js'
import { comparable, routeWishes, sameWays } from './diff.js'
import { metricKeys } from './encode.js'
import type { NewRoute } from './types.js'

type Attrs = RouteMessage['attrs']
type Way = Pick<Attrs, 'oif' | 'gateway' | 'via' | 'flow' | 'encapType' | 'encap'>

/** Returns the table of a route; its header holds small numbers only. */
export const tableOf = ({ table, attrs }: RouteMessage) => attrs.table ?? table

const isZero = (address: unknown) => address === undefined || address === '0.0.0.0' || address === '::'

/** True for two addresses of networks: the kernel reports none for `default`. */
export const sameNetwork = (one: unknown, other: unknown) => one === other || (isZero(one) && isZero(other))

/** The metric of IPv6 routes that are given none: IP6_RT_PRIO_USER, net/ip6_route.h */
const IPV6_METRIC = 1024

/** True if a route has this metric. The kernel takes 0 for its default, but has IPv6 routes of its own with 0. */
export function hasMetric({ family, attrs: { priority = 0 } }: RouteMessage, metric: number | undefined): boolean {
  const byDefault = family === AF.INET6 ? IPV6_METRIC : 0
  return priority === (metric ?? byDefault) || (metric === 0 && priority === byDefault)
}

/** True if a route has all properties of the selector; `request` is the message of the selector. The time left does not count. */
export function isSelected(selector: NewRoute, request: RouteMessage, message: RouteMessage): boolean {
  const { expires: _, ...lasting } = selector
  const { expires } = comparable(selector, message.family === AF.INET6 ? 'inet6' : 'inet')
  return (
    (message.flags & RTM_F.CLONED) === 0 &&
    (expires === undefined || (message.attrs.cacheinfo?.expires ?? 0) !== 0) &&
    message.dstLen === request.dstLen &&
    sameNetwork(message.attrs.dst, request.attrs.dst) &&
    (selector.from === undefined ||
      (message.srcLen === request.srcLen && sameNetwork(message.attrs.src, request.attrs.src))) &&
    (selector.tos === undefined || message.tos === request.tos) &&
    (selector.metric === undefined || hasMetric(message, selector.metric)) &&
    routeWishes(lasting, request, toRoute(message)).every(isFulfilled)
  )
}

/** Returns the members of a route that never change while it exists. */
const lasting = ({
  flags,
  attrs: { cacheinfo: _, expires: __, multipath: ___, ...attrs },
  ...header
}: RouteMessage) => ({
  ...{ ...header, flags: flags & ~TOLD_FLAGS, attrs },
})

/** True for two messages of one route. */
export function isSameRoute(one: RouteMessage, other: RouteMessage): boolean {
  const [mine, theirs] = [lasting(one), lasting(other)]
  const isMultipath = (one.attrs.multipath ?? other.attrs.multipath) !== undefined
  return covers(mine, theirs) && covers(theirs, mine) && (!isMultipath || sameWays(one, other))
}

/** Options that the kernel compares when it deletes a route: fib_table_delete() and ip6_route_del(). */
const comparedInBoth = ['family', 'dst', 'table', 'metric', 'via', 'dev', 'protocol', 'nexthop', 'multipath']
const compared = {
  inet: new Set([...comparedInBoth, 'tos', 'type', 'scope', 'src', ...metricKeys()]),
  inet6: new Set(comparedInBoth),
} as const

/** Values that the kernel takes for any: zero, and RT_SCOPE_NOWHERE. */
const wildcards: readonly unknown[] = [0, 'unspec', 'nowhere', RT_SCOPE.NOWHERE]

/** True if the kernel may delete a route that is not the selected one: it ignores some options, and zeros. */
export function needsListing(selector: NewRoute, family: 'inet' | 'inet6'): boolean {
  if (messageIn(selector) !== undefined) return true
  return Object.entries(selector).some(
    ([key, value]) =>
      value !== undefined &&
      !(key === 'flags' && (value as readonly string[]).length === 0) &&
      (!compared[family].has(key) || wildcards.includes(value)),
  )
}

/** An address that a next hop without a gateway is compared by. */
const NO_GATEWAY = '::'

/** Returns the request that deletes this route, with all that the kernel compares. */
export function deletionOf(message: RouteMessage): RouteMessage {
  const { family, dstLen, srcLen, tos, protocol, scope, type, attrs } = message
  const { dst, src, priority, nhId, oif, gateway, via, multipath } = attrs
  const header = { ...{ family, dstLen, srcLen, tos, protocol, scope, type, flags: 0 }, table: 0 }
  const key = { dst, src, table: tableOf(message), priority, nhId }
  if (family === AF.INET6) {
    // Type and scope are not compared. With a gateway, one next hop is deleted, and no route without one is.
    const ways = multipath?.map((hop) => ({ ...hop, attrs: { gateway: hop.attrs.gateway ?? NO_GATEWAY } }))
    const way = multipath === undefined && nhId === undefined ? { oif, gateway: gateway ?? NO_GATEWAY } : {}
    const bare = { ...header, scope: RT_SCOPE.UNIVERSE, type: RTN.UNSPEC }
    return { ...bare, attrs: defined({ ...key, ...way, multipath: nhId === undefined ? ways : undefined }) as Attrs }
  }
  const { prefsrc, flow, encapType, encap } = attrs
  // Zero is compared too. An absent ccAlgo cannot be said: the kernel would look for a module of that name.
  const zeros = Object.fromEntries(metricKeys().flatMap((name) => (name === 'ccAlgo' ? [] : [[name, 0]])))
  const ways = nhId === undefined ? { oif, gateway, via, flow, encapType, encap, multipath } : {}
  const metrics = { ...zeros, ...attrs.metrics }
  return {
    ...header,
    type: nhId === undefined ? type : RTN.UNSPEC,
    attrs: defined({ ...key, prefsrc, ...ways, metrics }) as Attrs,
  }
}

/** Returns the next hops of a route, each as the attributes of a route with a single one. */
const waysOf = ({ attrs }: RouteMessage): Way[] =>
  attrs.multipath?.map((hop) => ({ ...hop.attrs, oif: hop.ifindex })) ?? [attrs]

/** True if everything in the request that is not zero is in the candidate. */
const matchesGiven = (request: object, candidate: object) =>
  Object.entries(request).every(
    ([key, value]) => value === undefined || value === 0 || covers(value, (candidate as Record<string, unknown>)[key]),
  )

/** True if the kernel may delete the candidate. Where its comparison depends on its version, the answer is true. */
export function isTaken(request: RouteMessage, candidate: RouteMessage): boolean {
  const {
    dst,
    src,
    priority,
    protocol,
    prefsrc,
    nhId,
    metrics = {},
    multipath,
    oif,
    gateway,
    via,
    flow,
    encapType,
    encap,
  } = {
    ...request,
    ...request.attrs,
  }
  const sameKey =
    request.dstLen === candidate.dstLen &&
    sameNetwork(dst, candidate.attrs.dst) &&
    tableOf(request) === tableOf(candidate) &&
    (candidate.flags & RTM_F.CLONED) === 0 &&
    (protocol === RTPROT.UNSPEC || protocol === candidate.protocol) &&
    (!priority || priority === candidate.attrs.priority || candidate.attrs.nhId !== undefined)
  if (!sameKey) return false
  if (nhId !== undefined && candidate.attrs.nhId !== undefined && nhId !== candidate.attrs.nhId) return false
  const way = { oif, gateway, via, flow, encapType, encap }
  if (request.family === AF.INET6) {
    if (request.srcLen !== candidate.srcLen || !sameNetwork(src, candidate.attrs.src)) return false
    if (candidate.attrs.nhId !== undefined) return true
    const ways = waysOf(candidate).map((each) => ({ ...each, gateway: each.gateway ?? NO_GATEWAY }))
    const wanted = multipath?.map((hop) => ({ oif: hop.ifindex, gateway: hop.attrs.gateway })) ?? [way]
    return wanted.some((each) => ways.some((one) => matchesGiven(each, one)))
  }
  const { tos, type, scope } = candidate
  const [first] = waysOf(candidate)
  return (
    matchesGiven({ tos: request.tos, type: request.type }, { tos, type }) &&
    (request.scope === RT_SCOPE.NOWHERE || request.scope === scope) &&
    request.tos === tos &&
    matchesGiven({ prefsrc }, candidate.attrs) &&
    Object.entries(metrics).every(([key, value]) =>
      covers(value, (candidate.attrs.metrics as Record<string, unknown> | undefined)?.[key] ?? 0),
    ) &&
    (multipath === undefined || matchesHops(multipath, waysOf(candidate))) &&
    matchesGiven(way, first ?? {})
  )
}

/** True if the next hops of a request match those of a candidate. Weights and encapsulations are not compared: fib_nh_match() */
const matchesHops = (wanted: NonNullable<Attrs['multipath']>, found: readonly Way[]) =>
  found.every((way, at) => {
    const { gateway, via, flow } = wanted[at]?.attrs ?? {}
    return matchesGiven({ gateway, via, flow, oif: wanted[at]?.ifindex }, way)
  })

/** True if a network belongs to a link: fe80::/10 and ff00::/8. Each link may have a route of its own to it. */
export const isOfLink = ({ family, attrs }: RouteMessage) =>
  family === AF.INET6 && typeof attrs.dst === 'string' && /^(fe[89ab]|ff)/.test(attrs.dst)

/** Returns the route that the kernel would replace: of IPv6, the first with a gateway if the new one has one, and so on. */
export function replacedBy(request: RouteMessage, candidates: readonly RouteMessage[]): RouteMessage | undefined {
  if (request.family !== AF.INET6) return candidates[0]
  const isShared = ({ attrs }: RouteMessage) =>
    attrs.nhId === undefined && (attrs.gateway !== undefined || attrs.multipath !== undefined)
  return candidates.find((each) => isShared(each) === isShared(request)) ?? candidates[0]
}
