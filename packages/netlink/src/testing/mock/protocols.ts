import { AF } from '../../codec/index.js'
import { removeIPv4 } from './ipv4.js'
import { downIPv6 } from './ipv6.js'
import { flushNeighbours } from './neighbours.js'
import type { Link, State } from './state.js'

/** A link has become too small for IPv4 (`inetdev_destroy`). */
export function dropIPv4(state: State, link: Link): void {
  removeIPv4(state, link)
  flushNeighbours(state, link, true, AF.INET)
}

/** A link has become too small for IPv6 (`addrconf_ifdown`). */
export function dropIPv6(state: State, link: Link): void {
  downIPv6(state, link)
  flushNeighbours(state, link, true, AF.INET6)
}
