import { AF } from '../../codec/index.js'
import { RT_SCOPE, RT_TABLE, RTN, RTNH_F } from '../../route/index.js'
import { lookUp } from './fib.js'
import { hasIPv6, scopeOf } from './ipv6.js'
import { MIN_MTU_IPV4 } from './kinds.js'
import { refuse } from './refused.js'
import type { Hop, Link, State } from './state.js'

const has = (flags: number, bit: number) => (flags & bit) !== 0

/** Checks an IPv4 next hop, and returns it with its link (`fib_check_nh`). */
export function checkedHop4(state: State, hop: Hop, scope: number): Hop {
  const { oif, gateway, flags } = hop
  const link = state.links.get(oif)
  if (gateway === undefined) {
    if (link === undefined || link.mtu < MIN_MTU_IPV4) refuse('ENODEV')
    if (!link.up) refuse('ENETDOWN', 'Device for nexthop is not up')
    return hop
  }
  if (has(flags, RTNH_F.ONLINK)) {
    if (scope >= RT_SCOPE.LINK) refuse('EINVAL', 'Nexthop has invalid scope')
    if (link === undefined) refuse('ENODEV', 'Nexthop device required for onlink')
    if (!link.up) refuse('ENETDOWN', 'Nexthop device is not up')
    return hop
  }
  if (scope >= RT_SCOPE.LINK) refuse('EINVAL', 'Nexthop has invalid scope')
  const route = lookUp(state, AF.INET, gateway, (each) => {
    const isFar = each.scope < RT_SCOPE.LINK
    const isLookedUp = each.table === RT_TABLE.MAIN || each.table === RT_TABLE.LOCAL
    return isLookedUp && !isFar && (oif === 0 || each.hops.some((hop) => hop.oif === oif))
  })
  if (route === undefined) refuse('ENETUNREACH', 'Nexthop has invalid gateway')
  if (route.type !== RTN.UNICAST && route.type !== RTN.LOCAL) refuse('EINVAL', 'Nexthop has invalid gateway')
  const found = oif || (route.hops[0]?.oif ?? 0)
  // A local address has a route even if its link is down.
  if (state.links.get(found)?.up === false) refuse('ENETDOWN')
  return { ...hop, oif: found }
}

/** Checks an IPv6 next hop, and returns it with its link (`ip6_route_check_nh`). */
export function checkedHop6(state: State, hop: Hop): Hop {
  const { oif, gateway } = hop
  const link: Link | undefined = state.links.get(oif)
  if (oif !== 0 && !(link && hasIPv6(link))) refuse('ENODEV')
  if (gateway === undefined) {
    if (link === undefined) refuse('ENODEV')
    if (!link.up) refuse('ENETDOWN', 'Nexthop device is not up')
    return hop
  }
  const isLocal = state.addresses.some(
    (each) =>
      each.family === AF.INET6 && each.local === gateway && (oif === 0 || each.index === oif || scopeOf(gateway) === 0),
  )
  if (isLocal) refuse('EINVAL', 'Gateway can not be a local address')
  if (scopeOf(gateway) === RT_SCOPE.LINK) {
    if (link === undefined) refuse('EINVAL', 'Egress device not specified')
    if (!link.up) refuse('ENETDOWN', 'Nexthop device is not up')
    return hop
  }
  if (has(hop.flags, RTNH_F.ONLINK)) return hop
  const route = lookUp(state, AF.INET6, gateway, ({ hops }) => oif === 0 || hops.some((each) => each.oif === oif))
  if (route === undefined || route.hops[0]?.gateway !== undefined || route.type !== RTN.UNICAST) refuse('EHOSTUNREACH')
  return { ...hop, oif: oif || (route.hops[0]?.oif ?? 0) }
}
