import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeRoute } from '../values/describe.js'
import { get, list, lookup } from './read.js'
import type { NamedRoute, NewRoute, Route, RouteFilter, RouteLookup } from './types.js'
import { add, append, ensureRoute, flush, remove, replace } from './write.js'

/** Operations on routes: `nl.route`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface RouteOperations {
  /**
   * Lists routes, like `ip route show table all`.
   * @param filter restricts the list; by default the routes of all tables, of IPv4 and IPv6, are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  list<N extends boolean = false>(filter?: RouteFilter, options?: ReadOptions<N>): Promise<Read<N, Route, NamedRoute>[]>

  /** Lists routes, like `ip route show table all`. Synchronous form of {@link RouteOperations.list}. */
  listSync<N extends boolean = false>(filter?: RouteFilter, options?: ReadOptionsSync<N>): Read<N, Route, NamedRoute>[]

  /**
   * Returns the first route that has all given properties, like `ip route show exact`; `undefined` if there is none.
   * @param selector destination, table, metric, tos and source network; if other properties are given, they must match
   * @throws {NetlinkError} `ENODEV` if a link does not exist
   */
  get<N extends boolean = false>(
    selector: NewRoute,
    options?: ReadOptions<N>,
  ): Promise<Read<N, Route, NamedRoute> | undefined>

  /** Returns the first route that has all given properties. Synchronous form of {@link RouteOperations.get}. */
  getSync<N extends boolean = false>(
    selector: NewRoute,
    options?: ReadOptionsSync<N>,
  ): Read<N, Route, NamedRoute> | undefined

  /**
   * Returns the route that the kernel chooses for a packet, like `ip route get`.
   * @param address the destination
   * @param packet further properties of the packet
   * @throws {NetlinkError} `ENETUNREACH`, `EHOSTUNREACH`, … if there is no route
   */
  lookup<N extends boolean = false>(
    address: string,
    packet?: RouteLookup,
    options?: ReadOptions<N>,
  ): Promise<Read<N, Route, NamedRoute>>

  /** Returns the route that the kernel chooses for a packet, like `ip route get`. Synchronous form of {@link RouteOperations.lookup}. */
  lookupSync<N extends boolean = false>(
    address: string,
    packet?: RouteLookup,
    options?: ReadOptionsSync<N>,
  ): Read<N, Route, NamedRoute>

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
   * Deletes all routes that the filter selects, like `ip route flush`, of IPv4 and IPv6 if the filter has neither `family` nor
   * `dst`.
   * @param filter without `table`, routes of the table main are deleted
   * @returns the deleted routes
   * @throws {TypeError} for a filter without a property
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  flush(filter: RouteFilter, options?: WaitOptions): Promise<Route[]>

  /** Deletes all routes that the filter selects, like `ip route flush`. Synchronous form of {@link RouteOperations.flush}. */
  flushSync(filter: RouteFilter, options?: TimeoutOptions): Route[]

  /**
   * Adds a route, or replaces the one with its key if it differs from the spec: `ip route add` or `replace`. Properties that are
   * left out get their defaults if the route is replaced. Several routes may have the same key: it is enough if one matches.
   * For IPv6, a route by `dev` is replaced before one by another link; for a link-local network only that one.
   * @param route the spec; destination, table, metric, tos and source network are the key
   * @returns the changes
   * @throws {AmbiguousError} if several routes have the key, and none matches
   * @throws {EnsureError} if the kernel accepts a change without effect
   */
  ensure(route: NewRoute, options?: WaitOptions): Promise<Ensured>

  /** Adds a route, or replaces the one with its key if it differs from the spec. Synchronous form of {@link RouteOperations.ensure}. */
  ensureSync(route: NewRoute, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const routeOperations = (connection: AnyConnection) =>
  bind<RouteOperations>(new Runner(() => connection, 'route', describeRoute), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    lookup: { arguments: 2, run: lookup, reads: true },
    add: { arguments: 1, run: add },
    append: { arguments: 1, run: append },
    replace: { arguments: 1, run: replace },
    delete: { arguments: 1, run: remove },
    flush: { arguments: 1, run: flush },
    ensure: { arguments: 1, run: ensureRoute },
  })
