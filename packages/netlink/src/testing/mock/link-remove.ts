import { IFF } from '../../route/index.js'
import { setDown, settleCarriers } from './carrier.js'
import { removeIPv4 } from './ipv4.js'
import { downIPv6 } from './ipv6.js'
import { release } from './link-change.js'
import { followPorts, isStacked } from './link-follow.js'
import { ALL_CHANGED, linkMessageOf } from './messages.js'
import { flushNeighbours } from './neighbours.js'
import { flushNexthops } from './nexthops.js'
import { dropQdiscs } from './qdiscs.js'
import type { Link, State } from './state.js'

/** Removes a link, the other end of its pair, and all links on top of it. */
export function removeLinks(state: State, link: Link): void {
  const { links } = state
  const isPair = link.kind === 'veth'
  const peer = isPair ? links.get(link.lower ?? 0) : undefined
  const ends = peer ? [link, peer] : [link]
  const above = [...links.values()].filter(
    (each) => !ends.includes(each) && ends.some(({ index }) => each.lower === index),
  )
  const gone = [...above, ...ends]
  if (isPair) for (const each of ends) each.lower = 0
  setDown(
    state,
    gone.filter(({ up }) => up),
    IFF.UP | IFF.RUNNING,
  )
  for (const each of gone) {
    // A link that is being removed is not announced any more.
    const { master } = each
    each.master = undefined
    if (!gone.some(({ index }) => index === master)) followPorts(state, master)
    settleCarriers(state)
    for (const port of links.values()) if (port.master === each.index) release(state, port)
    removeIPv4(state, each)
    downIPv6(state, each)
    flushNeighbours(state, each, true)
    flushNexthops(state, each)
    dropQdiscs(state, each)
    links.delete(each.index)
    each.qdisc = 'noop'
    state.notify('RTM_DELLINK', linkMessageOf(each, state, ALL_CHANGED))
    const below = isStacked(each) ? links.get(each.lower ?? 0) : undefined
    if (below && !gone.includes(below)) state.notify('RTM_NEWLINK', linkMessageOf(below, state))
  }
}
