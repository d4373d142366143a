import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeFilter } from '../values/describe.js'
import { get, list } from './read.js'
import type { FilterFilter, FilterKey, NamedTrafficFilter, NewTrafficFilter, TrafficFilter } from './types.js'
import { add, ensureFilter, remove, replace, set } from './write.js'

/** Operations on filters: `nl.filter`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface FilterOperations {
  /**
   * Lists the filters of a place, like `tc filter show`: of the root qdisc of a link, of another `parent`, or of a block.
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  list<N extends boolean = false>(
    filter: FilterFilter,
    options?: ReadOptions<N>,
  ): Promise<Read<N, TrafficFilter, NamedTrafficFilter>[]>

  /** Lists the filters of a place, like `tc filter show`. Synchronous form of {@link FilterOperations.list}. */
  listSync<N extends boolean = false>(
    filter: FilterFilter,
    options?: ReadOptionsSync<N>,
  ): Read<N, TrafficFilter, NamedTrafficFilter>[]

  /** Returns the first filter that has all properties of the key; `undefined` if there is none. */
  get<N extends boolean = false>(
    key: FilterKey,
    options?: ReadOptions<N>,
  ): Promise<Read<N, TrafficFilter, NamedTrafficFilter> | undefined>

  /** Returns the first filter that has all properties of the key. Synchronous form of {@link FilterOperations.get}. */
  getSync<N extends boolean = false>(
    key: FilterKey,
    options?: ReadOptionsSync<N>,
  ): Read<N, TrafficFilter, NamedTrafficFilter> | undefined

  /**
   * Adds a filter, like `tc filter add`. Without `priority` and `handle`, the kernel chooses them.
   * @throws {NetlinkError} `EEXIST` if the handle is used
   */
  add(value: NewTrafficFilter, options?: WaitOptions): Promise<void>

  /** Adds a filter, like `tc filter add`. Synchronous form of {@link FilterOperations.add}. */
  addSync(value: NewTrafficFilter, options?: TimeoutOptions): void

  /** Adds a filter, or replaces the one with its priority and handle, like `tc filter replace`. */
  replace(value: NewTrafficFilter, options?: WaitOptions): Promise<void>

  /** Adds a filter, or replaces the one with its priority and handle. Synchronous form of {@link FilterOperations.replace}. */
  replaceSync(value: NewTrafficFilter, options?: TimeoutOptions): void

  /**
   * Changes a filter, like `tc filter change`.
   * @throws {NetlinkError} `ENOENT` if there is none with this priority and handle
   */
  set(value: NewTrafficFilter, options?: WaitOptions): Promise<void>

  /** Changes a filter, like `tc filter change`. Synchronous form of {@link FilterOperations.set}. */
  setSync(value: NewTrafficFilter, options?: TimeoutOptions): void

  /**
   * Deletes the first filter that has all properties of the key, like `tc filter delete`.
   * @param key `priority`, `handle`, `kind` or `chain`; every given one must match
   * @throws {NetlinkError} `ENOENT` if there is none
   * @throws {TypeError} if the key would select any filter
   */
  delete(key: FilterKey, options?: WaitOptions): Promise<void>

  /** Deletes the first filter that has all properties of the key. Synchronous form of {@link FilterOperations.delete}. */
  deleteSync(key: FilterKey, options?: TimeoutOptions): void

  /**
   * Adds a filter, or replaces the one with its priority, protocol and handle if it differs from the spec.
   * @param value the spec, with a `priority`
   * @returns the changes
   * @throws {NetlinkError} `EEXIST` if the priority has filters of another kind
   */
  ensure(value: NewTrafficFilter, options?: WaitOptions): Promise<Ensured>

  /** Adds a filter, or replaces the one with its priority if it differs. Synchronous form of {@link FilterOperations.ensure}. */
  ensureSync(value: NewTrafficFilter, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const filterOperations = (connection: AnyConnection) =>
  bind<FilterOperations>(new Runner(() => connection, 'filter', describeFilter), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    set: { arguments: 1, run: set },
    delete: { arguments: 1, run: remove },
    ensure: { arguments: 1, run: ensureFilter },
  })
