import type { AddressMessage, Connection, RouteMessage } from '@netloom/netlink'
import { anyAddress, contains, formatPrefix, networkOf } from '@netloom/netlink/ip'
import { RT_TABLE, RTN } from '@netloom/netlink/route'
import { kernelCall } from '../cni/error.js'
import { AF_INET, AF_INET6, type Family } from '../cni/prefix.js'
import type { Result } from '../cni/result.js'
import type { Address, Interface, Route } from '../cni/result-parts.js'
import { gatewayOf, tableOf } from './configure.js'
import type { Link } from './links.js'
import { propertiesDiffer } from './route-properties.js'
import { tablesInUse } from './rules.js'

/** Returns the addresses in the previous result that belong to our interface, or to no interface. */
function ownAddresses({ ips, interfaces }: Result, entry: Interface): Address[] {
  const index = interfaces.indexOf(entry)
  return ips.filter(({ interface: on }) => on === undefined || on === index)
}

/** Lists the addresses of the device with the lengths of their prefixes. */
function addressesOn(nl: Connection, link: Link): string[] {
  const all: AddressMessage[] = kernelCall('failed to list addresses', () => nl.dumpSync('RTM_GETADDR', {}))
  return all
    .filter(({ index }) => index === link.index)
    .map(({ prefixlen, attrs }) => `${attrs.local ?? attrs.address}/${prefixlen}`)
}

/** Returns a description of each of our addresses that the device has, although the guest should have it: `ipOn: guest`. */
export function guestAddressDifferences(nl: Connection, link: Link, previous: Result, entry: Interface): string[] {
  const wanted = ownAddresses(previous, entry).map(({ address }) => formatPrefix(address))
  if (wanted.length === 0) return []
  return addressesOn(nl, link)
    .filter((address) => wanted.includes(address))
    .map((address) => `expected address ${address} in the guest only, found it on the device`)
}

/** Returns a description of each of our addresses that the device lacks. The prefix length must be the same. */
export function addressDifferences(nl: Connection, link: Link, previous: Result, entry: Interface): string[] {
  const wanted = ownAddresses(previous, entry).map(({ address }) => address)
  if (wanted.length === 0) return []
  const present = addressesOn(nl, link)
  return wanted
    .map(formatPrefix)
    .filter((address) => !present.includes(address))
    .map((address) => `expected address ${address}, found ${present.join(', ') || 'none'}`)
}

/**
 * Returns a description of each route in the previous result that is missing or different. Our routes must use the device. A
 * route of the main table may be in any table that a rule looks up, because the plugin `sbr` moves the routes of an interface to
 * such a table.
 */
export function routeDifferences(nl: Connection, link: Link, previous: Result, entry: Interface): string[] {
  const ips = ownAddresses(previous, entry)
  const isAlone = previous.interfaces.filter(({ sandbox }) => sandbox !== undefined).length <= 1
  const isOurs = ({ gw }: Route) => isAlone || (gw !== undefined && ips.some(({ address }) => contains(address, gw)))
  const tables = tablesInUse(nl, link)
  return [
    ...differences(nl, { routes: previous.routes.filter(isOurs), ips, link, tables }),
    ...differences(nl, { routes: previous.routes.filter((route) => !isOurs(route)), ips: [], tables }),
  ]
}

interface Expected {
  readonly routes: readonly Route[]
  /** Addresses with gateways. A route without a gateway uses the first one of its family. */
  readonly ips: readonly Address[]
  /** Device that the routes must use. Undefined for routes of other plugins, which may use any device. */
  readonly link?: Link
  /** Returns the tables that the rules of an address family look up. */
  readonly tables: (family: Family) => ReadonlySet<number>
}

