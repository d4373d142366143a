import { AF } from '../../codec/index.js'
import { anyAddress, contains, lastAddress, networkAddress } from '../../ip/index.js'
import { IFA_F, IFF, RT_SCOPE, RT_TABLE, RTN } from '../../route/index.js'
import { addOwnRoute, deleteRoutes, ownRoute } from './fib.js'
import { MIN_MTU_IPV4 } from './kinds.js'
import { addressMessageOf } from './messages.js'
import { type Address, type Link, type Route, type State, takeOut } from './state.js'

/** IFNAMSIZ, less its end. */
const LONGEST_NAME = 15

const isSecondary = ({ flags }: Address) => (flags & IFA_F.SECONDARY) !== 0

/** Whether two addresses of a link are of the same subnet. */
export const isSameSubnet = (one: Address, other: Address) =>
  one.family === AF.INET &&
  one.index === other.index &&
  one.prefixlen === other.prefixlen &&
  contains({ address: other.peer, length: one.prefixlen }, one.peer)

/** The routes that come with an address (`fib_add_ifaddr`), in the kernel's order. */
function routesOf(state: State, link: Link, address: Address): Route[] {
  const { index, prefixlen, local, peer, broadcast, flags, priority } = address
  const first = isSecondary(address) ? state.addresses.find((each) => isSameSubnet(each, address)) : address
  const prefsrc = (first ?? address).local
  const own = (type: number, dst: string, length: number, more: Partial<Route> = {}) =>
    ownRoute(AF.INET, dst, length, index, {
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

/** Adds the routes of a link's addresses that are not there yet. */
export function addAddressRoutes(state: State, link: Link, address: Address): void {
  for (const route of routesOf(state, link, address)) addOwnRoute(state, route)
}

/** Puts an address behind the last one of its kind: first ones by scope, others at the end (`__inet_insert_ifa`). */
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

/** Takes an address away, with those that come second to it, and tells. */
export function removeAddress(state: State, link: Link, address: Address): void {
  const seconds = isSecondary(address)
    ? []
    : state.addresses.filter((each) => isSecondary(each) && isSameSubnet(each, address))
  for (const each of [...seconds, address]) {
    const gone = routesOf(state, { ...link, up: true }, each)
    takeOut(state.addresses, (other) => other === each)
    state.tell('RTM_DELADDR', addressMessageOf(each))
    const left = state.addresses.filter(({ family, index }) => family === AF.INET && index === link.index)
    const needed = left.flatMap((other) => routesOf(state, link, other))
    const isSame = (one: Route, other: Route) =>
      one.type === other.type && one.table === other.table && one.dst === other.dst && one.dstLen === other.dstLen
    for (const route of gone) {
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

/** No link has the address any more: routes that send by it are told to be gone (`fib_sync_down_addr`). */
function dropRoutesFrom(state: State, local: string): void {
  if (state.addresses.some((each) => each.local === local)) return
  deleteRoutes(
    state,
    ({ family, prefsrc, table }) => family === AF.INET && prefsrc === local && table === RT_TABLE.MAIN,
  )
}

/** A link has another name: labels follow, but what stands in them behind a colon (`inetdev_changename`). */
export function renameIPv4(state: State, { index, name }: Link): void {
  const own = state.addresses.filter((each) => each.family === AF.INET && each.index === index)
  for (const [place, address] of own.entries()) {
    const { label = '' } = address
    const colon = label.indexOf(':')
    const suffix = colon < 0 ? `:${place + 1}` : label.slice(colon)
    address.label = place === 0 ? name : name.slice(0, LONGEST_NAME - suffix.length) + suffix
    state.tell('RTM_NEWADDR', addressMessageOf(address))
  }
}

/** A link has come up. */
export function upIPv4(state: State, link: Link): void {
  if (link.mtu < MIN_MTU_IPV4) return
  const own = () => state.addresses.filter(({ family, index }) => family === AF.INET && index === link.index)
  if ((link.fixed & IFF.LOOPBACK) !== 0 && own().length === 0) {
    const address: Address = {
      ...{ family: AF.INET, index: link.index, prefixlen: 8, scope: RT_SCOPE.HOST, flags: IFA_F.PERMANENT },
      ...{ local: '127.0.0.1', peer: '127.0.0.1', label: link.name, broadcast: undefined },
      ...{ priority: undefined, proto: undefined, lifetime: { prefered: 0xffffffff, valid: 0xffffffff } },
    }
    insertAddress(state, address)
    state.tell('RTM_NEWADDR', addressMessageOf(address))
  }
  for (const address of own()) addAddressRoutes(state, link, address)
}

/** A link has gone down or away: what leads through it goes without a word, but what is local (`fib_disable_ip`). */
export function downIPv4({ routes }: State, { index }: Link, isGone: boolean): void {
  for (const route of [...routes]) {
    if (route.family !== AF.INET || !route.hops.some(({ oif }) => oif === index)) continue
    if (!isGone && route.scope === RT_SCOPE.HOST) continue
    const left = route.hops.filter(({ oif }) => oif !== index)
    if (left.length === 0) routes.splice(routes.indexOf(route), 1)
    else route.hops = left
  }
}

/** A link goes away with its addresses. */
export function removeIPv4(state: State, link: Link): void {
  for (;;) {
    const address = state.addresses.find(({ family, index }) => family === AF.INET && index === link.index)
    if (address === undefined) break
    removeAddress(state, link, address)
  }
  downIPv4(state, link, true)
}
