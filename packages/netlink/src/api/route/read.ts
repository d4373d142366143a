import { AF } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { IPPROTO } from '../../constants/ip.js'
import { NetlinkError } from '../../message/index.js'
import { type RouteMessage, RTM_F, RTN } from '../../route/index.js'
import { indexOrNone } from '../run/link-lookup.js'
import { dump, type Operation, read } from '../run/operation.js'
import { BOOLEAN, checkValue, integers, U32 } from '../values/accepted.js'
import { bitsOfFamily, canonical, familyNumber, familyOf, parseNetwork } from '../values/ip-text.js'
import { checkLinkOrNone } from '../values/link-ref.js'
import { numberOf, protocolNumber, tableNumber, tosNumber } from '../values/names.js'
import { checkKeys, defined } from '../values/objects.js'
import { toRoute } from './decode.js'
import { comparable } from './diff.js'
import { encodeKey, encodeRoute, familyOfRoute } from './encode.js'
import { routeFamilyNumber } from './mpls.js'
import { destinationKey, hasMetric, isSelected, sameNetwork, tableOf } from './selection.js'
import type { NewRoute, Route, RouteFamily, RouteFilter, RouteKey, RouteLookup } from './types.js'

/** The options of a filter. */
export const filterKeys = { family: 1, table: 1, protocol: 1, type: 1, dev: 1, dst: 1 } satisfies Record<
  keyof RouteFilter,
  unknown
>
const port = integers(1, 0xffff)
/** The options of a lookup. */
export const lookupKeys = {
  ...{ from: 1, dev: 1, iif: 1, mark: U32, tos: 1, uid: integers(0, 0xfffffffe), ipproto: 1 },
  ...{ sport: port, dport: port, fibMatch: BOOLEAN },
} satisfies Record<keyof RouteLookup, unknown>

/** Lists the routes of all tables that match the filter. */
export function* list(filter: RouteFilter = {}): Operation<Route[]> {
  checkKeys('filter', filter, filterKeys)
  const { family, dst } = ownOnly(filter)
  const named = family ?? (dst === undefined || dst === 'default' ? undefined : familyOf(dst))
  const routes: Route[] = []
  for (const each of named === undefined ? (['inet', 'inet6'] as const) : [named])
    for (const message of yield* messages({ ...filter, family: each })) routes.push(toRoute(message))
  return routes
}

/** The properties that the kernel filters routes by. */
interface DumpOfRoutes extends Partial<Pick<RouteMessage, 'protocol' | 'type'>> {
  readonly family: number
  readonly attrs: Pick<RouteMessage['attrs'], 'table' | 'oif'>
}

/** Lists the messages of one family that pass the filter. */
export function* messages(given: RouteFilter): Operation<RouteMessage[]> {
  const { family = 'inet', dst, ...filter } = ownOnly(given)
  const network = dst === undefined ? undefined : destinationOf(dst, family)
  const [table, protocol, type] = [
    filter.table === undefined ? undefined : tableNumber(filter.table),
    filter.protocol === undefined ? undefined : protocolNumber(filter.protocol),
    filter.type === undefined ? undefined : numberOf('type', RTN, filter.type),
  ]
  const number = routeFamilyNumber(family)
  const oif = yield* indexOrNone('dev', filter.dev)
  const wanted = { family: number, ...defined({ protocol, type }), attrs: defined({ table, oif }) }
  // Without strict checking the kernel filters by family only.
  const fits = (message: RouteMessage) =>
    message.family === wanted.family &&
    (table === undefined || tableOf(message) === table) &&
    (protocol === undefined || message.protocol === protocol) &&
    (type === undefined || message.type === type) &&
    (oif === undefined || message.attrs.oif === oif) &&
    (network === undefined || (message.dstLen === network.length && sameNetwork(message.attrs.dst, network.address)))
  return (yield* routesTo(wanted, network && destinationKey(network.address))).filter(fits)
}

/** Returns the destination that routes are filtered by. @throws {TypeError} */
function destinationOf(dst: string | number, family: RouteFamily) {
  const { dst: address, dstLen: length } = encodeKey({ dst, family })
  return { address, length }
}

/** Requests a dump of routes, which needs to contain only those to an address: {@link destinationKey}. */
function* routesTo(value: DumpOfRoutes, only: string | undefined): Operation<RouteMessage[]> {
  try {
    return yield* dump('RTM_GETROUTE', value, only)
  } catch (error) {
    // A table that does not exist has no routes.
    if (value.attrs.table !== undefined && error instanceof NetlinkError && error.code === 'ENOENT') return []
    throw error
  }
}