function differences(nl: Connection, expected: Expected): string[] {
  const { routes, ips, link } = expected
  const oif = link?.index
  const families = [AF_INET, AF_INET6].filter((family) => routes.some(({ dst }) => dst.family === family))
  const index = (through: number | undefined) => indexed(families.flatMap((family) => routesOf(nl, family, through)))
  const present = index(oif)
  const found = (route: Route) =>
    findSame(present, route, expected).filter(({ type }) => oif === undefined || type === RTN.UNICAST)
  const wrong = routes.flatMap((route) => {
    const same = found(route)
    const isThere = same.some((other) => link === undefined || propertiesDiffer(route, other, link) === '')
    return isThere ? [] : [{ route, same: same[0] }]
  })
  // Lists all routes, so that the message can name the device that the missing route uses.
  const isMissing = wrong.some(({ same }) => same === undefined)
  const everywhere = isMissing && oif !== undefined ? index(undefined) : present
  return wrong.map(({ route, same }) => {
    const [other] = same === undefined ? findSame(everywhere, route, expected) : []
    const through = other === undefined ? 'none' : `it through device ${other.attrs.oif}`
    const fact = same === undefined || link === undefined ? through : `it with ${propertiesDiffer(route, same, link)}`
    return `expected route ${describe(route, gatewayOf(route, ips))}, found ${fact}`
  })
}

/** Lists the routes of an address family, one per next hop. With `oif`, lists only the routes through that device. */
function routesOf(nl: Connection, family: Family, oif: number | undefined): RouteMessage[] {
  const routes = kernelCall('failed to list routes', () => nl.dumpSync('RTM_GETROUTE', { family, attrs: { oif } }))
  return routes.flatMap((route) => {
    const { multipath } = route.attrs
    return multipath === undefined ? [route] : routePerHop(route, multipath, oif)
  })
}

/** Splits a multipath route into one route per next hop. The kernel merges IPv6 routes with the same destination and metric. */
const routePerHop = (
  route: RouteMessage,
  hops: NonNullable<RouteMessage['attrs']['multipath']>,
  oif: number | undefined,
) =>
  hops
    .filter(({ ifindex }) => oif === undefined || ifindex === oif)
    .map(({ ifindex, attrs }) => ({
      ...route,
      attrs: { ...route.attrs, gateway: attrs.gateway, via: attrs.via, oif: ifindex },
    }))

/** Indexes routes by destination. */
function indexed(routes: readonly RouteMessage[]): ReadonlyMap<string, readonly RouteMessage[]> {
  const byDestination = new Map<string, RouteMessage[]>()
  for (const route of routes) {
    const { family, dstLen, attrs } = route
    const key = `${attrs.dst ?? anyAddress(family)}/${dstLen}`
    const others = byDestination.get(key)
    if (others === undefined) byDestination.set(key, [route])
    else others.push(route)
  }
  return byDestination
}

/** Finds the routes with the same destination, gateway, priority and table. */
function findSame(among: ReturnType<typeof indexed>, route: Route, expected: Expected): readonly RouteMessage[] {
  const { priority, dst } = route
  const isSame = (found: RouteMessage) =>
    (!priority || found.attrs.priority === priority) && hasGateway(found, gatewayOf(route, expected.ips), expected)
  const same = (among.get(formatPrefix(networkOf(dst))) ?? []).filter(isSame)
  const inTable = same.filter(({ table, attrs }) => (attrs.table ?? table) === tableOf(route))
  // `sbr` moves the routes of the main table.
  const isMovable = tableOf(route) === RT_TABLE.MAIN
  if (!isMovable || inTable.length > 0 || same.length === 0) return inTable
  return same.filter(({ table, attrs }) => expected.tables(dst.family).has(attrs.table ?? table))
}

/** True if a route has this gateway. If `gateway` is undefined, a route of another plugin may have any gateway. */
function hasGateway({ attrs }: RouteMessage, gateway: string | undefined, { link }: Expected): boolean {
  if (gateway !== undefined || link === undefined) return gateway === undefined || attrs.gateway === gateway
  return attrs.gateway === undefined && attrs.via === undefined
}

function describe(route: Route, gateway: string | undefined): string {
  const { dst, priority, table, mtu, advmss, scope } = route
  const parts = [
    formatPrefix(dst),
    gateway && `via ${gateway}`,
    table !== undefined && `table ${tableOf(route)}`,
    priority && `metric ${priority}`,
    mtu && `mtu ${mtu}`,
    advmss && `advmss ${advmss}`,
    scope !== undefined && `scope ${scope}`,
  ]
  return parts.filter(Boolean).join(' ')
}
