import { IFF } from '../../route/index.js'
import { downIPv4, upIPv4 } from './ipv4.js'
import { downIPv6, readyIPv6, upIPv6 } from './ipv6.js'
import { IF_OPER, linkMessageOf } from './messages.js'
import { flushNeighbours } from './neighbours.js'
import { flushNexthops } from './nexthops.js'
import type { Link, State } from './state.js'

/** Returns true if a link has a carrier. */
export function hasCarrier(link: Link, { links }: State): boolean {
  const { kind, up, lower, index } = link
  const below = lower === undefined ? undefined : links.get(lower)
  if (kind === 'veth') return up && below?.up === true
  if (kind === 'bridge')
    return up && [...links.values()].some((each) => each.master === index && each.up && each.carrier)
  if (kind === 'vlan' || kind === 'macvlan') return below?.up === true && below.carrier
  return true
}

/** Returns the operational state of a link, from its carrier (`default_operstate`). */
export function operstateOf({ carrier, lower, index }: Link): number {
  if (carrier) return IF_OPER.UP
  return lower !== undefined && lower !== index ? IF_OPER.LOWERLAYERDOWN : IF_OPER.DOWN
}

/** Updates all carriers, including those of stacked links. Returns the links whose carrier changed. */
function updateCarriers(state: State): Set<Link> {
  const changed = new Set<Link>()
  for (let more = true; more; ) {
    more = false
    for (const link of state.links.values()) {
      const carrier = hasCarrier(link, state)
      if (carrier === link.carrier) continue
      link.carrier = carrier
      changed.add(link)
      more = true
    }
  }
  return changed
}

/** Updates the state of links whose carrier changed, and everything that depends on it. The kernel does this later (`linkwatch_do_dev`). */
function applyCarriers(state: State, changed: Iterable<Link>): void {
  for (const link of changed) {
    link.operstate = operstateOf(link)
    if (link.up) link.linkdown = !link.carrier
    if (!link.up || !state.links.has(link.index)) continue
    state.notify('RTM_NEWLINK', linkMessageOf(link, state))
    if (link.carrier) readyIPv6(state, link)
    else {
      flushNeighbours(state, link, false)
      flushNexthops(state, link)
    }
  }
}

/** Updates all carriers after a change, and sends notifications. */
export const settleCarriers = (state: State): void => applyCarriers(state, updateCarriers(state))

/** Sets a link up. `change`: the changed flags of the notification. */
export function setUp(state: State, link: Link, change: number = IFF.UP): void {
  link.up = true
  if (link.qdisc === 'noop') link.qdisc = link.defaultQdisc
  const changed = updateCarriers(state)
  link.linkdown = !link.carrier
  state.notify('RTM_NEWLINK', linkMessageOf(link, state, change))
  upIPv4(state, link)
  upIPv6(state, link)
  if (link.carrier) readyIPv6(state, link)
  // The state of a link that was created without a carrier is unknown until now.
  if (!link.carrier && link.operstate === IF_OPER.UNKNOWN) changed.add(link)
  applyCarriers(state, changed)
}

/** Sets several links down. `change`: the changed flags of the notifications. */
export function setDown(state: State, links: readonly Link[], change: number = IFF.UP): void {
  for (const link of links) link.up = false
  const changed = updateCarriers(state)
  for (const link of links) {
    state.notify('RTM_NEWLINK', linkMessageOf(link, state, change))
    downIPv4(state, link, false)
    downIPv6(state, link)
    flushNeighbours(state, link, true)
    flushNexthops(state, link)
  }
  applyCarriers(state, changed)
}
