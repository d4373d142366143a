import { NetlinkError } from '../core/index.js'
import { type RouteMessage, RT_SCOPE, RT_TABLE, RTM_F, RTN, RTPROT } from '../route/index.js'
import { indexOrNone, type LinkRef } from './device.js'
import { type Ensured, ensure } from './ensure.js'
import { canonical, familyNumber, familyOf, type IpFamily } from './ip-text.js'
import { defined, expectKeys } from './keys.js'
import { numberOf } from './names.js'
import { change, dump, type Operation, read } from './operation.js'
import type { NewRoute, Route, RouteKey } from './route.js'
import { expectRoute, familyOfRoute, keyPart, restPart, routeMessageOf, routeNetwork } from './route-message.js'
import { toRoute } from './route-told.js'
import { routeWishes } from './route-wishes.js'

/** Which routes to list. */
export interface RouteFilter {
  readonly family?: IpFamily | undefined
  readonly table?: Route['table'] | undefined
  readonly protocol?: Route['protocol'] | undefined
  readonly type?: Route['type'] | undefined
  /** Those that go by this link alone: of those that go several ways the kernel tells by `multipath`. */
  readonly dev?: LinkRef | undefined
  /** Those to this very destination. */
  readonly dst?: string | undefined
}

/** How a route is looked up. */
export interface RouteLookup {
  readonly from?: string | undefined
  readonly dev?: LinkRef | undefined
  /** The link that a packet would have come by. */
  readonly iif?: LinkRef | undefined
  readonly mark?: number | undefined
  readonly tos?: number | undefined
  readonly uid?: number | undefined
  /** Tell the route itself, not what was made of it for this address. */
  readonly fibMatch?: boolean | undefined
}

const filterKeys = { family: 1, table: 1, protocol: 1, type: 1, dev: 1, dst: 1 } satisfies Record<
  keyof RouteFilter,
  unknown
>
const lookupKeys = { from: 1, dev: 1, iif: 1, mark: 1, tos: 1, uid: 1, fibMatch: 1 } satisfies Record<
  keyof RouteLookup,
  unknown
>

/** The table of a route; its header has room for small numbers only. */
const tableOf = ({ table, attrs }: RouteMessage) => attrs.table ?? table

/** All routes of all tables, or those that the filter lets through. */
function* list(filter?: RouteFilter): Operation<Route[]> {
  expectKeys('filter', filter ?? {}, filterKeys)
  const { family, dst } = filter ?? {}
  const named = family ?? (dst === undefined || dst === 'default' ? undefined : familyOf(dst))
  const routes: Route[] = []
  for (const each of named === undefined ? (['inet', 'inet6'] as const) : [named])
    for (const message of yield* messages({ ...filter, family: each })) routes.push(toRoute(message))
  return routes
}

function* messages({ family = 'inet', dst, ...filter }: RouteFilter): Operation<RouteMessage[]> {
  const network = dst === undefined ? undefined : routeNetwork('dst', dst, family)
  const [table, protocol, type] = [
    filter.table === undefined ? undefined : numberOf('table', RT_TABLE, filter.table),
    filter.protocol === undefined ? undefined : numberOf('protocol', RTPROT, filter.protocol),
    filter.type === undefined ? undefined : numberOf('type', RTN, filter.type),
  ]
  const oif = yield* indexOrNone('dev', filter.dev)
  const wanted = { family: familyNumber(family), ...defined({ protocol, type }), attrs: defined({ table, oif }) }
  // Without strict checking the kernel goes by the family alone.
  const fits = (message: RouteMessage) =>
    message.family === wanted.family &&
    (table === undefined || tableOf(message) === table) &&
    (protocol === undefined || message.protocol === protocol) &&
    (type === undefined || message.type === type) &&
    (oif === undefined || message.attrs.oif === oif) &&
    (network === undefined || (message.dstLen === network.length && sameNetwork(message.attrs.dst, network.address)))
  try {
    return (yield* dump('RTM_GETROUTE', wanted)).filter(fits)
  } catch (error) {
    // A table that is not there has no routes.
    if (table !== undefined && error instanceof NetlinkError && error.code === 'ENOENT') return []
    throw error
  }
}

const isZero = (address: unknown) => address === undefined || address === '0.0.0.0' || address === '::'
const sameNetwork = (one: unknown, other: unknown) => one === other || (isZero(one) && isZero(other))

