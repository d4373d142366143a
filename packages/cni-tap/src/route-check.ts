import { type AddressMessage, type Connection, type LinkMessage, type RouteMessage, RTN } from '@netloom/netlink'
import { gatewayOf, tableOf } from './configure.js'
import { kernelCall } from './error.js'
import { AF_INET, AF_INET6, contains, type Family, formatPrefix, networkOf, type Prefix } from './prefix.js'
import type { Result } from './result.js'
import type { Address, Interface, Route } from './result-parts.js'

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
  const families = ([AF_INET, AF_INET6] as const).filter((family) =>
    previous.routes.some(({ dst }) => dst.family === family),
  )
  const present = indexed(families.flatMap((family) => routesOf(nl, family)))
  return previous.routes.flatMap((route) => {
    const isOurs = isAlone || ips.some(({ address }) => route.gw !== undefined && contains(address, route.gw))
    const gw = isOurs ? gatewayOf(route, ips) : route.gw
    const same = (present.get(keyOf(route.dst)) ?? []).filter((each) => isSame(each, route, gw))
    if (same.some(({ attrs, type }) => !isOurs || (attrs.oif === link.index && type === RTN.UNICAST))) return []
    const through = same.length > 0 ? `it through device ${same[0]?.attrs.oif}` : 'none'
    return [`expected route ${describe(route, gw)}, found ${through}`]
  })
}

function routesOf(nl: Connection, family: Family): RouteMessage[] {
  return kernelCall('failed to list routes', () => nl.dumpSync('RTM_GETROUTE', { family }))
}

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

function isSame({ table, attrs }: RouteMessage, route: Route, gateway: string | undefined): boolean {
  const { priority } = route
  return (
    (route.table === undefined || (attrs.table ?? table) === tableOf(route)) &&
    (!priority || attrs.priority === priority) &&
    (gateway === undefined || attrs.gateway === gateway)
  )
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
