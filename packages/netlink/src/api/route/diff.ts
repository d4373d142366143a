import { type RouteMessage, RTPROT, routeMessage } from '../../route/index.js'
import { covers, type Wish } from '../ensure.js'
import { canonical, type IpFamily } from '../ip-text.js'
import { told } from '../normalize.js'
import { metricKeys } from './encode.js'
import type { NewRoute, Route } from './types.js'

type Way = NonNullable<RouteMessage['attrs']['multipath']>[number]

/** Whether a way is the one that is wished; the kernel finds the link where none is said. */
const isWay = (wanted: Way, found: Way) =>
  (wanted.ifindex === 0 || wanted.ifindex === found.ifindex) &&
  wanted.hops === found.hops &&
  (found.flags & wanted.flags) === wanted.flags &&
  covers(wanted.attrs, found.attrs)

/** The ways of a route. Of a single one the kernel tells no weight: it is any that is wished. */
function waysOf({ flags, attrs }: RouteMessage, hops: number): Way[] {
  const { multipath, oif, gateway, via, flow, encapType, encap } = attrs
  if (multipath !== undefined) return [...multipath]
  if (oif === undefined) return []
  return [{ ifindex: oif, flags, hops, attrs: { gateway, via, flow, encapType, encap } } as Way]
}

/** Whether the ways of two routes are the same ones, in whatever order: the kernel turns IPv6's around. */
export function sameWays(wanted: RouteMessage, found: RouteMessage): boolean {
  const wishes = wanted.attrs.multipath ?? []
  const left = waysOf(found, wishes[0]?.hops ?? 0)
  const every = wishes.every((wish) => {
    const at = left.findIndex((way) => isWay(wish, way))
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
  return every && left.length === 0
}

/** The options that determine the next hop, without a nexthop object. */
const noWay = { via: undefined, dev: undefined, multipath: undefined, encap: undefined }
/** Types of routes that lead nowhere. */
const rejecting: readonly unknown[] = ['blackhole', 'unreachable', 'prohibit', 'throw']

/** Returns the options that the kernel keeps: a nexthop object has its own gateway, link and type, and IPv6 rejects through `lo`. */
export function comparable(route: NewRoute, family: IpFamily): NewRoute {
  if (route.nexthop !== undefined)
    return { ...route, ...noWay, type: route.type === 'blackhole' ? undefined : route.type }
  if (family === 'inet6' && rejecting.includes(route.type))
    return { ...route, ...noWay, pref: undefined, expires: undefined }
  // Next to several next hops, these are defaults of theirs.
  return route.multipath === undefined ? route : { ...route, ...noWay, realms: undefined, multipath: route.multipath }
}

/** What of a route is wished, beside its key, and what is. `request` is the message of the wish. */
export function routeWishes(route: NewRoute, request: RouteMessage, found: Route): Wish[] {
  const wish = comparable(route, found.family)
  const { message } = found
  const wanted = told(routeMessage, request)
  /** Compared as it is on the wire, told as people write it; only where it is wished. */
  const same = (key: 'type' | 'scope' | 'protocol'): Wish => ({
    ...{ key, wanted: wish[key], actual: found[key] },
    fulfilled: wish[key] === undefined || wanted[key] === message[key],
  })
  const flags = wish.flags ?? []
  // The kernel takes 0 for the default of IPv6.
  const isDefault = found.family === 'inet6' && wish.protocol !== undefined && wanted.protocol === RTPROT.UNSPEC
  return [
    same('type'),
    // The kernel ignores the scope of an IPv6 route.
    { ...same('scope'), ...(found.family === 'inet6' && { fulfilled: true }) },
    { ...same('protocol'), ...(isDefault && { fulfilled: message.protocol === RTPROT.BOOT }) },
    { key: 'via', wanted: wish.via && canonical('via', wish.via), actual: found.via },
    { key: 'dev', wanted: wish.dev && wanted.attrs.oif, actual: found.dev },
    { key: 'src', wanted: wish.src && canonical('src', wish.src), actual: found.src },
    { key: 'nexthop', wanted: wish.nexthop, actual: found.nexthop },
    {
      ...{ key: 'realms', wanted: wish.realms, actual: found.realms },
      fulfilled: wish.realms === undefined || (wanted.attrs.flow ?? 0) === (message.attrs.flow ?? 0),
    },
    { key: 'pref', wanted: wish.pref, actual: found.pref },
    { key: 'expires', wanted: wish.expires, actual: found.expires, fulfilled: isSoon(wish.expires, found.expires) },
    { key: 'flags', wanted: flags, actual: found.flags, fulfilled: (message.flags & wanted.flags) === wanted.flags },
    {
      ...{ key: 'multipath', wanted: wish.multipath, actual: found.multipath },
      fulfilled: wish.multipath === undefined || sameWays(wanted, message),
    },
    { key: 'encap', wanted: wish.encap && wanted.attrs.encap, actual: message.attrs.encap },
    // The kernel does not tell a metric of zero.
    ...(metricKeys() as (keyof Route & keyof NewRoute)[]).map((key) => ({
      key,
      wanted: wish[key],
      actual: found[key] ?? (wish[key] === 0 ? 0 : undefined),
    })),
  ]
}

/** Seconds run down. */
const isSoon = (wanted: number | undefined, actual: number | undefined) =>
  wanted === undefined || (actual !== undefined && wanted >= actual && wanted - actual <= 2)
