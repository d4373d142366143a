import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import type { FilterPlace } from '../filter/types.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeChain } from '../values/describe.js'
import type { TrafficChain } from './decode.js'
import { add, type Chain, ensureChain, get, list, remove } from './write.js'

/** Operations on chains of filters: `nl.chain`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface ChainOperations {
  /** Lists the numbers of the chains of a place, like `tc chain show`. */
  list(place: FilterPlace, options?: WaitOptions): Promise<number[]>

  /** Lists the numbers of the chains of a place. Synchronous form of {@link ChainOperations.list}. */
  listSync(place: FilterPlace, options?: TimeoutOptions): number[]

  /** Returns a chain; `undefined` if there is none. */
  get(chain: Chain, options?: WaitOptions): Promise<TrafficChain | undefined>

  /** Returns a chain; `undefined` if there is none. Synchronous form of {@link ChainOperations.get}. */
  getSync(chain: Chain, options?: TimeoutOptions): TrafficChain | undefined

  /**
   * Adds a chain, like `tc chain add`. The kernel also creates one with its first filter.
   * @throws {NetlinkError} `EEXIST` if it exists
   */
  add(chain: Chain, options?: WaitOptions): Promise<void>

  /** Adds a chain. Synchronous form of {@link ChainOperations.add}. */
  addSync(chain: Chain, options?: TimeoutOptions): void

  /** Adds a chain if there is none with its number. */
  ensure(chain: Chain, options?: WaitOptions): Promise<Ensured>

  /** Adds a chain if there is none with its number. Synchronous form of {@link ChainOperations.ensure}. */
  ensureSync(chain: Chain, options?: TimeoutOptions): Ensured

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
    get: { arguments: 1, run: get },
    add: { arguments: 1, run: add },
    ensure: { arguments: 1, run: ensureChain },
    delete: { arguments: 1, run: remove },
  })
