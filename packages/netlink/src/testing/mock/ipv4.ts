import { AF } from '../../codec/index.js'
import { anyAddress, contains, lastAddress, networkAddress } from '../../ip/index.js'
import { IFA_F, IFF, RT_SCOPE, RT_TABLE, RTN } from '../../route/index.js'
import { addKernelRoute, deleteRoutes, kernelRoute } from './fib.js'
import { MIN_MTU_IPV4 } from './kinds.js'
import { addressMessageOf } from './messages.js'
import { type Address, type Link, type Route, removeWhere, type State } from './state.js'

/** IFNAMSIZ without the terminating NUL */
const LONGEST_NAME = 15

const isSecondary = ({ flags }: Address) => (flags & IFA_F.SECONDARY) !== 0

/** Returns true if two addresses of a link are in the same subnet. */
export const isSameSubnet = (one: Address, other: Address) =>
  one.family === AF.INET &&
  one.index === other.index &&
  one.prefixlen === other.prefixlen &&
  contains({ address: other.peer, length: one.prefixlen }, one.peer)

/** Returns the routes that the kernel creates with an address (`fib_add_ifaddr`), in its order. */
function routesOf(state: State, link: Link, address: Address): Route[] {
  const { index, prefixlen, local, peer, broadcast, flags, priority } = address
  const first = isSecondary(address) ? state.addresses.find((each) => isSameSubnet(each, address)) : address
  const prefsrc = (first ?? address).local
  const own = (type: number, dst: string, length: number, more: Partial<Route> = {}) =>
    kernelRoute(AF.INET, dst, length, index, {
      ...{ type, prefsrc, scope: type === RTN.LOCAL ? RT_SCOPE.HOST : RT_SCOPE.LINK },
      ...{ table: type === RTN.UNICAST ? RT_TABLE.MAIN : RT_TABLE.LOCAL },
      ...more,
    })
  const routes = [own(RTN.LOCAL, local, 32)]
  if (!link.up) return routes
  const toAll = (dst: string) => routes.push(own(RTN.BROADCAST, dst, 32))
  if (broadcast && broadcast !== '255.255.255.255') toAll(broadcast)
  const network = networkAddress({ address: peer, length: prefixlen })
  if (network === anyAddress(AF.INET) || isSecondary(address) || (network === local && prefixlen === 32)) return routes
  const type = (link.fixed & IFF.LOOPBACK) !== 0 ? RTN.LOCAL : RTN.UNICAST
  if ((flags & IFA_F.NOPREFIXROUTE) === 0) routes.push(own(type, network, prefixlen, { priority: priority ?? 0 }))
  if (prefixlen < 31) toAll(lastAddress({ address: peer, length: prefixlen }))
  return routes
}

/** Adds the routes of an address that do not exist yet. */
export function addAddressRoutes(state: State, link: Link, address: Address): void {
  for (const route of routesOf(state, link, address)) addKernelRoute(state, route)
}

/** Inserts an address: primary ones by scope, secondary ones at the end (`__inet_insert_ifa`). */
export function insertAddress({ addresses }: State, address: Address): void {
  const isBefore = (each: Address) =>
    each.family === AF.INET &&
    (each.index < address.index ||
      (each.index === address.index && (isSecondary(address) || (!isSecondary(each) && address.scope <= each.scope))))
  let place = addresses.findIndex((each) => each.family !== AF.INET || each.index >= address.index)
  if (place < 0) place = addresses.length
  for (const [at, each] of addresses.entries()) if (isBefore(each)) place = at + 1
  addresses.splice(place, 0, address)
}

/** Removes an address, and its secondary addresses. With promote_secondaries, the first of these becomes the primary one. */
export function removeAddress(state: State, link: Link, address: Address): void {
  const seconds = isSecondary(address)
    ? []
    : state.addresses.filter((each) => isSecondary(each) && isSameSubnet(each, address))
  if (!link.promotes) {
    removeAll(state, link, [...seconds, address])
    return
  }
  for (const { local } of seconds)
    deleteRoutes(
      state,
      ({ family, type, dst, hops }) =>
        family === AF.INET && type === RTN.LOCAL && dst === local && hops[0]?.oif === link.index,
    )
  removeAll(state, link, [address])
  const [promoted, ...others] = seconds
  if (promoted === undefined) return
  promoted.flags &= ~IFA_F.SECONDARY
  removeWhere(state.addresses, (each) => each === promoted)
  insertAddress(state, promoted)
  state.notify('RTM_NEWADDR', addressMessageOf(promoted, state))
  for (const each of [promoted, ...others]) addAddressRoutes(state, link, each)
}