/** Lists the routes with this key, in the kernel's order. The kernel filters by table, and by the properties in `narrowing`. */
export function* ofKey(key: RouteKey, narrowing: RouteFilter = {}): Operation<RouteMessage[]> {
  const { tos, srcLen, src } = encodeKey(key)
  const { dst, table = 'main' } = key
  const found = yield* messages({ ...narrowing, family: familyOfRoute(key), dst, table })
  return found.filter((message) => hasKey(message, { tos, srcLen, src, metric: key.metric }))
}

/** The parts of a route's key that no dump is restricted to. */
interface RestOfKey extends Pick<RouteMessage, 'tos' | 'srcLen'> {
  readonly src: RouteMessage['attrs']['src']
  readonly metric: number | undefined
}

const hasKey = (message: RouteMessage, { tos, srcLen, src, metric }: RestOfKey) =>
  hasMetric(message, metric) &&
  message.tos === tos &&
  message.srcLen === srcLen &&
  sameNetwork(message.attrs.src, src) &&
  (message.flags & RTM_F.CLONED) === 0

/** Lists the routes with the key of a request, in the kernel's order: {@link ofKey}. */
export function* withKey(request: RouteMessage, metric: number | undefined): Operation<RouteMessage[]> {
  const { family, attrs } = request
  const found = yield* routesTo({ family, attrs: { table: tableOf(request) } }, destinationKey(attrs.dst))
  return found.filter((message) => isWithKey(request, metric, message))
}

/** True if a route has the key of a request. */
export const isWithKey = (request: RouteMessage, metric: number | undefined, message: RouteMessage): boolean =>
  message.dstLen === request.dstLen &&
  sameNetwork(message.attrs.dst, request.attrs.dst) &&
  hasMetric(message, metric) &&
  message.tos === request.tos &&
  message.srcLen === request.srcLen &&
  sameNetwork(message.attrs.src, request.attrs.src) &&
  (message.flags & RTM_F.CLONED) === 0 &&
  message.family === request.family &&
  tableOf(message) === tableOf(request)

/** Returns the properties of a selector that the kernel can filter by, and reports as they are given. */
function narrowingOf(selector: NewRoute, { attrs }: RouteMessage): RouteFilter {
  const { type, protocol, dev } = comparable(selector, familyOfRoute(selector))
  return defined({
    type,
    // The kernel replaces 0 by its default.
    protocol: protocol === 'unspec' ? undefined : protocol || undefined,
    dev: dev === undefined ? undefined : attrs.oif,
  })
}

/**
 * Returns the first route with this key and all other given properties; undefined if there is none. The kernel cannot look up a
 * route by its key: a request without NLM_F_DUMP returns the one for a packet.
 */
export function* get(selector: NewRoute): Operation<Route | undefined> {
  const request = yield* encodeRoute(selector)
  const found = (yield* ofKey(selector, narrowingOf(selector, request))).find((message) =>
    isSelected(selector, request, message),
  )
  return found && toRoute(found)
}

/** Returns the route that the kernel chooses for a packet to an address. */
export function* lookup(address: string, packet: RouteLookup = {}): Operation<Route> {
  checkKeys('lookup', packet, lookupKeys)
  const { from, mark, tos, uid, ipproto, sport, dport, fibMatch = false, ...links } = packet
  const dst = canonical('address', address)
  const ipFamily = familyOf(dst)
  const family = familyNumber(ipFamily)
  const bits = bitsOfFamily(ipFamily)
  const src = from === undefined ? undefined : parseNetwork('from', from, ipFamily).address
  const ipProto = ipproto === undefined ? undefined : ipProtocolNumber(ipproto)
  const tosField = tosNumber('lookup', tos)
  for (const key of ['dev', 'iif'] as const) checkLinkOrNone(key, links[key])
  const oif = links.dev === undefined ? undefined : yield* indexOrNone('dev', links.dev)
  const iif = links.iif === undefined ? undefined : yield* indexOrNone('iif', links.iif)
  // For IPv6 the kernel always returns the route's table, and refuses the flag.
  const table = family === AF.INET ? RTM_F.LOOKUP_TABLE : 0
  const [found] = yield* read('RTM_GETROUTE', {
    family,
    dstLen: bits,
    srcLen: src === undefined ? 0 : bits,
    tos: tosField,
    flags: table | (fibMatch ? RTM_F.FIB_MATCH : 0),
    attrs: { dst, src, oif, iif, mark, uid, ipProto, sport, dport },
  })
  return toRoute(found as RouteMessage)
}

/** Returns the number of an IP protocol; 0 would stand for any. @throws {TypeError} */
function ipProtocolNumber(protocol: NonNullable<RouteLookup['ipproto']>): number {
  const number = numberOf('ipproto of lookup', IPPROTO, protocol)
  checkValue('ipproto of lookup', number, integers(1, 0xff))
  return number
}
