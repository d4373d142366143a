import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import type { FilterPlace } from '../filter/types.js'
import { bind } from '../run/bind.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeChain } from '../values/describe.js'
import { add, type Chain, list, remove } from './write.js'

/** Operations on chains of filters: `nl.chain`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface ChainOperations {
  /** Lists the numbers of the chains of a place, like `tc chain show`. */
  list(place: FilterPlace, options?: WaitOptions): Promise<number[]>

  /** Lists the numbers of the chains of a place. Synchronous form of {@link ChainOperations.list}. */
  listSync(place: FilterPlace, options?: TimeoutOptions): number[]

  /**
   * Adds a chain, like `tc chain add`. The kernel also creates one with its first filter.
   * @throws {NetlinkError} `EEXIST` if it exists
   */
  add(chain: Chain, options?: WaitOptions): Promise<void>

  /** Adds a chain. Synchronous form of {@link ChainOperations.add}. */
  addSync(chain: Chain, options?: TimeoutOptions): void

  /**
   * Deletes a chain with its filters, like `tc chain delete`.
   * @throws {NetlinkError} `EINVAL` or `ENOENT` if there is none
   */
  delete(chain: Chain, options?: WaitOptions): Promise<void>

  /** Deletes a chain with its filters. Synchronous form of {@link ChainOperations.delete}. */
  deleteSync(chain: Chain, options?: TimeoutOptions): void
}

/** Creates the operations on one connection. */
export const chainOperations = (connection: AnyConnection) =>
  bind<ChainOperations>(new Runner(() => connection, 'chain', describeChain), {
    list: { arguments: 1, run: list },
    add: { arguments: 1, run: add },
    delete: { arguments: 1, run: remove },
  })
