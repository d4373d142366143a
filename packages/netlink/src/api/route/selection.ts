import { AF } from '../../codec/index.js'
import { type RouteMessage, RT_SCOPE, RTM_F } from '../../route/index.js'
import { covers, isMatch, isSame } from '../values/compare.js'
import { labelsText } from '../values/mpls-labels.js'
import { REPORTED_FLAGS } from '../values/names.js'
import { messageOf } from '../values/objects.js'
import { toRoute } from './decode.js'
import { comparable, compareRoute, sameNextHops } from './diff.js'
import { metricKeys } from './encode.js'
import { routeFamilyName } from './mpls.js'
import type { NewRoute, RouteFamily } from './types.js'

/** Returns the table of a route; its header contains small numbers only. */
export const tableOf = ({ table, attrs }: RouteMessage) => attrs.table ?? table

const isZero = (address: unknown) => address === undefined || address === '0.0.0.0' || address === '::'

/** True for two addresses of networks, or labels: the kernel reports none for `default`. */
export const sameNetwork = (one: unknown, other: unknown): boolean =>
  one === other || (isZero(one) && isZero(other)) || (Array.isArray(one) && isSame(one, other))

/** Returns a key that is equal for two addresses of the same network, or for two labels. */
export const destinationKey = (address: RouteMessage['attrs']['dst']): string =>
  isZero(address) ? 'default' : Array.isArray(address) ? labelsText(address) : (address as string)

/** The metric of IPv6 routes that are given none: IP6_RT_PRIO_USER, net/ip6_route.h */
const IPV6_METRIC = 1024

/** True if a route has this metric. The kernel treats 0 as its default, but creates IPv6 routes with metric 0. */
export function hasMetric({ family, attrs: { priority = 0 } }: RouteMessage, metric: number | undefined): boolean {
  const byDefault = family === AF.INET6 ? IPV6_METRIC : 0
  return priority === (metric ?? byDefault) || (metric === 0 && priority === byDefault)
}

/** True if a route has all properties of the selector; `request` is the message of the selector. The time left does not count. */
export function isSelected(selector: NewRoute, request: RouteMessage, message: RouteMessage): boolean {
  const { expires: _, ...lasting } = selector
  const { expires } = comparable(selector, routeFamilyName(message.family))
  return (
    (message.flags & RTM_F.CLONED) === 0 &&
    (expires === undefined || (message.attrs.cacheinfo?.expires ?? 0) !== 0) &&
    message.dstLen === request.dstLen &&
    sameNetwork(message.attrs.dst, request.attrs.dst) &&
    (selector.from === undefined ||
      (message.srcLen === request.srcLen && sameNetwork(message.attrs.src, request.attrs.src))) &&
    (selector.tos === undefined || message.tos === request.tos) &&
    (selector.metric === undefined || hasMetric(message, selector.metric)) &&
    compareRoute(lasting, request, toRoute(message)).every(isMatch)
  )
}

/** Returns the members of a route that never change while it exists. */
const lasting = ({
  flags,
  attrs: { cacheinfo: _, expires: __, multipath: ___, ...attrs },
  ...header
}: RouteMessage) => ({
  ...{ ...header, flags: flags & ~REPORTED_FLAGS, attrs },
})

/** True for two messages of one route. */
export function isSameRoute(one: RouteMessage, other: RouteMessage): boolean {
  const [mine, theirs] = [lasting(one), lasting(other)]
  const isMultipath = (one.attrs.multipath ?? other.attrs.multipath) !== undefined
  return covers(mine, theirs) && covers(theirs, mine) && (!isMultipath || sameNextHops(one, other))
}

/** Options that the kernel compares when it deletes a route: fib_table_delete() and ip6_route_del(). */
const comparedInBoth = ['family', 'dst', 'table', 'metric', 'via', 'dev', 'protocol', 'nexthop', 'multipath']
const compared = {
  inet: new Set([...comparedInBoth, 'tos', 'type', 'scope', 'src', ...metricKeys]),
  inet6: new Set(comparedInBoth),
} as const

/** Values that match any route: zero and RT_SCOPE_NOWHERE. */
const wildcards = new Set<unknown>([0, 'unspec', 'none', 'nowhere', RT_SCOPE.NOWHERE])

/** True if the kernel may delete a route that is not the selected one: it ignores some options and zeros. */
export function needsListing(selector: NewRoute, family: RouteFamily): boolean {
  // mpls_route_del() has no wildcards, and succeeds without a route.
  if (family === 'mpls' || messageOf(selector) !== undefined) return true
  const options = selector as unknown as Readonly<Record<string, unknown>>
  return Object.keys(options).some((key) => {
    const value = options[key]
    if (value === undefined || (key === 'flags' && (value as readonly unknown[]).length === 0)) return false
    return !compared[family].has(key) || wildcards.has(value)
  })
}
