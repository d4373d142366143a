import { AF, parseAddress } from '../../codec/index.js'
import { contains, linkLocalAddress, networkAddress } from '../../ip/index.js'
import { IFA_F, IFF, RT_SCOPE, RT_TABLE, RTN } from '../../route/index.js'
import { addKernelRoute, deleteRoutes, kernelRoute } from './fib.js'
import { MIN_MTU_IPV6 } from './kinds.js'
import { addressMessageOf } from './messages.js'
import { type Address, type Link, removeWhere, type State } from './state.js'

/** IP6_RT_PRIO_ADDRCONF, net/ip6_route.h */
const PRIORITY_OF_PREFIX = 256

/** IFAPROT_KERNEL_*, linux/if_addr.h */
const IFAPROT = { KERNEL_LO: 1, KERNEL_LL: 3 } as const

const forEver = { prefered: 0xffffffff, valid: 0xffffffff }

/** Returns the scope of an address, RT_SCOPE_*. The kernel sorts the addresses of a link by it (`ipv6_link_dev_addr`). */
export function scopeOf(address: string): number {
  const bytes = parseAddress(address)
  if (address === '::1') return RT_SCOPE.HOST
  if (bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80) return RT_SCOPE.LINK
  if (bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0xc0) return RT_SCOPE.SITE
  return RT_SCOPE.UNIVERSE
}

/** Returns true if a link has IPv6. lo has it with any MTU. */
export const hasIPv6 = ({ mtu, fixed }: Link) => mtu >= MIN_MTU_IPV6 || (fixed & IFF.LOOPBACK) !== 0

const isOf =
  ({ index }: Link) =>
  (address: Address) =>
    address.family === AF.INET6 && address.index === index

/** Adds the route to the prefix of an address, if it has one. */
function addPrefixRoute(state: State, link: Link, { flags, local, peer, prefixlen, priority, proto }: Address): void {
  if (!link.up || proto === IFAPROT.KERNEL_LO || (flags & IFA_F.NOPREFIXROUTE) !== 0) return
  const more = { priority: priority || PRIORITY_OF_PREFIX }
  const route = (dst: string, length: number) => kernelRoute(AF.INET6, dst, length, link.index, more)
  if (peer !== local) addKernelRoute(state, route(local, 128))
  addKernelRoute(state, route(networkAddress({ address: peer, length: prefixlen }), prefixlen))
}

const localRoute = ({ index, local }: Address) =>
  kernelRoute(AF.INET6, local, 128, index, { table: RT_TABLE.LOCAL, type: RTN.LOCAL })

/** Adds an address, without duplicate address detection (`accept_dad` 0). */
export function addAddress6(state: State, link: Link, address: Address): void {
  const { addresses } = state
  const place = addresses.findIndex(
    (each) =>
      each.family === AF.INET6 &&
      (each.index > address.index || (each.index === address.index && each.scope >= address.scope)),
  )
  addresses.splice(place < 0 ? addresses.length : place, 0, address)
  addPrefixRoute(state, link, address)
  state.notify('RTM_NEWADDR', addressMessageOf(address, state))
  addKernelRoute(state, localRoute(address))
}

/** Removes an address. */
export function removeAddress6(state: State, { index }: Link, address: Address): void {
  removeWhere(state.addresses, (each) => each === address)
  state.notify('RTM_DELADDR', addressMessageOf(address, state))
  deleteRoutes(
    state,
    ({ family, type, dst, hops }) =>
      family === AF.INET6 && type === RTN.LOCAL && dst === address.local && hops[0]?.oif === index,
  )
  const { peer, prefixlen, flags } = address
  const isNeeded = state.addresses.some(
    (each) =>
      each.index === index &&
      each.family === AF.INET6 &&
      each.prefixlen === prefixlen &&
      contains({ address: peer, length: prefixlen }, each.peer),
  )
  if (isNeeded || (flags & IFA_F.NOPREFIXROUTE) !== 0) return
  const network = networkAddress({ address: peer, length: prefixlen })
  deleteRoutes(
    state,
    ({ family, type, dst, dstLen, hops, protocol }) =>
      family === AF.INET6 &&
      type === RTN.UNICAST &&
      dst === network &&
      dstLen === prefixlen &&
      protocol === 2 &&
      hops[0]?.oif === index,
  )
}

/** Handles a link that was set up: adds the routes of the addresses that it kept. */
export function upIPv6(state: State, link: Link): void {
  if (link.mtu < MIN_MTU_IPV6) return
  for (const address of state.addresses.filter(isOf(link))) addPrefixRoute(state, link, address)
}

/** Handles a link that is up and has a carrier: adds the addresses that the kernel creates. */
export function readyIPv6(state: State, link: Link): void {
  if (link.mtu < MIN_MTU_IPV6) return
  const own = (local: string, prefixlen: number, proto: number): Address => ({
    ...{ family: AF.INET6, index: link.index, prefixlen, scope: scopeOf(local), flags: IFA_F.PERMANENT },
    ...{ local, peer: local, label: undefined, broadcast: undefined, priority: undefined, proto, lifetime: forEver },
    ...{ created: state.clock.now, changed: state.clock.now },
  })
  const isThere = (local: string) => state.addresses.some((each) => isOf(link)(each) && each.local === local)
  if ((link.fixed & IFF.LOOPBACK) !== 0) {
    if (!isThere('::1')) addAddress6(state, link, own('::1', 128, IFAPROT.KERNEL_LO))
    return
  }
  const multicast = { table: RT_TABLE.LOCAL, type: RTN.MULTICAST, priority: PRIORITY_OF_PREFIX }
  addKernelRoute(state, kernelRoute(AF.INET6, 'ff00::', 8, link.index, multicast))
  const linkLocal = linkLocalAddress(link.address)
  if (!isThere(linkLocal)) addAddress6(state, link, own(linkLocal, 64, IFAPROT.KERNEL_LL))
}

/** Handles a link that was set down: deletes its routes, each with a notification, then its addresses (`addrconf_ifdown`). */
export function downIPv6(state: State, link: Link): void {
  for (const route of state.routes) {
    if (route.family !== AF.INET6 || route.hops.length < 2 || route.nhId !== undefined) continue
    const [gone, left] = [true, false].map((is) => route.hops.filter(({ oif }) => (oif === link.index) === is))
    if (!gone?.length || !left?.length) continue
    route.hops = left
  }
  deleteRoutes(state, ({ family, hops, type, nhId }) => {
    const isRefusal = type === RTN.UNREACHABLE || type === RTN.BLACKHOLE || type === RTN.PROHIBIT
    return family === AF.INET6 && !isRefusal && nhId === undefined && hops.some(({ oif }) => oif === link.index)
  })
  for (const address of removeWhere(state.addresses, isOf(link)))
    state.notify('RTM_DELADDR', addressMessageOf(address, state))
}