/** Removes addresses one by one, with their routes. */
function removeAll(state: State, link: Link, addresses: readonly Address[]): void {
  for (const each of addresses) {
    const candidates = routesOf(state, { ...link, up: true }, each)
    removeWhere(state.addresses, (other) => other === each)
    state.notify('RTM_DELADDR', addressMessageOf(each, state))
    const left = state.addresses.filter(({ family, index }) => family === AF.INET && index === link.index)
    const needed = left.flatMap((other) => routesOf(state, link, other))
    const isSame = (one: Route, other: Route) =>
      one.type === other.type && one.table === other.table && one.dst === other.dst && one.dstLen === other.dstLen
    for (const route of candidates) {
      if (needed.some((other) => isSame(other, route))) continue
      deleteRoutes(
        state,
        (other) =>
          other.family === AF.INET &&
          other.protocol === route.protocol &&
          isSame(other, route) &&
          other.hops[0]?.oif === link.index,
      )
    }
    dropRoutesFrom(state, each.local)
    if (left.length === 0) downIPv4(state, link, true)
  }
}

/** Deletes the routes with this source address, unless a link still has it (`fib_sync_down_addr`). */
function dropRoutesFrom(state: State, local: string): void {
  if (state.addresses.some((each) => each.local === local)) return
  deleteRoutes(
    state,
    ({ family, prefsrc, table }) => family === AF.INET && prefsrc === local && table === RT_TABLE.MAIN,
  )
}

/** Renames the labels of a renamed link's addresses. The part after a colon stays (`inetdev_changename`). */
export function renameIPv4(state: State, { index, name }: Link): void {
  const own = state.addresses.filter((each) => each.family === AF.INET && each.index === index)
  for (const [place, address] of own.entries()) {
    const { label = '' } = address
    const colon = label.indexOf(':')
    const suffix = colon < 0 ? `:${place + 1}` : label.slice(colon)
    address.label = place === 0 ? name : name.slice(0, LONGEST_NAME - suffix.length) + suffix
    state.notify('RTM_NEWADDR', addressMessageOf(address, state))
  }
}

/** Handles a link that was set up. */
export function upIPv4(state: State, link: Link): void {
  if (link.mtu < MIN_MTU_IPV4) return
  const own = () => state.addresses.filter(({ family, index }) => family === AF.INET && index === link.index)
  if ((link.fixed & IFF.LOOPBACK) !== 0 && own().length === 0) {
    const address: Address = {
      ...{ family: AF.INET, index: link.index, prefixlen: 8, scope: RT_SCOPE.HOST, flags: IFA_F.PERMANENT },
      ...{ local: '127.0.0.1', peer: '127.0.0.1', label: link.name, broadcast: undefined },
      ...{ priority: undefined, proto: undefined, lifetime: { prefered: 0xffffffff, valid: 0xffffffff } },
      ...{ created: state.clock.now, changed: state.clock.now },
    }
    insertAddress(state, address)
    state.notify('RTM_NEWADDR', addressMessageOf(address, state))
  }
  for (const address of own()) addAddressRoutes(state, link, address)
}

/** Handles a link that was set down or deleted: deletes its routes silently, apart from local ones (`fib_disable_ip`). */
export function downIPv4({ routes }: State, { index }: Link, isDeleted: boolean): void {
  for (const route of [...routes]) {
    // Those of a next hop object are deleted with it.
    if (route.nhId !== undefined || route.family !== AF.INET || !route.hops.some(({ oif }) => oif === index)) continue
    if (!isDeleted && route.scope === RT_SCOPE.HOST) continue
    const left = route.hops.filter(({ oif }) => oif !== index)
    if (left.length === 0) routes.splice(routes.indexOf(route), 1)
    else route.hops = left
  }
}

/** Removes the addresses and routes of a deleted link. */
export function removeIPv4(state: State, link: Link): void {
  for (;;) {
    const address = state.addresses.find(({ family, index }) => family === AF.INET && index === link.index)
    if (address === undefined) break
    removeAddress(state, link, address)
  }
  downIPv4(state, link, true)
}
