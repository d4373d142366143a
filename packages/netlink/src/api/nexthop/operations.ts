import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeNexthop } from '../values/describe.js'
import { get, list } from './read.js'
import type { NamedNexthop, NewNexthop, Nexthop, NexthopFilter, NexthopKey, NexthopQuery } from './types.js'
import { add, ensureNexthop, flush, remove, replace } from './write.js'

/**
 * Operations on next hop objects, which routes can share: `nl.nexthop`. Those that end with `Sync` block the thread until the
 * kernel has answered.
 */
export interface NexthopOperations {
  /**
   * Lists next hops, like `ip nexthop show`.
   * @param filter restricts the list; by default all next hops are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` or `filter.master` does not exist
   */
  list<N extends boolean = false>(
    filter?: NexthopFilter,
    options?: ReadOptions<N>,
  ): Promise<Read<N, Nexthop, NamedNexthop>[]>

  /** Lists next hops, like `ip nexthop show`. Synchronous form of {@link NexthopOperations.list}. */
  listSync<N extends boolean = false>(
    filter?: NexthopFilter,
    options?: ReadOptionsSync<N>,
  ): Read<N, Nexthop, NamedNexthop>[]

  /**
   * Returns a next hop, like `ip nexthop get id 7`; `undefined` if there is none with this ID.
   * @param key the ID; if other properties are given, they must match
   */
  get<N extends boolean = false>(
    key: NexthopQuery,
    options?: ReadOptions<N>,
  ): Promise<Read<N, Nexthop, NamedNexthop> | undefined>

  /** Returns a next hop, like `ip nexthop get id 7`; `undefined` if there is none. Synchronous form of {@link NexthopOperations.get}. */
  getSync<N extends boolean = false>(
    key: NexthopQuery,
    options?: ReadOptionsSync<N>,
  ): Read<N, Nexthop, NamedNexthop> | undefined

  /**
   * Adds a next hop, like `ip nexthop add`.
   * @returns its ID: without `id`, the one that the kernel has chosen
   * @throws {NetlinkError} `EEXIST` if there is one with this ID
   */
  add(nexthop: NewNexthop, options?: WaitOptions): Promise<number>

  /** Adds a next hop, like `ip nexthop add`, and returns its ID. Synchronous form of {@link NexthopOperations.add}. */
  addSync(nexthop: NewNexthop, options?: TimeoutOptions): number

  /** Adds a next hop, or replaces the one with its ID, like `ip nexthop replace`. Routes that use it continue with the new one. */
  replace(nexthop: NewNexthop, options?: WaitOptions): Promise<void>

  /** Adds a next hop, or replaces the one with its ID. Synchronous form of {@link NexthopOperations.replace}. */
  replaceSync(nexthop: NewNexthop, options?: TimeoutOptions): void

  /**
   * Deletes a next hop, like `ip nexthop delete`, and with it the routes that use it.
   * @param key the ID; if other properties are given, they must match
   * @throws {NetlinkError} `ENOENT` if there is none with this ID, or if it differs from the given properties
   */
  delete(key: NexthopKey, options?: WaitOptions): Promise<void>

  /** Deletes a next hop and the routes that use it, like `ip nexthop delete`. Synchronous form of {@link NexthopOperations.delete}. */
  deleteSync(key: NexthopKey, options?: TimeoutOptions): void

  /**
   * Deletes all next hops that the filter selects, groups first, like `ip nexthop flush`, and with them the routes that use them.
   * @returns the deleted next hops
   * @throws {TypeError} for a filter without a property
   */
  flush(filter: NexthopFilter, options?: WaitOptions): Promise<Nexthop[]>

  /** Deletes all next hops that the filter selects, like `ip nexthop flush`. Synchronous form of {@link NexthopOperations.flush}. */
  flushSync(filter: NexthopFilter, options?: TimeoutOptions): Nexthop[]

  /**
   * Adds a next hop or a group, or replaces the one with its ID if it differs from the spec: `ip nexthop add` or `replace`.
   * Properties that are left out are not compared, and get their defaults if the next hop is replaced. Routes that use it
   * continue with the new one. The order of the members of a group has no meaning.
   * @param nexthop the spec; `id` is required
   * @returns the changes
   * @throws {NetlinkError} `EINVAL` if the ID belongs to a group and the spec is none, or the reverse
   * @throws {EnsureError} if the kernel accepts a change without effect
   */
  ensure(nexthop: NexthopKey, options?: WaitOptions): Promise<Ensured>

  /** Adds a next hop, or replaces the one with its ID if it differs. Synchronous form of {@link NexthopOperations.ensure}. */
  ensureSync(nexthop: NexthopKey, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const nexthopOperations = (connection: AnyConnection) =>
  bind<NexthopOperations>(new Runner(() => connection, 'next hop', describeNexthop), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    delete: { arguments: 1, run: remove },
    flush: { arguments: 1, run: flush },
    ensure: { arguments: 1, run: ensureNexthop },
  })
