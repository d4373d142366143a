import { AF } from '../../codec/index.js'
import { removeIPv4 } from './ipv4.js'
import { downIPv6 } from './ipv6.js'
import { flushNeighbours } from './neighbours.js'
import type { Link, State } from './state.js'

/** Removes IPv4 from a link whose MTU is too small for it (`inetdev_destroy`). */
export function dropIPv4(state: State, link: Link): void {
  removeIPv4(state, link)
  flushNeighbours(state, link, true, AF.INET)
}

/** Removes IPv6 from a link whose MTU is too small for it (`addrconf_ifdown`). */
export function dropIPv6(state: State, link: Link): void {
  downIPv6(state, link)
  flushNeighbours(state, link, true, AF.INET6)
}
