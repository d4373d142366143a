import type { RouteMessage } from '../../route/index.js'
import type { KnownObjects, KnownTarget } from '../run/known.js'
import { isClearlySame } from './diff.js'
import { encodeWithoutLinks } from './encode.js'
import { isWithKey } from './read.js'
import { destinationKey, tableOf } from './selection.js'
import type { NewRoute } from './types.js'

/** Returns the route of a spec if that is clear without a request: see `routeTarget`, which finds the same one. @throws {TypeError} */
export function knownRoute(route: NewRoute, known: KnownObjects): KnownTarget<RouteMessage> | undefined {
  const { dev, multipath, nexthop, metric } = route
  if (multipath !== undefined) return undefined
  const message = encodeWithoutLinks(route)
  const { family, attrs } = message
  if (dev !== undefined && nexthop === undefined) {
    attrs.oif = known.linkIndex(dev)
    if (attrs.oif === undefined) return undefined
  }
  const routes = known.routes(family, tableOf(message), destinationKey(attrs.dst))
  if (routes === undefined) return undefined
  let isTaken = false
  for (const each of routes) {
    if (!isWithKey(message, metric, each)) continue
    if (isClearlySame(route, message, each)) return { message, found: each }
    isTaken = true
  }
  return isTaken ? undefined : { message, found: undefined }
}