/** The metric of routes of IPv6 that are given none: IP6_RT_PRIO_USER, net/ip6_route.h */
const IPV6_METRIC = 1024

/** All routes of one key; the first is the one that the kernel takes. */
function* find(key: RouteKey): Operation<Route | undefined> {
  const { header, attrs } = keyPart(key)
  const family = familyOfRoute(key)
  const metric = key.metric || (family === 'inet6' ? IPV6_METRIC : 0)
  const { dst, table = 'main' } = key
  const found = yield* messages({ family, dst, table })
  const same = found.find(
    (message) =>
      (message.attrs.priority ?? 0) === metric &&
      message.tos === header.tos &&
      message.srcLen === header.srcLen &&
      sameNetwork(message.attrs.src, attrs.src) &&
      (message.flags & RTM_F.CLONED) === 0,
  )
  return same && toRoute(same)
}

/** The route to this very destination; undefined where there is none. Which one a packet takes tells `lookup`. */
function* get(key: RouteKey): Operation<Route | undefined> {
  expectRoute(key)
  return yield* find(key)
}

/** The route that a packet to an address would take. @throws {NetlinkError} `ENETUNREACH`, `EHOSTUNREACH`, … */
function* lookup(address: string, how?: RouteLookup): Operation<Route> {
  expectKeys('lookup', how ?? {}, lookupKeys)
  const { from, mark, tos, uid, fibMatch = false, ...links } = how ?? {}
  const dst = canonical('address', address)
  const bits = dst.includes(':') ? 128 : 32
  const oif = yield* indexOrNone('dev', links.dev)
  const iif = yield* indexOrNone('iif', links.iif)
  const [found] = yield* read('RTM_GETROUTE', {
    ...{ family: familyNumber(familyOf(dst)), dstLen: bits, srcLen: from === undefined ? 0 : bits },
    ...defined({ tos }),
    flags: RTM_F.LOOKUP_TABLE | (fibMatch ? RTM_F.FIB_MATCH : 0),
    attrs: defined({ dst, src: from, oif, iif, mark, uid }),
  })
  return toRoute(found as RouteMessage)
}

/** Makes a route. @throws {NetlinkError} `EEXIST` where there is one of its destination, table, metric and tos */
function* add(route: NewRoute): Operation<void> {
  yield* change('RTM_NEWROUTE', yield* routeMessageOf(route), { create: true, excl: true })
}

/** Makes a route behind others of its key: of IPv6, another way of the same route. */
function* append(route: NewRoute): Operation<void> {
  yield* change('RTM_NEWROUTE', yield* routeMessageOf(route), { create: true, append: true })
}

/** Makes a route, in the place of the one of its key if there is one. */
function* replace(route: NewRoute): Operation<void> {
  yield* change('RTM_NEWROUTE', yield* routeMessageOf(route), { create: true, replace: true })
}

/** Deletes the first route that is all that is said. @throws {NetlinkError} `ESRCH` where there is none such */
function* remove(route: NewRoute): Operation<void> {
  expectRoute(route)
  const { header, attrs } = keyPart(route)
  const { protocol, scope, type, flags: _flags, ...rest } = route
  yield* change('RTM_DELROUTE', {
    ...header,
    protocol: protocol === undefined ? RTPROT.UNSPEC : numberOf('protocol', RTPROT, protocol),
    scope: scope === undefined ? RT_SCOPE.NOWHERE : numberOf('scope', RT_SCOPE, scope),
    type: type === undefined ? RTN.UNSPEC : numberOf('type', RTN, type),
    attrs: { ...attrs, ...(yield* restPart(rest)) } as RouteMessage['attrs'],
  })
}

/**
 * Makes a route be there, and be as wished. Its key says which one; where something of it is otherwise, it is replaced, so
 * that what is left out is then as it is by default.
 */
function* ensureRoute(route: NewRoute): Operation<Ensured> {
  const wanted = yield* routeMessageOf(route)
  return yield* ensure<Route>({
    object: 'route',
    find: () => find(route),
    create: () => add(route),
    wishes: (found) => routeWishes(route, wanted, found),
    update: () => replace(route),
  })
}

/** Routes. */
export const routeOperations = { list, get, lookup, add, append, replace, delete: remove, ensure: ensureRoute }
