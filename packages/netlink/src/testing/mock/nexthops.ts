import { AF } from '../../codec/index.js'
import { NLM_F_NEW } from '../../message/index.js'
import type { NexthopMessage } from '../../route/index.js'
import { nexthopMessageOf } from './messages.js'
import { checkedNexthop } from './nexthop-check.js'
import { updateRoutesOf } from './nexthop-routes.js'
import { checkModelled, refuse } from './refused.js'
import type { Link, Nexthop, State } from './state.js'

const has = (flags: number, bit: number) => (flags & bit) !== 0

/** Handles RTM_NEWNEXTHOP. Notifications have the flags of the request. */
export function newNexthop(state: State, message: NexthopMessage, flags: number): void {
  const isReplacing = has(flags, NLM_F_NEW.REPLACE)
  const { id = 0 } = message.attrs
  const checked = checkedNexthop(state, message)
  if (isReplacing && id === 0) refuse('EINVAL', 'Replace requires nexthop id')
  const nexthop: Nexthop = { ...checked, id: id || freeId(state) }
  const found = state.nexthops.find((each) => each.id === id)
  if (found && !isReplacing) refuse('EEXIST')
  if (found) {
    checkReplacement(state, found, nexthop)
    state.nexthops.splice(state.nexthops.indexOf(found), 1, nexthop)
  } else {
    if (isReplacing && !has(flags, NLM_F_NEW.CREATE))
      refuse('ENOENT', 'Replace specified without create and no entry exists')
    const later = state.nexthops.findIndex((each) => each.id > nexthop.id)
    state.nexthops.splice(later < 0 ? state.nexthops.length : later, 0, nexthop)
  }
  state.notify('RTM_NEWNEXTHOP', nexthopMessageOf(nexthop), flags)
  if (found) updateRoutesOf(state, nexthop.id, true)
}

/** Refuses to replace a next hop by one that its groups or routes cannot use (`replace_nexthop`). */
function checkReplacement({ nexthops, routes }: State, found: Nexthop, nexthop: Nexthop): void {
  if (found.group === undefined && nexthop.group) refuse('EINVAL', 'Can not replace a nexthop with a nexthop group.')
  if (found.group && nexthop.group === undefined) refuse('EINVAL', 'Can not replace a nexthop group with a nexthop.')
  const members = nexthop.group?.map((each) => nexthops.find(({ id }) => id === each.id)) ?? [nexthop]
  const isUsed6 = routes.some((each) => each.family === AF.INET6 && each.nhId === found.id)
  if (isUsed6 && members.some((each) => each?.family === AF.INET))
    refuse('EINVAL', 'IPv6 routes can not use an IPv4 nexthop')
  const isShared = nexthops.some(({ group = [] }) => group.length > 1 && group.some(({ id }) => id === found.id))
  if (nexthop.blackhole && isShared)
    refuse('EINVAL', 'Blackhole nexthop can not be a member of a group with more than one path')
}

/** Returns the next unused ID (`nh_find_unused_id`). */
function freeId({ nexthops, lastNexthop }: State): number {
  do lastNexthop.value++
  while (nexthops.some(({ id }) => id === lastNexthop.value))
  return lastNexthop.value
}

/** Returns the next hop that a request names. Refuses a request without an ID. */
function named({ nexthops }: State, { attrs }: NexthopMessage, request: string): Nexthop {
  checkModelled(attrs, request, ['id', 'opFlags'])
  if (attrs.id === undefined) refuse('EINVAL', 'Nexthop id is missing')
  if (attrs.id === 0) refuse('EINVAL', 'Invalid nexthop id')
  const found = nexthops.find(({ id }) => id === attrs.id)
  if (found === undefined) refuse('ENOENT')
  return found
}

/** Handles RTM_DELNEXTHOP. */
export const deleteNexthop = (state: State, message: NexthopMessage, flags: number): void =>
  remove(state, named(state, message, 'RTM_DELNEXTHOP'), flags)

/**
 * Removes a next hop with its routes, from its groups, and groups without a member. `flags` are those of the notifications; without
 * them, only IPv6 routes are announced (`remove_nexthop`).
 */
function remove(state: State, nexthop: Nexthop, flags: number | undefined): void {
  const { nexthops } = state
  if (flags !== undefined) state.notify('RTM_DELNEXTHOP', nexthopMessageOf(nexthop), flags)
  nexthops.splice(nexthops.indexOf(nexthop), 1)
  updateRoutesOf(state, nexthop.id, false)
  for (const each of [...nexthops]) {
    if (!each.group?.some(({ id }) => id === nexthop.id)) continue
    const group = each.group.filter(({ id }) => id !== nexthop.id)
    if (group.length === 0) {
      remove(state, each, flags)
      continue
    }
    each.group = group
    if (flags !== undefined) state.notify('RTM_NEWNEXTHOP', nexthopMessageOf(each), flags)
    updateRoutesOf(state, each.id, false)
  }
}

/** Removes the next hops of a link that is down or has no carrier, without a notification (`nexthop_flush_dev`). */
export function flushNexthops(state: State, { index }: Link): void {
  for (const each of [...state.nexthops])
    if (each.oif === index && state.nexthops.includes(each)) remove(state, each, undefined)
}

/** Handles RTM_GETNEXTHOP. */
export const getNexthop = (state: State, message: NexthopMessage): object[] => [
  nexthopMessageOf(named(state, message, 'RTM_GETNEXTHOP')),
]

/** Handles a dump of RTM_GETNEXTHOP. */
export function dumpNexthops(state: State, { family, attrs, scope, protocol, flags }: NexthopMessage): object[] {
  if (scope !== 0 || protocol !== 0 || flags !== 0)
    refuse('EINVAL', 'Invalid values in header for nexthop dump request')
  checkModelled(attrs, 'RTM_GETNEXTHOP', ['oif', 'master', 'groups', 'opFlags'])
  const { oif, master, groups } = attrs
  const isPort = (index: number | undefined) => state.links.get(index ?? 0)?.master === master
  return state.nexthops
    .filter((each) => !groups || each.group !== undefined)
    .filter((each) => !oif || each.oif === oif)
    .filter((each) => !master || isPort(each.oif))
    .filter((each) => !family || each.family === family)
    .map(nexthopMessageOf)
}
