import { IFF } from '../../route/index.js'
import { readyIPv6 } from './ipv6.js'
import { MIN_MTU_IPV4, MIN_MTU_IPV6 } from './kinds.js'
import { linkMessageOf } from './messages.js'
import { dropIPv4, dropIPv6 } from './protocols.js'
import type { Link, State } from './state.js'

/** ETH_DATA_LEN, linux/if_ether.h: the MTU of a bridge that has no ports. */
const MTU_OF_ETHERNET = 1500

const NO_ADDRESS = '00:00:00:00:00:00'

const tell = (state: State, link: Link) => state.tell('RTM_NEWLINK', linkMessageOf(link, state))

/** Sets a link's MTU, and tells; addresses and other links follow (NETDEV_CHANGEMTU). */
export function setMtu(state: State, link: Link, mtu: number): void {
  if (mtu === link.mtu) return
  const had = link.mtu
  link.mtu = mtu
  tell(state, link)
  if (mtu < MIN_MTU_IPV6) dropIPv6(state, link)
  // lo keeps what it has of IPv6, without an address, until it comes up again.
  else if (had < MIN_MTU_IPV6 && link.up && link.carrier && (link.fixed & IFF.LOOPBACK) === 0) readyIPv6(state, link)
  if (mtu < MIN_MTU_IPV4) dropIPv4(state, link)
  for (const above of state.links.values())
    if (isStacked(above) && above.lower === link.index && above.mtu > mtu) setMtu(state, above, mtu)
  followPorts(state, link.master)
}

/** Sets a link's MAC address, and tells; the bridge that it is a port of follows (NETDEV_CHANGEADDR). */
export function setAddress(state: State, link: Link, address: string): void {
  link.address = address
  tell(state, link)
  followPorts(state, link.master)
}

/** Whether a link's MTU is at most that of the link below it. */
export const isStacked = ({ kind }: Link) => kind === 'macvlan' || kind === 'vlan'

/**
 * A bridge takes the smallest MTU of its ports (`br_mtu_auto_adjust`) and the lowest of their MAC addresses
 * (`br_stp_recalculate_bridge_id`), unless somebody has set it.
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
