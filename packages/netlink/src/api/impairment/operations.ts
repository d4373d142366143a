import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeOnLink } from '../values/describe.js'
import { get, list } from './read.js'
import type { Impairment, ImpairmentFilter, ImpairmentKey, NewImpairment } from './types.js'
import { ensureImpairment, remove } from './write.js'

/**
 * Impairments of the packets that a link sends to a destination: `nl.impairment`. Those that end with `Sync` block the thread until
 * the kernel has answered.
 */
export interface ImpairmentOperations {
  /** Lists the impairments of a link. */
  list(filter: ImpairmentFilter, options?: WaitOptions): Promise<Impairment[]>

  /** Lists the impairments of a link. Synchronous form of {@link ImpairmentOperations.list}. */
  listSync(filter: ImpairmentFilter, options?: TimeoutOptions): Impairment[]

  /** Returns the impairment of a destination; `undefined` if there is none. */
  get(key: ImpairmentKey, options?: WaitOptions): Promise<Impairment | undefined>

  /** Returns the impairment of a destination. Synchronous form of {@link ImpairmentOperations.get}. */
  getSync(key: ImpairmentKey, options?: TimeoutOptions): Impairment | undefined

  /**
   * Impairs the packets to a destination, or changes that if it differs from the spec. The link gets an htb as its root qdisc, with a
   * class and a filter for each destination. Other packets are not affected.
   * @throws {NetlinkError} `EEXIST` if the link has another root qdisc, which is not changed
   */
  ensure(value: NewImpairment, options?: WaitOptions): Promise<Ensured>

  /** Impairs the packets to a destination, or changes that. Synchronous form of {@link ImpairmentOperations.ensure}. */
  ensureSync(value: NewImpairment, options?: TimeoutOptions): Ensured

  /**
   * Removes the impairment of a destination. The root qdisc is removed with the last one.
   * @throws {NetlinkError} `ENOENT` if there is none
   */
  delete(key: ImpairmentKey, options?: WaitOptions): Promise<void>

  /** Removes the impairment of a destination. Synchronous form of {@link ImpairmentOperations.delete}. */
  deleteSync(key: ImpairmentKey, options?: TimeoutOptions): void
}

/** Creates the operations on one connection. */
export const impairmentOperations = (connection: AnyConnection) =>
  bind<ImpairmentOperations>(new Runner(() => connection, 'impairment', describeOnLink), {
    list: { arguments: 1, run: list },
    get: { arguments: 1, run: get },
    ensure: { arguments: 1, run: ensureImpairment },
    delete: { arguments: 1, run: remove },
  })
