import { AF } from '../../codec/index.js'
import { type RouteMessage, RT_SCOPE, RTM_F, RTN, RTPROT } from '../../route/index.js'
import { type Ensured, ensure, type FoundMessage, type Target } from '../run/ensure.js'
import { checkFlush, flushed } from '../run/flush.js'
import { change, type Operation, undo } from '../run/operation.js'
import { Rollback } from '../run/rollback.js'
import { AmbiguousError, refusal, requestForFirst } from '../run/selection.js'
import { isMatch } from '../values/compare.js'
import { describeRoute } from '../values/describe.js'
import { messageOf } from '../values/objects.js'
import { toRoute } from './decode.js'
import { compareRoute, isClearlySame } from './diff.js'
import { encodeRoute, familyOfRoute } from './encode.js'
import { deletionOf, isOfLink, isTaken, replacedBy } from './kernel-match.js'
import { filterKeys, list, messages, ofKey, withKey } from './read.js'
import { isSameRoute, isSelected, needsListing } from './selection.js'
import type { NewRoute, Route, RouteFilter } from './types.js'

/** Adds a route. */
export function* add(route: NewRoute): Operation<void> {
  yield* change('RTM_NEWROUTE', yield* encodeRoute(route), creating)
}

const creating = { create: true, excl: true }
const appending = { create: true, append: true }

/** Adds a route after the existing ones with the same key. */
export function* append(route: NewRoute): Operation<void> {
  yield* change('RTM_NEWROUTE', yield* encodeRoute(route), appending)
}

/** Adds a route, or replaces the first one with its key. */
export function* replace(route: NewRoute): Operation<void> {
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

/** Deletes the first route that has all given properties. */
export function* remove(selector: NewRoute): Operation<void> {
  const wanted = yield* encodeRoute(selector)
  const family = familyOfRoute(selector)
  const request = needsListing(selector, family)
    ? yield* deletionOfFirst(selector, wanted)
    : {
        family: wanted.family,
        dstLen: wanted.dstLen,
        srcLen: wanted.srcLen,
        tos: wanted.tos,
        table: wanted.table,
        protocol: selector.protocol === undefined ? RTPROT.UNSPEC : wanted.protocol,
        scope: selector.scope === undefined ? RT_SCOPE.NOWHERE : wanted.scope,
        type: selector.type === undefined ? RTN.UNSPEC : wanted.type,
        flags: 0,
        attrs: wanted.attrs,
      }
  yield* change('RTM_DELROUTE', request)
}

/**
 * Returns the message that deletes the first route that the selector matches.
 * @throws {NetlinkError} `ESRCH` if there is none
 * @throws {AmbiguousError} if the kernel would delete another one
 */
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

/** Adds a route, or replaces the one with its key if it differs from the spec. */
export function* ensureRoute(route: NewRoute): Operation<Ensured> {
  return yield* ensure(yield* routeTarget(route))
}

/** Returns the target of a spec. @throws {TypeError} for a wrong option */
export function* routeTarget(route: NewRoute): Operation<Target<FoundMessage<RouteMessage>>> {
  const wanted = yield* encodeRoute(route)
  const { oif } = wanted.attrs
  let all: RouteMessage[] = []
  function* find(): Operation<FoundMessage<RouteMessage> | undefined> {
    all = yield* withKey(wanted, route.metric)
    const ofDev = wanted.family === AF.INET6 && oif !== undefined ? all.filter(({ attrs }) => attrs.oif === oif) : []
    const candidates = ofDev.length > 0 || (isOfLink(wanted) && oif !== undefined) ? ofDev : all
    const match =
      candidates.find((message) => isClearlySame(route, wanted, message)) ??
      candidates.find((message) => compareRoute(route, wanted, toRoute(message)).every(isMatch))
    if (match === undefined && candidates.length > 1) {
      const reason = `expected one route to ${route.dst} to change, got ${candidates.length}`
      throw new AmbiguousError('route', reason, candidates.map(toRoute))
    }
    const message = match ?? candidates[0]
    return message && { message }
  }
  return {
    object: 'route',
    message: wanted,
    describe: () => describeRoute(route),
    find,
    create: () => change('RTM_NEWROUTE', wanted, all.length === 0 ? creating : appending),
    isClearlySame: ({ message }) => isClearlySame(route, wanted, message),
    compare: ({ message }) => compareRoute(route, wanted, toRoute(message)),
    update: ({ message }) => put(wanted, message, all),
  }
}

/** The metric of the route by which the kernel rejects packets without an IPv6 route (`ip6_null_entry`). */
const NULL_METRIC = 0xffffffff

/** True for a route that programs cannot delete: a cached one, or `ip6_null_entry`. `ip route flush` skips both. */
const isFixed = ({ message: { family, flags, dstLen, type, attrs } }: Route) =>
  (flags & RTM_F.CLONED) !== 0 ||
  (family === AF.INET6 && dstLen === 0 && type === RTN.UNREACHABLE && attrs.priority === NULL_METRIC)

/** Deletes the routes that a filter selects. Without `table`, only those of the table main. */
export function* flush(filter: RouteFilter): Operation<Route[]> {
  checkFlush(filter, filterKeys)
  const deleted: Route[] = []
  const { table = 'main' } = filter
  for (const route of yield* list({ ...filter, table }))
    if (!isFixed(route) && (yield* flushed(change('RTM_DELROUTE', deletionOf(route.message))))) deleted.push(route)
  return deleted
}
