import { AF } from '../../codec/index.js'
import { NLM_F_NEW } from '../../message/index.js'
import { RT_SCOPE, RTN, RTNH_F } from '../../route/index.js'
import { deleteRoutes } from './fib.js'
import { routeMessageOf } from './messages.js'
import { refuse } from './refused.js'
import { type Hop, type Nexthop, type Route, removeWhere, type State } from './state.js'

/** The index of lo, the link of blackhole next hops */
const LOOPBACK = 1

const hopOf = ({ oif, gateway, flags }: Nexthop, weight: number): Hop => ({
  ...{ oif: oif ?? LOOPBACK, gateway, hops: weight, flags },
})

const byId = ({ nexthops }: State, id: number | undefined) => nexthops.find((each) => each.id === id)

/** Returns the next hops of an object: its own, or those of its members. */
function hopsOf(state: State, nexthop: Nexthop): Hop[] {
  if (nexthop.group === undefined) return [hopOf(nexthop, 0)]
  return nexthop.group.flatMap(({ id, weight }) => {
    const member = byId(state, id)
    return member ? [hopOf(member, weight)] : []
  })
}

/** Returns true if a next hop, or the only member of a group, drops packets. */
function isBlackhole(state: State, nexthop: Nexthop): boolean {
  const [first, second] = nexthop.group ?? []
  return first && second === undefined ? byId(state, first.id)?.blackhole === true : nexthop.blackhole
}

/** Refuses a route of a smaller scope than its next hop allows (`nexthop_check_scope`). */
function checkScope(nexthop: Nexthop | undefined, scope: number): void {
  if (scope === RT_SCOPE.HOST && nexthop?.gateway !== undefined)
    refuse('EINVAL', 'Route with host scope can not have a gateway')
  if (((nexthop?.flags ?? 0) & RTNH_F.ONLINK) !== 0 && scope >= RT_SCOPE.LINK)
    refuse('EINVAL', 'Scope mismatch with nexthop')
}

/** Returns what a route gets from its next hop object. @throws {Refused} if it cannot use it */
export function fromNexthop(
  state: State,
  { family, scope, type }: Pick<Route, 'family' | 'scope' | 'type'>,
  id: number,
) {
  const nexthop = byId(state, id)
  if (nexthop === undefined) refuse('EINVAL', 'Nexthop id does not exist')
  const members = (nexthop.group ?? [{ id }]).map((each) => byId(state, each.id))
  if (family === AF.INET6) {
    if (members.some((each) => each?.family === AF.INET)) refuse('EINVAL', 'IPv6 routes can not use an IPv4 nexthop')
  } else {
    if (nexthop.group && scope === RT_SCOPE.HOST)
      refuse('EINVAL', 'Route with host scope can not have multiple nexthops')
    checkScope(members[0], scope)
  }
  return {
    hops: hopsOf(state, nexthop),
    isGroup: nexthop.group !== undefined,
    type: isBlackhole(state, nexthop) ? RTN.BLACKHOLE : type,
  }
}

/**
 * Updates the routes of a next hop object after a change. If it does not exist any more, they are deleted, IPv4 ones silently
 * (`__remove_nexthop_fib`). `notifies`: whether changed routes are announced.
 */
export function updateRoutesOf(state: State, id: number, notifies: boolean): void {
  const nexthop = byId(state, id)
  if (nexthop === undefined) {
    removeWhere(state.routes, (each) => each.family === AF.INET && each.nhId === id)
    deleteRoutes(state, (each) => each.nhId === id)
    return
  }
  const users = [
    nexthop.id,
    ...state.nexthops.flatMap(({ id: own, group }) => (group?.some((each) => each.id === id) ? own : [])),
  ]
  for (const route of state.routes) {
    const used = users.includes(route.nhId ?? 0) ? byId(state, route.nhId) : undefined
    if (used === undefined) continue
    route.hops = hopsOf(state, used)
    if (notifies) state.notify('RTM_NEWROUTE', routeMessageOf(route, state), NLM_F_NEW.REPLACE)
  }
}
