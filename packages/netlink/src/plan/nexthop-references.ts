import type { Operation } from '../api/run/operation.js'
import { AF } from '../codec/index.js'
import type { NexthopMessage, RouteMessage } from '../route/index.js'
import { LinkStates } from './link-carrier.js'
import type { PlannedLinks } from './planned-link.js'
import type { ObjectDraft, Planning } from './planning.js'

/** Next hops by ID, as they will be after a plan. */
type Nexthops = ReadonlyMap<number, NexthopMessage>

const isNexthop = ({ object }: ObjectDraft) => object === 'nexthop'
const idOf = ({ message }: ObjectDraft) => (message as NexthopMessage).attrs.id ?? 0

/**
 * Reports groups and routes that the kernel refuses because of the next hops that they refer to, and blackholes without lo:
 * `nh_check_attr_group` and `nh_create_ipv4` in net/ipv4/nexthop.c, `fib6_check_nexthop`, `fib_check_nexthop`.
 */
export function* reportNexthopUses(
  planning: Planning,
  links: PlannedLinks,
  drafts: readonly ObjectDraft[],
): Operation<void> {
  const added = drafts.filter(({ verb }) => verb !== 'remove')
  reportBlackholes(planning, links, added)
  const groups = added.filter((each) => isNexthop(each) && (each.message as NexthopMessage).attrs.group !== undefined)
  const routes = added.filter(
    ({ object, message }) => object === 'route' && (message as RouteMessage).attrs.nhId !== undefined,
  )
  if (groups.length + routes.length === 0) return
  const { snapshot } = planning
  const nexthops = new Map<number, NexthopMessage>()
  for (const message of yield* snapshot.through(snapshot.nexthops())) nexthops.set(message.attrs.id ?? 0, message)
  for (const each of added.filter(isNexthop)) nexthops.set(idOf(each), each.message as NexthopMessage)
  for (const each of groups) reportGroup(planning, nexthops, each)
  for (const each of routes) reportRoute(planning, nexthops, each)
}

/** Index of lo, the link of blackholes. */
const LOOPBACK = 1

function reportBlackholes(planning: Planning, links: PlannedLinks, added: readonly ObjectDraft[]): void {
  const isNew = (each: ObjectDraft) =>
    isNexthop(each) && each.verb === 'add' && (each.message as NexthopMessage).attrs.blackhole
  const blackholes = added.filter(isNew)
  const lo = planning.snapshot.indexed(LOOPBACK)
  if (blackholes.length === 0 || lo?.up !== false || new LinkStates(planning.snapshot, links).isUp(LOOPBACK)) return
  for (const { path } of blackholes)
    planning.conflict(
      'reference',
      `${path}.blackhole`,
      `expected ${lo.name} to be up, as the kernel requires for a blackhole`,
    )
}

function reportGroup(planning: Planning, nexthops: Nexthops, draft: ObjectDraft): void {
  const { attrs } = draft.message as NexthopMessage
  const ids = (attrs.group ?? []).map(({ id }) => id)
  for (const [at, id] of ids.entries()) {
    const path = `${draft.path}.group[${at}].id`
    const member = nexthops.get(id)?.attrs
    if (id === attrs.id) planning.conflict('cycle', path, `expected another next hop than the group itself, got ${id}`)
    else if (ids.indexOf(id) < at)
      planning.conflict('duplicate', path, `expected each next hop once in a group, got ${id} again`)
    else if (member?.group !== undefined)
      planning.conflict('refused', path, `expected a next hop that is no group, got ${id}`)
    else if (member?.blackhole && ids.length > 1)
      planning.conflict('refused', path, `expected no other next hop in the group of a blackhole, got ${ids.length}`)
    else if (member && isFdb(member) !== isFdb(attrs))
      planning.conflict('refused', path, `expected a next hop ${isFdb(attrs) ? 'with' : 'without'} fdb, got ${id}`)
  }
}

const isFdb = ({ fdb }: NexthopMessage['attrs']) => fdb === true

function reportRoute(planning: Planning, nexthops: Nexthops, { path, message }: ObjectDraft): void {
  const { family, attrs } = message as RouteMessage
  const found = nexthops.get(Number(attrs.nhId))
  if (found === undefined) return
  const members = found.attrs.group?.map(({ id }) => nexthops.get(id)) ?? [found]
  if (isFdb(found.attrs))
    planning.conflict('refused', `${path}.nexthop`, `expected a next hop without fdb, got ${attrs.nhId}`)
  else if (family === AF.INET6 && members.some((each) => each?.family === AF.INET))
    planning.conflict('refused', `${path}.nexthop`, `expected a next hop of family inet6, got ${attrs.nhId}`)
}
