import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeBridgeMdb } from '../values/describe.js'
import { get, list } from './read.js'
import type { BridgeMdbEntry, BridgeMdbFilter, BridgeMdbKey, NamedBridgeMdbEntry, NewBridgeMdbEntry } from './types.js'
import { add, ensureBridgeMdb, remove, replace } from './write.js'

/**
 * Operations on the multicast databases of bridges and vxlans: `nl.bridge.mdb`. Those that end with `Sync` block the thread until the
 * kernel has answered. A bridge must be up and have `mcastSnooping`. The database of a vxlan needs Linux 6.4.
 */
export interface BridgeMdbOperations {
  /**
   * Lists entries, like `bridge -details mdb show`: those that were added, and those that reports of hosts have created.
   * @param filter restricts the list; by default the entries of all bridges and vxlans are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` or `filter.master` does not exist
   */
  list<N extends boolean = false>(
    filter?: BridgeMdbFilter,
    options?: ReadOptions<N>,
  ): Promise<Read<N, BridgeMdbEntry, NamedBridgeMdbEntry>[]>

  /** Lists entries, like `bridge -details mdb show`. Synchronous form of {@link BridgeMdbOperations.list}. */
  listSync<N extends boolean = false>(
    filter?: BridgeMdbFilter,
    options?: ReadOptionsSync<N>,
  ): Read<N, BridgeMdbEntry, NamedBridgeMdbEntry>[]

  /** Returns an entry; `undefined` if there is none. Without `vid`, it may be of any VLAN. */
  get<N extends boolean = false>(
    key: BridgeMdbKey,
    options?: ReadOptions<N>,
  ): Promise<Read<N, BridgeMdbEntry, NamedBridgeMdbEntry> | undefined>

  /** Returns an entry; `undefined` if there is none. Synchronous form of {@link BridgeMdbOperations.get}. */
  getSync<N extends boolean = false>(
    key: BridgeMdbKey,
    options?: ReadOptionsSync<N>,
  ): Read<N, BridgeMdbEntry, NamedBridgeMdbEntry> | undefined

  /**
   * Adds an entry, like `bridge mdb add`. It is `permanent`, unless the spec says otherwise.
   * @throws {NetlinkError} `EEXIST` if there is one; `EINVAL` if the bridge is down or does not snoop
   */
  add(entry: NewBridgeMdbEntry, options?: WaitOptions): Promise<void>

  /** Adds an entry, like `bridge mdb add`. Synchronous form of {@link BridgeMdbOperations.add}. */
  addSync(entry: NewBridgeMdbEntry, options?: TimeoutOptions): void

  /** Adds an entry or replaces it, like `bridge mdb replace`. Linux 6.3. */
  replace(entry: NewBridgeMdbEntry, options?: WaitOptions): Promise<void>

  /** Adds an entry or replaces it, like `bridge mdb replace`. Synchronous form of {@link BridgeMdbOperations.replace}. */
  replaceSync(entry: NewBridgeMdbEntry, options?: TimeoutOptions): void

  /**
   * Deletes an entry, like `bridge mdb del`.
   * @throws {NetlinkError} `ENOENT` if it does not exist
   */
  delete(key: BridgeMdbKey, options?: WaitOptions): Promise<void>

  /** Deletes an entry, like `bridge mdb del`. Synchronous form of {@link BridgeMdbOperations.delete}. */
  deleteSync(key: BridgeMdbKey, options?: TimeoutOptions): void

  /**
   * Adds an entry, or changes it if it differs from the spec. Properties that are left out stay as they are, except `state`: as for
   * `add`, it is `permanent`.
   * @param entry the spec; all but `state`, `mode`, `sources` and `protocol` identify the entry
   * @returns the changes
   * @throws {EnsureError} if the kernel accepts a change without effect
   */
  ensure(entry: NewBridgeMdbEntry, options?: WaitOptions): Promise<Ensured>

  /** Adds an entry, or changes it if it differs from the spec. Synchronous form of {@link BridgeMdbOperations.ensure}. */
  ensureSync(entry: NewBridgeMdbEntry, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const bridgeMdbOperations = (connection: AnyConnection) =>
  bind<BridgeMdbOperations>(new Runner(() => connection, 'MDB entry', describeBridgeMdb), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    delete: { arguments: 1, run: remove },
    ensure: { arguments: 1, run: ensureBridgeMdb },
  })
