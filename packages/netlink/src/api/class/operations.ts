import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeClass } from '../values/describe.js'
import { get, list } from './read.js'
import type { ClassFilter, ClassKey, NamedTrafficClass, NewTrafficClass, TrafficClass } from './types.js'
import { add, ensureClass, remove, replace, set } from './write.js'

/** Operations on classes of qdiscs: `nl.class`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface ClassOperations {
  /**
   * Lists classes, like `tc class show`. Without `dev`, one request per link is necessary.
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  list<N extends boolean = false>(
    filter?: ClassFilter,
    options?: ReadOptions<N>,
  ): Promise<Read<N, TrafficClass, NamedTrafficClass>[]>

  /** Lists classes, like `tc class show`. Synchronous form of {@link ClassOperations.list}. */
  listSync<N extends boolean = false>(
    filter?: ClassFilter,
    options?: ReadOptionsSync<N>,
  ): Read<N, TrafficClass, NamedTrafficClass>[]

  /** Returns a class; `undefined` if there is none, or one of a different parent or kind. */
  get<N extends boolean = false>(
    key: ClassKey,
    options?: ReadOptions<N>,
  ): Promise<Read<N, TrafficClass, NamedTrafficClass> | undefined>

  /** Returns a class; `undefined` if there is none. Synchronous form of {@link ClassOperations.get}. */
  getSync<N extends boolean = false>(
    key: ClassKey,
    options?: ReadOptionsSync<N>,
  ): Read<N, TrafficClass, NamedTrafficClass> | undefined

  /**
   * Adds a class to a qdisc, like `tc class add`.
   * @throws {NetlinkError} `EEXIST` if the handle is used
   */
  add(value: NewTrafficClass, options?: WaitOptions): Promise<void>

  /** Adds a class to a qdisc. Synchronous form of {@link ClassOperations.add}. */
  addSync(value: NewTrafficClass, options?: TimeoutOptions): void

  /** Adds a class to a qdisc, or changes the one with its handle, like `tc class replace`. */
  replace(value: NewTrafficClass, options?: WaitOptions): Promise<void>

  /** Adds a class to a qdisc, or changes the one with its handle. Synchronous form of {@link ClassOperations.replace}. */
  replaceSync(value: NewTrafficClass, options?: TimeoutOptions): void

  /**
   * Changes the options of a class, like `tc class change`.
   * @throws {NetlinkError} `ENOENT` if there is none with this handle
   */
  set(value: NewTrafficClass, options?: WaitOptions): Promise<void>

  /** Changes the options of a class. Synchronous form of {@link ClassOperations.set}. */
  setSync(value: NewTrafficClass, options?: TimeoutOptions): void

  /**
   * Deletes a class, like `tc class delete`.
   * @throws {NetlinkError} `ENOENT` if there is none; `EBUSY` if it has classes or filters
   */
  delete(key: ClassKey, options?: WaitOptions): Promise<void>

  /** Deletes a class. Synchronous form of {@link ClassOperations.delete}. */
  deleteSync(key: ClassKey, options?: TimeoutOptions): void

  /**
   * Adds a class, or changes the one with its handle if it differs from the spec.
   * @returns the changes
   * @throws {EnsureError} if the kernel accepts a change without effect
   */
  ensure(value: NewTrafficClass, options?: WaitOptions): Promise<Ensured>

  /** Adds a class, or changes the one with its handle if it differs. Synchronous form of {@link ClassOperations.ensure}. */
  ensureSync(value: NewTrafficClass, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const classOperations = (connection: AnyConnection) =>
  bind<ClassOperations>(new Runner(() => connection, 'class', describeClass), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    set: { arguments: 1, run: set },
    delete: { arguments: 1, run: remove },
    ensure: { arguments: 1, run: ensureClass },
  })
