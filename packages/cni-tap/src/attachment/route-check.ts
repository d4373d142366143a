import type { AddressMessage, Connection, LinkMessage, RouteMessage } from '@netloom/netlink'
import { anyAddress, contains, formatPrefix, networkOf } from '@netloom/netlink/ip'
import { RTN } from '@netloom/netlink/route'
import { kernelCall } from '../cni/error.js'
import { AF_INET, AF_INET6, type Family } from '../cni/prefix.js'
import type { Result } from '../cni/result.js'
import type { Address, Interface, Route } from '../cni/result-parts.js'
import { gatewayOf, tableOf } from './configure.js'
import { tablesInUse } from './rules.js'

/** Returns the addresses of the previous result that belong to our interface, or to none. */
function ownAddresses({ ips, interfaces }: Result, entry: Interface): Address[] {
  const index = interfaces.indexOf(entry)
  return ips.filter(({ interface: on }) => on === undefined || on === index)
}

/** Describes our addresses that the device does not have with exactly their prefix length. */
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
 * Describes the routes of the previous result that are missing or that differ. Ours must use the device. A route that names no table
 * may be in each table that a rule looks up, because `sbr` moves the routes of an interface to a table with a rule.
 */
export function routeDifferences(nl: Connection, link: LinkMessage, previous: Result, entry: Interface): string[] {
  const ips = ownAddresses(previous, entry)
  const isAlone = previous.interfaces.filter(({ sandbox }) => sandbox !== undefined).length <= 1
  const isOurs = ({ gw }: Route) => isAlone || (gw !== undefined && ips.some(({ address }) => contains(address, gw)))
  const tables = tablesInUse(nl, link)
  return [
    ...differences(nl, { routes: previous.routes.filter(isOurs), ips, oif: link.index, tables }),
    ...differences(nl, { routes: previous.routes.filter((route) => !isOurs(route)), ips: [], tables }),
  ]
}

interface Expected {
  readonly routes: readonly Route[]
  /** Addresses whose gateway a route without one has. */
  readonly ips: readonly Address[]
  /** Device of the routes. Routes of other plugins may use any. */
  readonly oif?: number
  /** Returns the tables that the rules of a family look up. */
  readonly tables: (family: Family) => ReadonlySet<number>
}

function differences(nl: Connection, expected: Expected): string[] {
  const { routes, ips, oif } = expected
  const families = [AF_INET, AF_INET6].filter((family) => routes.some(({ dst }) => dst.family === family))
  const index = (through: number | undefined) => indexed(families.flatMap((family) => routesOf(nl, family, through)))
  const present = index(oif)
  const found = (route: Route) =>
    findSame(present, route, expected).filter(({ type }) => oif === undefined || type === RTN.UNICAST)
  const wrong = routes.flatMap((route) => {
    const same = found(route)
    const isThere = oif === undefined ? same.length > 0 : same.some((other) => propertiesDiffer(route, other) === '')
    return isThere ? [] : [{ route, same: same[0] }]
  })
  // Reads all routes once more, so that the message can name the device that a missing route uses instead.
  const isMissing = wrong.some(({ same }) => same === undefined)
  const everywhere = isMissing && oif !== undefined ? index(undefined) : present
  return wrong.map(({ route, same }) => {
    const [other] = same === undefined ? findSame(everywhere, route, expected) : []
    const through = other === undefined ? 'none' : `it through device ${other.attrs.oif}`
    const fact = same === undefined ? through : `it with ${propertiesDiffer(route, same)}`
    return `expected route ${describe(route, gatewayOf(route, ips))}, found ${fact}`
  })
}

/** Lists the routes of a family, one for each next hop. Given `oif`, only those through that device. */
function routesOf(nl: Connection, family: Family, oif: number | undefined): RouteMessage[] {
  const routes = kernelCall('failed to list routes', () => nl.dumpSync('RTM_GETROUTE', { family, attrs: { oif } }))
  return routes.flatMap((route) => {
    const { multipath } = route.attrs
    return multipath === undefined ? [route] : routePerHop(route, multipath, oif)
  })
}

/** Splits a multipath route. The kernel merges IPv6 routes of the same destination and metric into one. */
const routePerHop = (
  route: RouteMessage,
  hops: NonNullable<RouteMessage['attrs']['multipath']>,
  oif: number | undefined,
) =>
  hops
    .filter(({ ifindex }) => oif === undefined || ifindex === oif)
    .map(({ ifindex, attrs }) => ({ ...route, attrs: { ...route.attrs, gateway: attrs.gateway, oif: ifindex } }))

/** Indexes routes by their destination, so that each is looked up once. */
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
function findSame(among: ReturnType<typeof indexed>, route: Route, { ips, tables }: Expected): readonly RouteMessage[] {
  const { priority, table: named, dst } = route
  const gateway = gatewayOf(route, ips)
  const isSame = ({ attrs }: RouteMessage) =>
    (!priority || attrs.priority === priority) && (gateway === undefined || attrs.gateway === gateway)
  const same = (among.get(formatPrefix(networkOf(dst))) ?? []).filter(isSame)
  const inTable = same.filter(({ table, attrs }) => (attrs.table ?? table) === tableOf(route))
  if (named !== undefined || inTable.length > 0 || same.length === 0) return inTable
  return same.filter(({ table, attrs }) => tables(dst.family).has(attrs.table ?? table))
}

/** Largest metrics of a route: ip_metrics_convert(), net/ipv4/metrics.c, takes these instead of larger ones. */
const largest = { mtu: 65535 - 15, advmss: 65535 - 40 }

/** Describes the properties of a route that ADD sets and that differ in `found`; empty if none does. */
function propertiesDiffer(route: Route, found: RouteMessage): string {
  if (route.mtu === undefined && route.advmss === undefined && route.scope === undefined) return ''
  const { metrics, multipath } = found.attrs
  // The kernel reports the metrics of only one of the IPv6 routes that it merged, and no scope of any IPv6 route.
  const isMerged = multipath !== undefined
  const aspects = [
    ['mtu', isMerged ? undefined : capped(route.mtu, largest.mtu), metrics?.mtu],
    ['advmss', isMerged ? undefined : capped(route.advmss, largest.advmss), metrics?.advmss],
    ['scope', route.dst.family === AF_INET ? route.scope : undefined, found.scope],
  ] as const
  return aspects
    .filter(([, expected, actual]) => expected !== undefined && expected !== actual)
    .map(([name, , actual]) => `${name} ${actual ?? 'none'}`)
    .join(' ')
}

const capped = (value: number | undefined, limit: number) => (value === undefined ? undefined : Math.min(value, limit))

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
