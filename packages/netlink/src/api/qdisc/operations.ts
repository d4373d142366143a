import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeQdisc } from '../values/describe.js'
import { get, list } from './read.js'
import type { NamedQdisc, NewQdisc, Qdisc, QdiscFilter, QdiscKey } from './types.js'
import { add, ensureQdisc, remove, replace, set } from './write.js'

/** Operations on queueing disciplines: `nl.qdisc`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface QdiscOperations {
  /**
   * Lists qdiscs, like `tc qdisc show`. The library filters, because the kernel does not.
   * @param filter restricts the list; by default the qdiscs of all links are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  list<N extends boolean = false>(filter?: QdiscFilter, options?: ReadOptions<N>): Promise<Read<N, Qdisc, NamedQdisc>[]>

  /** Lists qdiscs, like `tc qdisc show`. Synchronous form of {@link QdiscOperations.list}. */
  listSync<N extends boolean = false>(filter?: QdiscFilter, options?: ReadOptionsSync<N>): Read<N, Qdisc, NamedQdisc>[]

  /**
   * Returns a qdisc, like `tc qdisc show dev eth0 root`; `undefined` if there is none, or one of a different handle or kind.
   * @throws {NetlinkError} `ENODEV` if the link does not exist
   */
  get<N extends boolean = false>(
    key: QdiscKey,
    options?: ReadOptions<N>,
  ): Promise<Read<N, Qdisc, NamedQdisc> | undefined>

  /** Returns a qdisc; `undefined` if there is none. Synchronous form of {@link QdiscOperations.get}. */
  getSync<N extends boolean = false>(
    key: QdiscKey,
    options?: ReadOptionsSync<N>,
  ): Read<N, Qdisc, NamedQdisc> | undefined

  /**
   * Adds a qdisc to a link, like `tc qdisc add`.
   * @throws {NetlinkError} `EEXIST` if the parent has a qdisc that was added
   */
  add(qdisc: NewQdisc, options?: WaitOptions): Promise<void>

  /** Adds a qdisc to a link, like `tc qdisc add`. Synchronous form of {@link QdiscOperations.add}. */
  addSync(qdisc: NewQdisc, options?: TimeoutOptions): void

  /** Adds a qdisc to a link, or replaces the one at its parent, like `tc qdisc replace`. */
  replace(qdisc: NewQdisc, options?: WaitOptions): Promise<void>

  /** Adds a qdisc to a link, or replaces the one at its parent. Synchronous form of {@link QdiscOperations.replace}. */
  replaceSync(qdisc: NewQdisc, options?: TimeoutOptions): void

  /**
   * Changes the options of a qdisc, like `tc qdisc change`.
   * @throws {NetlinkError} `ENOENT` if there is none with this parent, handle and kind
   */
  set(qdisc: NewQdisc, options?: WaitOptions): Promise<void>

  /** Changes the options of a qdisc, like `tc qdisc change`. Synchronous form of {@link QdiscOperations.set}. */
  setSync(qdisc: NewQdisc, options?: TimeoutOptions): void

  /**
   * Deletes a qdisc, like `tc qdisc delete`.
   * @param key `parent`, `handle` or `kind`; every given one must match
   * @throws {NetlinkError} `ENOENT` if there is none, or one of a different handle or kind
   * @throws {TypeError} if the key has neither `parent` nor `handle` nor `kind`
   */
  delete(key: QdiscKey, options?: WaitOptions): Promise<void>

  /** Deletes a qdisc, like `tc qdisc delete`. Synchronous form of {@link QdiscOperations.delete}. */
  deleteSync(key: QdiscKey, options?: TimeoutOptions): void

  /**
   * Adds a qdisc to a link, or changes the one at its parent if it differs from the spec: `tc qdisc add` or `change`. Options that
   * are left out stay as they are, as far as the kind allows. Options that the kernel does not report are not compared.
   * @param qdisc the spec; link and parent identify the qdisc
   * @returns the changes
   * @throws {NetlinkError} `EEXIST` if the parent has a qdisc of another kind, or of another handle than a given one;
   *   `EOPNOTSUPP` if the kind cannot change its options (htb, ingress, …)
   * @throws {EnsureError} if the kernel accepts a change without effect
   */
  ensure(qdisc: NewQdisc, options?: WaitOptions): Promise<Ensured>

  /** Adds a qdisc to a link, or changes the one at its parent if it differs. Synchronous form of {@link QdiscOperations.ensure}. */
  ensureSync(qdisc: NewQdisc, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const qdiscOperations = (connection: AnyConnection) =>
  bind<QdiscOperations>(new Runner(() => connection, 'qdisc', describeQdisc), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    set: { arguments: 1, run: set },
    delete: { arguments: 1, run: remove },
    ensure: { arguments: 1, run: ensureQdisc },
  })
