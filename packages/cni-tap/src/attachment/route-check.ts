import type { AddressMessage, Connection, LinkMessage, RouteMessage } from '@netloom/netlink'
import { RTN } from '@netloom/netlink/route'
import { kernelCall } from '../cni/error.js'
import { AF_INET, AF_INET6, contains, type Family, formatPrefix, networkOf, type Prefix } from '../cni/prefix.js'
import type { Result } from '../cni/result.js'
import type { Address, Interface, Route } from '../cni/result-parts.js'
import { gatewayOf, tableOf } from './configure.js'

/** The addresses of the previous result that are ours; one that names no interface is taken for ours. */
function ownAddresses({ ips, interfaces }: Result, entry: Interface): Address[] {
  const index = interfaces.indexOf(entry)
  return ips.filter(({ interface: on }) => on === undefined || on === index)
}

/** Which of our addresses are not on the device with exactly their prefix length. */
export function addressDifferences(nl: Connection, link: LinkMessage, previous: Result, entry: Interface): string[] {
  const wanted = ownAddresses(previous, entry).map(({ address }) => address)
  if (wanted.length === 0) return []
  const all: AddressMessage[] = kernelCall('failed to list addresses', () => nl.dumpSync('RTM_GETADDR', {}))
  const present = all
    .filter(({ index }) => index === link.index)
    .map(({ prefixlen, attrs }) => `${attrs.local ?? attrs.address}/${prefixlen}`)
  return wanted
    .map(formatPrefix)
    .filter((address) => !present.includes(address))
    .map((address) => `expected address ${address}, found ${present.join(', ') || 'none'}`)
}

/**
 * Returns the routes of the previous result that are missing; ours must lead through the device. A route that names no table
 * may be in any: `sbr` moves the routes of an interface to a table of their own.
 */
export function routeDifferences(nl: Connection, link: LinkMessage, previous: Result, entry: Interface): string[] {
  const ips = ownAddresses(previous, entry)
  const isAlone = previous.interfaces.filter(({ sandbox }) => sandbox !== undefined).length <= 1
  const isOurs = ({ gw }: Route) => isAlone || (gw !== undefined && ips.some(({ address }) => contains(address, gw)))
  const [ours, others] = [previous.routes.filter(isOurs), previous.routes.filter((route) => !isOurs(route))]
  return [...missing(nl, ours, ips, link.index), ...missing(nl, others, [], undefined)]
}

/** Describes the routes that are not there, through the device `oif` if that is given; without a gateway, they have one of `ips`. */
function missing(nl: Connection, routes: readonly Route[], ips: readonly Address[], oif: number | undefined): string[] {
  const families = [AF_INET, AF_INET6].filter((family) => routes.some(({ dst }) => dst.family === family))
  const index = (through: number | undefined) => indexed(families.flatMap((family) => routesOf(nl, family, through)))
  const present = index(oif)
  const isThere = (among: typeof present, route: Route) =>
    findSame(among, route, ips).some(({ type }) => oif === undefined || type === RTN.UNICAST)
  const lacking = routes.filter((route) => !isThere(present, route))
  // Read all routes once more, so that the message can name the device that a missing route uses instead.
  const everywhere = lacking.length > 0 && oif !== undefined ? index(undefined) : present
  return lacking.map((route) => {
    const [other] = findSame(everywhere, route, ips)
    const found = other === undefined ? 'none' : `it through device ${other.attrs.oif}`
    return `expected route ${describe(route, gatewayOf(route, ips))}, found ${found}`
  })
}

/** Lists the routes of a family, one for each next hop; those through other devices than `oif` are left out, if that is given. */
function routesOf(nl: Connection, family: Family, oif: number | undefined): RouteMessage[] {
  const routes = kernelCall('failed to list routes', () => nl.dumpSync('RTM_GETROUTE', { family, attrs: { oif } }))
  return routes.flatMap((route) => {
    const { multipath } = route.attrs
    return multipath === undefined ? [route] : wayOfEach(route, multipath, oif)
  })
}

/** The kernel merges IPv6 routes of the same destination and metric into one with several next hops. */
const wayOfEach = (
  route: RouteMessage,
  hops: NonNullable<RouteMessage['attrs']['multipath']>,
  oif: number | undefined,
) =>
  hops
    .filter(({ ifindex }) => oif === undefined || ifindex === oif)
    .map(({ ifindex, attrs }) => ({ ...route, attrs: { ...route.attrs, gateway: attrs.gateway, oif: ifindex } }))

const anywhere = { [AF_INET]: '0.0.0.0', [AF_INET6]: '::' }

const keyOf = (dst: Prefix) => `${networkOf(dst)}/${dst.length}`

/** The routes by their destination, so that each is looked up once. */
function indexed(routes: readonly RouteMessage[]): ReadonlyMap<string, readonly RouteMessage[]> {
  const byDestination = new Map<string, RouteMessage[]>()
  for (const route of routes) {
    const { family, dstLen, attrs } = route
    const key = `${attrs.dst ?? anywhere[family as Family]}/${dstLen}`
    const others = byDestination.get(key)
    if (others === undefined) byDestination.set(key, [route])
    else others.push(route)
  }
  return byDestination
}

function findSame(among: ReturnType<typeof indexed>, route: Route, ips: readonly Address[]): readonly RouteMessage[] {
  const { priority, table: named } = route
  const gateway = gatewayOf(route, ips)
  const isSame = ({ table, attrs }: RouteMessage) =>
    (named === undefined || (attrs.table ?? table) === tableOf(route)) &&
    (!priority || attrs.priority === priority) &&
    (gateway === undefined || attrs.gateway === gateway)
  return (among.get(keyOf(route.dst)) ?? []).filter(isSame)
}

function describe(route: Route, gateway: string | undefined): string {
  const { dst, priority, table } = route
  const parts = [
    formatPrefix(dst),
    gateway && `via ${gateway}`,
    table !== undefined && `table ${tableOf(route)}`,
    priority && `metric ${priority}`,
  ]
  return parts.filter(Boolean).join(' ')
}
