import { AF } from '../../codec/index.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { type RouteMessage, RT_SCOPE, RTN, RTPROT } from '../../route/index.js'
import { bind } from '../run/bind.js'
import { type Ensured, ensure } from '../run/ensure.js'
import { type AnyConnection, change, type Operation, undo } from '../run/operation.js'
import { Rollback } from '../run/rollback.js'
import { Runner } from '../run/runner.js'
import { AmbiguousError, refusal, requestForFirst } from '../run/selection.js'
import { isMatch } from '../values/compare.js'
import { describeRoute } from '../values/describe.js'
import { messageOf } from '../values/objects.js'
import { toRoute } from './decode.js'
import { compareRoute } from './diff.js'
import { encodeRoute, familyOfRoute } from './encode.js'
import { deletionOf, isOfLink, isTaken, replacedBy } from './kernel-match.js'
import { get, list, lookup, messages, ofKey } from './read.js'
import { isSameRoute, isSelected, needsListing } from './selection.js'
import type { NewRoute, Route, RouteFilter, RouteLookup } from './types.js'

/** Operations on routes: `nl.route`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface RouteOperations {
  /**
   * Lists routes, like `ip route show table all`.
   * @param filter restricts the list; by default the routes of all tables, of IPv4 and IPv6, are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  list(filter?: RouteFilter, options?: WaitOptions): Promise<Route[]>

  /** Lists routes, like `ip route show table all`. Synchronous form of {@link RouteOperations.list}. */
  listSync(filter?: RouteFilter, options?: TimeoutOptions): Route[]

  /**
   * Returns the first route that has all given properties, like `ip route show exact`; `undefined` if there is none.
   * @param selector destination, table, metric, tos and source network; if other properties are given, they must match
   * @throws {NetlinkError} `ENODEV` if a link does not exist
   */
  get(selector: NewRoute, options?: WaitOptions): Promise<Route | undefined>

  /** Returns the first route that has all given properties. Synchronous form of {@link RouteOperations.get}. */
  getSync(selector: NewRoute, options?: TimeoutOptions): Route | undefined

  /**
   * Returns the route that the kernel chooses for a packet, like `ip route get`.
   * @param address the destination
   * @param packet further properties of the packet
   * @throws {NetlinkError} `ENETUNREACH`, `EHOSTUNREACH`, … if there is no route
   */
  lookup(address: string, packet?: RouteLookup, options?: WaitOptions): Promise<Route>

  /** Returns the route that the kernel chooses for a packet, like `ip route get`. Synchronous form of {@link RouteOperations.lookup}. */
  lookupSync(address: string, packet?: RouteLookup, options?: TimeoutOptions): Route

  /**
   * Adds a route, like `ip route add`.
   * @throws {NetlinkError} `EEXIST` if there is one with this destination, table, metric and tos
   */
  add(route: NewRoute, options?: WaitOptions): Promise<void>

  /** Adds a route, like `ip route add`. Synchronous form of {@link RouteOperations.add}. */
  addSync(route: NewRoute, options?: TimeoutOptions): void

  /**
   * Adds a route after others with the same destination, table, metric and tos, like `ip route append`. For IPv6, a gateway
   * becomes another next hop of the existing route.
   */
  append(route: NewRoute, options?: WaitOptions): Promise<void>

  /** Adds a route after others with the same key, like `ip route append`. Synchronous form of {@link RouteOperations.append}. */
  appendSync(route: NewRoute, options?: TimeoutOptions): void

  /**
   * Adds a route, or replaces the first one with this destination, table, metric and tos, like `ip route replace`. A link-local
   * network with `dev` replaces the route of that link only. A route that was read replaces itself.
   */
  replace(route: NewRoute, options?: WaitOptions): Promise<void>

  /** Adds a route, or replaces the first one with this key, like `ip route replace`. Synchronous form of {@link RouteOperations.replace}. */
  replaceSync(route: NewRoute, options?: TimeoutOptions): void

  /**
   * Deletes the first route that has all given properties, like `ip route delete`. For a route that was read, deletes this one or none.
   * @throws {NetlinkError} `ESRCH` if there is no such route
   * @throws {AmbiguousError} if the kernel would delete another route, because it has the same properties and more
   */
  delete(selector: NewRoute, options?: WaitOptions): Promise<void>

  /** Deletes the first route that has all given properties, like `ip route delete`. Synchronous form of {@link RouteOperations.delete}. */
  deleteSync(selector: NewRoute, options?: TimeoutOptions): void

  /**
   * Adds a route, or replaces the one of its key if it differs from the spec: `ip route add` or `replace`. Properties that are
   * left out get their defaults if the route is replaced. Several routes may have the same key: it is enough if one matches.
   * For IPv6, a route by `dev` is replaced before one by another link; for a link-local network only that one.
   * @param route the spec; destination, table, metric, tos and source network are the key
   * @returns the changes
   * @throws {AmbiguousError} if several routes have the key, and none matches
   * @throws {EnsureError} if the kernel accepts a change without effect
   */
  ensure(route: NewRoute, options?: WaitOptions): Promise<Ensured>

  /** Adds a route, or replaces the one of its key if it differs from the spec. Synchronous form of {@link RouteOperations.ensure}. */
  ensureSync(route: NewRoute, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const routeOperations = (connection: AnyConnection) =>
  bind<RouteOperations>(new Runner(() => connection, 'route', describeRoute), {
    list: { arguments: 1, run: list },
    get: { arguments: 1, run: get },
    lookup: { arguments: 2, run: lookup },
    add: { arguments: 1, run: add },
    append: { arguments: 1, run: append },
    replace: { arguments: 1, run: replace },
    delete: { arguments: 1, run: remove },
    ensure: { arguments: 1, run: ensureRoute },
  })

function* add(route: NewRoute): Operation<void> {
  yield* change('RTM_NEWROUTE', yield* encodeRoute(route), { create: true, excl: true })
}

const appending = { create: true, append: true }

function* append(route: NewRoute): Operation<void> {
  yield* change('RTM_NEWROUTE', yield* encodeRoute(route), appending)
}

function* replace(route: NewRoute): Operation<void> {
  const request = yield* encodeRoute(route)
  const readMessage = messageOf<RouteMessage>(route)
  const all = isOfLink(request) || readMessage !== undefined ? yield* ofKey(route) : []
  const isOwn = ({ attrs }: RouteMessage) => request.attrs.oif === undefined || attrs.oif === request.attrs.oif
  const own = all.find((message) => readMessage !== undefined && isSameRoute(readMessage, message)) ?? all.find(isOwn)
  yield* put(request, own, all)
}

/** Puts a route in place of `target`, or adds it, without changing another route of the same key. */
function* put(request: RouteMessage, target: RouteMessage | undefined, all: readonly RouteMessage[]): Operation<void> {
  if (replacedBy(request, all) === target) {
    yield* change('RTM_NEWROUTE', request, { create: true, replace: true })
    return
  }
  // The kernel would replace another route.
  const rollback = new Rollback()
  try {
    if (target !== undefined) {
      const previous = yield* encodeRoute(toRoute(target))
      yield* change('RTM_DELROUTE', deletionOf(target))
      rollback.add(undo('RTM_NEWROUTE', previous, appending))
    }
    yield* change('RTM_NEWROUTE', request, appending)
  } catch (error) {
    yield* rollback.run()
    throw error
  }
}

function* remove(selector: NewRoute): Operation<void> {
  const wanted = yield* encodeRoute(selector)
  const family = familyOfRoute(selector)
  const request = needsListing(selector, family)
    ? yield* deletionOfFirst(selector, wanted)
    : {
        ...{ ...wanted, flags: 0 },
        protocol: selector.protocol === undefined ? RTPROT.UNSPEC : wanted.protocol,
        scope: selector.scope === undefined ? RT_SCOPE.NOWHERE : wanted.scope,
        type: selector.type === undefined ? RTN.UNSPEC : wanted.type,
      }
  yield* change('RTM_DELROUTE', request)
}

/** Returns the request that deletes the first selected route. @throws {AmbiguousError} if the kernel would delete another one */
function* deletionOfFirst(selector: NewRoute, wanted: RouteMessage): Operation<RouteMessage> {
  const { dst, table = 'main' } = selector
  const listed = yield* messages({ family: familyOfRoute(selector), dst, table })
  const readMessage = messageOf<RouteMessage>(selector)
  const isWanted = (message: RouteMessage) =>
    isSelected(selector, wanted, message) && (readMessage === undefined || isSameRoute(readMessage, message))
  const [request, matches, toObject] = [deletionOf, isTaken, toRoute]
  const message = requestForFirst({ object: 'route', listed, isWanted, request, matches, toObject })
  if (message === undefined) throw refusal({ request: 'RTM_DELROUTE', code: 'ESRCH', explanation: 'no such route' })
  return message
}

function* ensureRoute(route: NewRoute): Operation<Ensured> {
  const wanted = yield* encodeRoute(route)
  const { oif } = wanted.attrs
  let all: RouteMessage[] = []
  function* find(): Operation<Route | undefined> {
    all = yield* ofKey(route)
    const ofDev = wanted.family === AF.INET6 && oif !== undefined ? all.filter(({ attrs }) => attrs.oif === oif) : []
    const candidates = ofDev.length > 0 || (isOfLink(wanted) && oif !== undefined) ? ofDev : all
    const match = candidates.find((message) => compareRoute(route, wanted, toRoute(message)).every(isMatch))
    if (match === undefined && candidates.length > 1) {
      const reason = `expected one route to ${route.dst} to change, got ${candidates.length}`
      throw new AmbiguousError('route', reason, candidates.map(toRoute))
    }
    const found = match ?? candidates[0]
    return found && toRoute(found)
  }
  return yield* ensure<Route>({
    object: 'route',
    description: describeRoute(route),
    find,
    create: () => (all.length === 0 ? add(route) : append(route)),
    compare: (found) => compareRoute(route, wanted, found),
    update: ({ message }) => put(wanted, message, all),
  })
}
