import { type RouteMessage, RTPROT, routeMessage } from '../../route/index.js'
import { type Comparison, covers } from '../values/compare.js'
import { canonical } from '../values/ip-text.js'
import { labelStack, labelsText } from '../values/mpls-labels.js'
import { normalize } from '../values/normalize.js'
import { metricKeys } from './encode.js'
import type { NewMetrics, NewRoute, Route, RouteFamily } from './types.js'

type MetricKey = keyof NewMetrics & keyof Route
type NextHop = NonNullable<RouteMessage['attrs']['multipath']>[number]

/** True if a next hop has the desired properties. If no link is given, the kernel chooses one. */
const isNextHop = (wanted: NextHop, found: NextHop) =>
  (wanted.ifindex === 0 || wanted.ifindex === found.ifindex) &&
  wanted.hops === found.hops &&
  (found.flags & wanted.flags) === wanted.flags &&
  covers(wanted.attrs, found.attrs)

/** Returns the next hops of a route. For a single one the kernel reports no weight; `hops` is used. */
function nextHopsOf({ flags, attrs }: RouteMessage, hops: number): NextHop[] {
  const { multipath, oif, gateway, via, newdst, flow, encapType, encap } = attrs
  if (multipath !== undefined) return [...multipath]
  if (oif === undefined) return []
  return [{ ifindex: oif, flags, hops, attrs: { gateway, via, newdst, flow, encapType, encap } } as NextHop]
}

/** True if two routes have the same next hops, in any order: the kernel reverses those of IPv6. */
export function sameNextHops(wanted: RouteMessage, found: RouteMessage): boolean {
  const hops = wanted.attrs.multipath ?? []
  const left = nextHopsOf(found, hops[0]?.hops ?? 0)
  const every = hops.every((each) => {
    const at = left.findIndex((hop) => isNextHop(each, hop))
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
  return every && left.length === 0
}

/** The options that determine the next hop, without a next hop object. */
const noNextHop = { via: undefined, as: undefined, dev: undefined, multipath: undefined, encap: undefined }
/** Types of routes without a next hop. */
const rejecting: readonly unknown[] = ['blackhole', 'unreachable', 'prohibit', 'throw']

/** Returns the options that the kernel keeps: a next hop object has its own gateway, link and type, and IPv6 rejects through `lo`. */
export function comparable(route: NewRoute, family: RouteFamily): NewRoute {
  if (route.nexthop !== undefined)
    return { ...route, ...noNextHop, type: route.type === 'blackhole' ? undefined : route.type }
  if (family === 'inet6' && rejecting.includes(route.type))
    return { ...route, ...noNextHop, pref: undefined, expires: undefined }
  // With `multipath`, these options are only defaults of its next hops.
  return route.multipath === undefined
    ? route
    : { ...route, ...noNextHop, realms: undefined, multipath: route.multipath }
}

/**
 * True if the message of a spec shows that a route has all its properties. False says nothing: {@link compareRoute} knows more. Most
 * routes of a plan are as they should be, and need no more than this.
 */
export function isClearlySame(route: NewRoute, request: RouteMessage, message: RouteMessage): boolean {
  const [wanted, found] = [request.attrs, message.attrs]
  const isGiven = (value: unknown) => value !== undefined
  const fits = (one: unknown, other: unknown) => one === undefined || one === other
  return (
    (route.type === undefined || request.type === message.type) &&
    (route.scope === undefined || request.scope === message.scope) &&
    (route.protocol === undefined || request.protocol === message.protocol) &&
    (message.flags & request.flags) === request.flags &&
    wanted.flow === found.flow &&
    fits(wanted.oif, found.oif) &&
    fits(wanted.gateway, found.gateway) &&
    fits(wanted.prefsrc, found.prefsrc) &&
    fits(wanted.nhId, found.nhId) &&
    fits(wanted.pref, found.pref) &&
    !isGiven(wanted.via) &&
    !isGiven(wanted.newdst) &&
    !isGiven(wanted.ttlPropagate) &&
    !isGiven(wanted.encap) &&
    !isGiven(wanted.multipath) &&
    !isGiven(wanted.metrics) &&
    !isGiven(wanted.expires)
  )
}

/** Compares a spec with a route, except the properties that identify it. `request` is the message of the spec. */
export function compareRoute(route: NewRoute, request: RouteMessage, found: Route): Comparison[] {
  const spec = comparable(route, found.family)
  const { message } = found
  const wanted = normalize(routeMessage, request)
  /** Compares numbers, because a name stands for the same number. */
  const same = (key: 'type' | 'scope' | 'protocol'): Comparison => ({
    ...{ key, wanted: spec[key], actual: found[key] },
    matches: spec[key] === undefined || wanted[key] === message[key],
  })
  const flags = spec.flags ?? []
  // For IPv6 the kernel treats 0 as its default.
  const isDefault = found.family === 'inet6' && spec.protocol !== undefined && wanted.protocol === RTPROT.UNSPEC
  return [
    same('type'),
    // The kernel ignores the scope of an IPv6 route.
    { ...same('scope'), ...(found.family === 'inet6' && { matches: true }) },
    { ...same('protocol'), ...(isDefault && { matches: message.protocol === RTPROT.BOOT }) },
    { key: 'via', wanted: spec.via && canonical('via', spec.via), actual: found.via },
    { key: 'as', wanted: spec.as && labelsText(labelStack('as', spec.as)), actual: found.as },
    { key: 'ttlPropagate', wanted: spec.ttlPropagate, actual: found.ttlPropagate },
    { key: 'dev', wanted: spec.dev && wanted.attrs.oif, actual: found.dev },
    { key: 'src', wanted: spec.src && canonical('src', spec.src), actual: found.src },
    { key: 'nexthop', wanted: spec.nexthop, actual: found.nexthop },
    {
      ...{ key: 'realms', wanted: spec.realms, actual: found.realms },
      matches: spec.realms === undefined || (wanted.attrs.flow ?? 0) === (message.attrs.flow ?? 0),
    },
    {
      ...{ key: 'pref', wanted: spec.pref, actual: found.pref },
      matches: spec.pref === undefined || wanted.attrs.pref === message.attrs.pref,
    },
    { key: 'expires', wanted: spec.expires, actual: found.expires, matches: isSoon(spec.expires, found.expires) },
    { key: 'flags', wanted: flags, actual: found.flags, matches: (message.flags & wanted.flags) === wanted.flags },
    {
      ...{ key: 'multipath', wanted: spec.multipath, actual: found.multipath },
      matches: spec.multipath === undefined || sameNextHops(wanted, message),
    },
    { key: 'encap', wanted: spec.encap && wanted.attrs.encap, actual: message.attrs.encap },
    // The kernel does not report a metric of zero.
    ...(metricKeys as MetricKey[]).map((key) => {
      const number = wanted.attrs.metrics?.[key]
      const matches =
        spec[key] === undefined || number === (message.attrs.metrics?.[key] ?? (number === 0 ? 0 : undefined))
      return { key, wanted: spec[key], actual: found[key], matches }
    }),
  ]
}

/** True for a time that may have run down by two seconds. */
const isSoon = (wanted: number | undefined, actual: number | undefined) =>
  wanted === undefined || (actual !== undefined && wanted >= actual && wanted - actual <= 2)
