import { IFF } from '../../route/index.js'
import { readyIPv6 } from './ipv6.js'
import { MIN_MTU_IPV4, MIN_MTU_IPV6 } from './kinds.js'
import { linkMessageOf } from './messages.js'
import { dropIPv4, dropIPv6 } from './mtu-limits.js'
import type { Link, State } from './state.js'

/** ETH_DATA_LEN, linux/if_ether.h: the MTU of a bridge without ports */
const MTU_OF_ETHERNET = 1500

const NO_ADDRESS = '00:00:00:00:00:00'

const notify = (state: State, link: Link) => state.notify('RTM_NEWLINK', linkMessageOf(link, state))

/** Sets the MTU of a link, and updates addresses and other links (NETDEV_CHANGEMTU). */
export function setMtu(state: State, link: Link, mtu: number): void {
  if (mtu === link.mtu) return
  const before = link.mtu
  link.mtu = mtu
  notify(state, link)
  if (mtu < MIN_MTU_IPV6) dropIPv6(state, link)
  // lo keeps IPv6 without an address until it is set up again.
  else if (before < MIN_MTU_IPV6 && link.up && link.carrier && (link.fixed & IFF.LOOPBACK) === 0) readyIPv6(state, link)
  if (mtu < MIN_MTU_IPV4) dropIPv4(state, link)
  for (const above of state.links.values())
    if (isStacked(above) && above.lower === link.index && above.mtu > mtu) setMtu(state, above, mtu)
  followPorts(state, link.master)
}

/** Sets the MAC address of a link, and updates its bridge (NETDEV_CHANGEADDR). */
export function setAddress(state: State, link: Link, address: string): void {
  link.address = address
  notify(state, link)
  followPorts(state, link.master)
}

/** Returns true if the MTU of a link cannot exceed that of its lower link. */
export const isStacked = ({ kind }: Link) => kind === 'macvlan' || kind === 'vlan'

/**
 * Updates a bridge from its ports: it has the smallest MTU (`br_mtu_auto_adjust`) and the lowest MAC address
 * (`br_stp_recalculate_bridge_id`), unless a request has set them.
 */
export function followPorts(state: State, index: number | undefined): void {
  const bridge = state.links.get(index ?? 0)
  if (bridge === undefined) return
  const ports = [...state.links.values()].filter(({ master }) => master === bridge.index)
  if (!bridge.isAddressSet) {
    const [lowest = NO_ADDRESS] = ports.map(({ address }) => address).sort()
    if (lowest !== bridge.address) setAddress(state, bridge, lowest)
  }
  if (!bridge.isMtuSet)
    setMtu(state, bridge, ports.length === 0 ? MTU_OF_ETHERNET : Math.min(...ports.map(({ mtu }) => mtu)))
}
