import { isDeepStrictEqual } from 'node:util'
import { AF } from '../../codec/index.js'
import { anyAddress, networkAddress } from '../../ip/index.js'
import { type RouteMessage, RT_SCOPE } from '../../route/index.js'
import { routeMessageOf } from './messages.js'
import { Refused, refuse } from './refused.js'
import { checkRoute, tableOf } from './routes.js'
import type { Hop, Route, State } from './state.js'

type Attrs = RouteMessage['attrs']

/** Handles RTM_DELROUTE: deletes the first route that matches the members of the request. */
export function deleteRoute(state: State, message: RouteMessage): void {
  checkRoute(message, 'RTM_DELROUTE')
  const { family, attrs } = message
  if (family !== AF.INET6 || attrs.multipath === undefined) {
    deleteOne(state, message)
    return
  }
  const { multipath, ...others } = attrs
  // All next hops are deleted. The last refusal is reported (`ip6_route_multipath_del`).
  let refused: Refused | undefined
  for (const { ifindex, attrs: hop } of multipath)
    try {
      deleteOne(state, { ...message, attrs: { ...others, oif: ifindex, gateway: hop.gateway } })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refused = error
    }
  if (refused) throw refused
}

/** Returns true if a next hop has the given members. For IPv6, the gateway `::` stands for none. */
const isHop = (
  { oif, gateway, flow, family }: Pick<Attrs, 'oif' | 'gateway' | 'flow'> & { readonly family: number },
  hop: Hop,
) =>
  (!oif || hop.oif === oif) &&
  (gateway === undefined || (hop.gateway ?? anyAddress(family)) === gateway) &&
  (!flow || hop.flow === flow)

/** Returns true if a route has these metrics. A metric that a route does not have is 0 (`fib_metrics_match`). */
function hasMetrics({ metrics = {} }: Route, wanted: Attrs['metrics'] = {}): boolean {
  const own = metrics as Readonly<Record<string, unknown>>
  return Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(own[key] ?? 0, value))
}

/** Returns true if the next hops of an IPv4 route are those of a request (`fib_nh_match`). Those of an object are not compared. */
function hasHops({ family, hops, nhId }: Route, { oif, gateway, flow, multipath, nhId: wanted }: Attrs): boolean {
  if (wanted !== undefined) return nhId === wanted
  if (!oif && gateway === undefined && !flow && multipath === undefined) return true
  if (nhId !== undefined) return false
  const first = hops[0]
  if (multipath === undefined) return first !== undefined && isHop({ family, oif, gateway, flow }, first)
  return hops.every((hop, at) => {
    const each = multipath[at]
    return each !== undefined && isHop({ family, oif: each.ifindex, ...each.attrs }, hop)
  })
}

/** Returns true if a request to delete selects a route. */
function isSelected(route: Route, message: RouteMessage): boolean {
  const { family, dstLen, scope, type, protocol, attrs } = message
  const { priority, prefsrc, oif, gateway, nhId } = attrs
  const dst =
    typeof attrs.dst === 'string' ? networkAddress({ address: attrs.dst, length: dstLen }) : anyAddress(family)
  const hasKey =
    route.family === family && route.table === tableOf(message) && route.dst === dst && route.dstLen === dstLen
  if (!hasKey || (protocol !== 0 && route.protocol !== protocol)) return false
  if (family === AF.INET6) {
    // A route of a next hop object is taken whatever else is given.
    if (route.nhId !== undefined) return nhId === undefined || route.nhId === nhId
    if (nhId !== undefined || (priority && route.priority !== priority)) return false
    return (!oif && gateway === undefined) || route.hops.some((hop) => isHop({ family, oif, gateway }, hop))
  }
  return (
    (!priority || route.priority === priority) &&
    (type === 0 || route.type === type) &&
    (scope === RT_SCOPE.NOWHERE || route.scope === scope) &&
    (prefsrc === undefined || route.prefsrc === prefsrc) &&
    hasMetrics(route, attrs.metrics) &&
    hasHops(route, attrs)
  )
}

function deleteOne(state: State, message: RouteMessage): void {
  const { family, attrs } = message
  const { oif, gateway } = attrs
  const found = state.routes.find((each) => isSelected(each, message))
  if (found === undefined) refuse('ESRCH')
  const isOne = family === AF.INET6 && gateway !== undefined && found.nhId === undefined
  const left = isOne ? found.hops.filter((hop) => !isHop({ family, oif, gateway }, hop)) : []
  const deleted = left.length > 0 ? { ...found, hops: found.hops.filter((hop) => !left.includes(hop)) } : found
  if (left.length > 0) found.hops = left
  else state.routes.splice(state.routes.indexOf(found), 1)
  state.notify('RTM_DELROUTE', routeMessageOf(deleted, state))
}
