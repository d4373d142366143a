import { AF } from '../../codec/index.js'
import { type RouteMessage, RT_SCOPE, RTN, RTPROT } from '../../route/index.js'
import { type Ensured, ensure, isFulfilled } from '../ensure.js'
import { change, type Operation, undo } from '../operation.js'
import { AmbiguousError, messageIn, notThere, requestForFirst } from '../selection.js'
import { toRoute } from './decode.js'
import { routeWishes } from './diff.js'
import { familyOfRoute, routeMessageOf } from './encode.js'
import { get, list, lookup, messages, ofKey } from './read.js'
import { deletionOf, isOfLink, isSameRoute, isSelected, isTaken, needsListing, replacedBy } from './selection.js'
import type { NewRoute, Route } from './types.js'

/** Adds a route. @throws {NetlinkError} `EEXIST` if there is one of its destination, table, metric and tos */
function* add(route: NewRoute): Operation<void> {
  yield* change('RTM_NEWROUTE', yield* routeMessageOf(route), { create: true, excl: true })
}

const appending = { create: true, append: true }

/** Adds a route after others of its key; of IPv6, a gateway becomes another next hop of the same route. */
function* append(route: NewRoute): Operation<void> {
  yield* change('RTM_NEWROUTE', yield* routeMessageOf(route), appending)
}

/**
 * Adds a route, in place of the first one of its key if there is one, as `ip route replace` does. A link-local network with
 * `dev` replaces the route of that link only, and a route that was read replaces itself.
 */
function* replace(route: NewRoute): Operation<void> {
  const request = yield* routeMessageOf(route)
  const readMessage = messageIn<RouteMessage>(route)
  const all = isOfLink(request) || readMessage !== undefined ? yield* ofKey(route) : []
  const isOwn = ({ attrs }: RouteMessage) => request.attrs.oif === undefined || attrs.oif === request.attrs.oif
  const own = all.find((message) => readMessage !== undefined && isSameRoute(readMessage, message)) ?? all.find(isOwn)
  yield* put(request, own, all)
}

/** Puts a route in place of one of its key, and touches no other. */
function* put(request: RouteMessage, target: RouteMessage | undefined, all: readonly RouteMessage[]): Operation<void> {
  if (replacedBy(request, all) === target) {
    yield* change('RTM_NEWROUTE', request, { create: true, replace: true })
    return
  }
  // The kernel would replace another one.
  if (target !== undefined) yield* change('RTM_DELROUTE', deletionOf(target))
  try {
    yield* change('RTM_NEWROUTE', request, appending)
  } catch (error) {
    if (target !== undefined) yield* undo('RTM_NEWROUTE', yield* routeMessageOf(toRoute(target)), appending)
    throw error
  }
}

/**
 * Deletes the first route that has all given properties. A route that was read is deleted itself, or nothing is.
 * @throws {NetlinkError} `ESRCH` if there is no such route
 * @throws {AmbiguousError} if the kernel would delete another route, because it has the same properties and more
 */
function* remove(selector: NewRoute): Operation<void> {
  const wanted = yield* routeMessageOf(selector)
  const family = familyOfRoute(selector)
  if (needsListing(selector, family)) {
    const { dst, table = 'main' } = selector
    const listed = yield* messages({ family, dst, table })
    const readMessage = messageIn<RouteMessage>(selector)
    const isWanted = (message: RouteMessage) =>
      isSelected(selector, wanted, message) && (readMessage === undefined || isSameRoute(readMessage, message))
    const [request, matches, toObject] = [deletionOf, isTaken, toRoute]
    const message = requestForFirst({ object: 'route', listed, isWanted, request, matches, toObject })
    if (message === undefined) throw notThere('RTM_DELROUTE', 'ESRCH', 'route')
    yield* change('RTM_DELROUTE', message)
    return
  }
  yield* change('RTM_DELROUTE', {
    ...{ ...wanted, flags: 0 },
    protocol: selector.protocol === undefined ? RTPROT.UNSPEC : wanted.protocol,
    scope: selector.scope === undefined ? RT_SCOPE.NOWHERE : wanted.scope,
    type: selector.type === undefined ? RTN.UNSPEC : wanted.type,
  })
}

/**
 * Creates a route, or changes the one of its key to the given properties. It replaces a route that differs, so that
 * properties that are left out get their defaults. Several routes may have one key: one that has all given properties is
 * enough; of IPv6, a route by `dev` is changed before one by another link, and of a link-local network only that.
 * @throws {AmbiguousError} if several routes have the key, and none has the given properties
 */
function* ensureRoute(route: NewRoute): Operation<Ensured> {
  const wanted = yield* routeMessageOf(route)
  const { oif } = wanted.attrs
  let all: RouteMessage[] = []
  function* find(): Operation<Route | undefined> {
    all = yield* ofKey(route)
    const ofDev = wanted.family === AF.INET6 && oif !== undefined ? all.filter(({ attrs }) => attrs.oif === oif) : []
    const candidates = ofDev.length > 0 || (isOfLink(wanted) && oif !== undefined) ? ofDev : all
    const fulfilled = candidates.find((message) => routeWishes(route, wanted, toRoute(message)).every(isFulfilled))
    if (fulfilled === undefined && candidates.length > 1)
      throw new AmbiguousError(
        'route',
        `expected one route to ${route.dst} to change, got ${candidates.length}`,
        candidates.map(toRoute),
      )
    const found = fulfilled ?? candidates[0]
    return found && toRoute(found)
  }
  return yield* ensure<Route>({
    object: 'route',
    find,
    create: () => (all.length === 0 ? add(route) : append(route)),
    wishes: (found) => routeWishes(route, wanted, found),
    update: ({ message }) => put(wanted, message, all),
  })
}

/** Routes. */
export const routeOperations = { list, get, lookup, add, append, replace, delete: remove, ensure: ensureRoute }
