import type { RouteMessage } from '@netloom/netlink'
import { DEVCONF } from '@netloom/netlink/route'
import { AF_INET, AF_INET6 } from '../cni/prefix.js'
import type { Route } from '../cni/result-parts.js'
import type { Link } from './links.js'

/** Maximum metrics of a route. The kernel reduces larger ones to these: ip_metrics_convert(), net/ipv4/metrics.c. */
const largest = { mtu: 65535 - 15, advmss: 65535 - 40 }

/** RTAX_MTU, as a bit of RTAX_LOCK. linux/rtnetlink.h */
const mtuLock = 1 << 2

/**
 * Returns a description of the properties that ADD sets and that differ in `found`. Returns an empty string if none differs.
 * `link` is the route's device.
 */
export function propertiesDiffer(route: Route, found: RouteMessage, link: Link): string {
  if (route.mtu === undefined && route.advmss === undefined && route.scope === undefined) return ''
  const isIpv6 = route.dst.family === AF_INET6
  const { metrics, multipath } = found.attrs
  // For IPv6 routes that it has merged, the kernel reports the metrics of only one. It never reports their scope.
  const isMerged = isIpv6 && multipath !== undefined
  const aspects = [
    ['mtu', isMerged || followsDevice(found, link) ? undefined : capped(route.mtu, largest.mtu), metrics?.mtu],
    ['advmss', isMerged ? undefined : capped(route.advmss, largest.advmss), metrics?.advmss],
    ['scope', route.dst.family === AF_INET ? route.scope : undefined, found.scope],
  ] as const
  return aspects
    .filter(([, expected, actual]) => expected !== undefined && expected !== actual)
    .map(([name, , actual]) => `${name} ${actual ?? 'none'}`)
    .join(' ')
}

const capped = (value: number | undefined, limit: number) => (value === undefined ? undefined : Math.min(value, limit))

/**
 * True if the kernel may have replaced the MTU of an IPv6 route. If the MTU of a device changes, or a router advertises one, the kernel
 * writes it to the routes with a larger MTU or with the previous one: fib6_nh_mtu_change(), net/ipv6/route.c.
 */
function followsDevice({ family, attrs: { metrics } }: RouteMessage, { attrs }: Link): boolean {
  if (family !== AF_INET6 || metrics?.mtu === undefined || ((metrics.lock ?? 0) & mtuLock) !== 0) return false
  const { afSpec } = attrs
  const advertised = afSpec !== undefined && 'inet6' in afSpec ? afSpec.inet6?.conf?.[DEVCONF.MTU6] : undefined
  return metrics.mtu === attrs.mtu || metrics.mtu === advertised
}
