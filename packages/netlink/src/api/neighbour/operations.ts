import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeNeighbour } from '../values/describe.js'
import { ensureNeighbour } from './ensure.js'
import { flush } from './flush.js'
import { get, list } from './read.js'
import type {
  NamedNeighbour,
  Neighbour,
  NeighbourFilter,
  NeighbourFlush,
  NeighbourKey,
  NeighbourQuery,
  NewNeighbour,
} from './types.js'
import { add, append, remove, replace } from './write.js'

/**
 * Operations on neighbours (ARP and NDP tables) and, with `family: 'bridge'`, on the forwarding databases (FDB) of bridges and
 * vxlans: `nl.neighbour`. Those that end with `Sync` block the thread until the kernel has answered.
 */
export interface NeighbourOperations {
  /**
   * Lists neighbours or FDB entries, like `ip neigh show` and `bridge fdb show`.
   * @param filter restricts the list; by default the neighbours of IPv4 and IPv6 are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` or `filter.master` does not exist
   */
  list<N extends boolean = false>(
    filter?: NeighbourFilter,
    options?: ReadOptions<N>,
  ): Promise<Read<N, Neighbour, NamedNeighbour>[]>

  /** Lists neighbours or FDB entries, like `ip neigh show`. Synchronous form of {@link NeighbourOperations.list}. */
  listSync<N extends boolean = false>(
    filter?: NeighbourFilter,
    options?: ReadOptionsSync<N>,
  ): Read<N, Neighbour, NamedNeighbour>[]

  /**
   * Returns a neighbour or FDB entry, like `ip neigh get` and `bridge fdb get`; `undefined` if there is none.
   * @param key `dev` and `dst`, or those of an FDB entry; a given `lladdr` and `protocol` must match
   * @throws {NetlinkError} `ENODEV` if a link does not exist
   */
  get<N extends boolean = false>(
    key: NeighbourQuery,
    options?: ReadOptions<N>,
  ): Promise<Read<N, Neighbour, NamedNeighbour> | undefined>

  /** Returns a neighbour or FDB entry, like `ip neigh get`. Synchronous form of {@link NeighbourOperations.get}. */
  getSync<N extends boolean = false>(
    key: NeighbourQuery,
    options?: ReadOptionsSync<N>,
  ): Read<N, Neighbour, NamedNeighbour> | undefined

  /**
   * Adds a neighbour or FDB entry, like `ip neigh add` and `bridge fdb add`.
   * @throws {NetlinkError} `EEXIST` if it exists
   */
  add(neighbour: NewNeighbour, options?: WaitOptions): Promise<void>

  /** Adds a neighbour or FDB entry, like `ip neigh add`. Synchronous form of {@link NeighbourOperations.add}. */
  addSync(neighbour: NewNeighbour, options?: TimeoutOptions): void

  /** Adds a neighbour or FDB entry, or replaces it, like `ip neigh replace` and `bridge fdb replace`. */
  replace(neighbour: NewNeighbour, options?: WaitOptions): Promise<void>

  /** Adds a neighbour or FDB entry, or replaces it, like `ip neigh replace`. Synchronous form of {@link NeighbourOperations.replace}. */
  replaceSync(neighbour: NewNeighbour, options?: TimeoutOptions): void

  /** Adds another destination to an FDB entry of a vxlan, like `bridge fdb append`. */
  append(neighbour: NewNeighbour, options?: WaitOptions): Promise<void>

  /** Adds another destination to an FDB entry, like `bridge fdb append`. Synchronous form of {@link NeighbourOperations.append}. */
  appendSync(neighbour: NewNeighbour, options?: TimeoutOptions): void

  /**
   * Deletes a neighbour or FDB entry, like `ip neigh delete` and `bridge fdb delete`.
   * @param key `dev` and `dst`, or those of an FDB entry; a given `lladdr` and `protocol` must match
   * @throws {NetlinkError} `ENOENT` if there is none
   * @throws {AmbiguousError} if the kernel would delete other FDB entries as well
   */
  delete(key: NeighbourKey, options?: WaitOptions): Promise<void>

  /** Deletes a neighbour or FDB entry, like `ip neigh delete`. Synchronous form of {@link NeighbourOperations.delete}. */
  deleteSync(key: NeighbourKey, options?: TimeoutOptions): void

  /**
   * Deletes all neighbours that the filter selects, like `ip neigh flush`; with `family: 'bridge'` FDB entries, like
   * `bridge fdb flush` (NLM_F_BULK). Permanent entries are kept, and neighbours of state NOARP, unless the filter has `state`.
   * @param filter for FDB entries, `dev` (a bridge, its port or a vxlan) or `master` is required
   * @returns the deleted neighbours. For FDB entries, those of the link that were listed before and no longer after
   * @throws {TypeError} for a filter without a property
   * @throws {NetlinkError} `EOPNOTSUPP` for an FDB that the kernel cannot flush: of links that are neither bridge, port nor vxlan
   */
  flush(filter: NeighbourFlush, options?: WaitOptions): Promise<Neighbour[]>

  /** Deletes all neighbours that the filter selects, like `ip neigh flush`. Synchronous form of {@link NeighbourOperations.flush}. */
  flushSync(filter: NeighbourFlush, options?: TimeoutOptions): Neighbour[]

  /**
   * Adds a neighbour or FDB entry, or changes it if it differs from the spec: `ip neigh add` or `replace`. Properties that are
   * left out stay as they are, except `state`: as for `add`, it is PERMANENT, so that the kernel does not forget the entry.
   * States that the kernel changes by itself (REACHABLE, STALE, …) match each other.
   *
   * A bridge has an address once in each VLAN: an entry that it has learned on another port moves to `dev`. A vxlan has one
   * destination for a unicast address, which is changed. Other addresses have several, and one is added.
   * @param neighbour the spec; link and address identify the entry
   * @returns the changes
   * @throws {NetlinkError} `EEXIST` if the bridge has the address on another port and has not learned it
   * @throws {EnsureError} if the kernel accepts a change without effect
   */
  ensure(neighbour: NewNeighbour, options?: WaitOptions): Promise<Ensured>

  /** Adds a neighbour or FDB entry, or changes it if it differs. Synchronous form of {@link NeighbourOperations.ensure}. */
  ensureSync(neighbour: NewNeighbour, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const neighbourOperations = (connection: AnyConnection) =>
  bind<NeighbourOperations>(new Runner(() => connection, 'neighbour', describeNeighbour), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    append: { arguments: 1, run: append },
    delete: { arguments: 1, run: remove },
    flush: { arguments: 1, run: flush },
    ensure: { arguments: 1, run: ensureNeighbour },
  })
