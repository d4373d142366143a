import type { TimeoutOptions, WaitOptions } from '../../../connection/options.js'
import type { Rows } from '../../run/bind.js'
import { allocSpi } from './alloc-spi.js'
import { countStates, getState, listStates } from './read.js'
import type {
  NewXfrmState,
  XfrmSpiRequest,
  XfrmState,
  XfrmStateCount,
  XfrmStateFilter,
  XfrmStateFlush,
  XfrmStateKey,
} from './types.js'
import { addState, flushStates, removeState, updateState } from './write.js'

/** Operations on the states of IPsec: `nl.xfrm.state`. */
export interface XfrmStateOperations {
  /** Lists states, like `ip xfrm state list`. Keys are hidden when they are printed. */
  list(filter?: XfrmStateFilter, options?: WaitOptions): Promise<XfrmState[]>
  /** Lists states. Synchronous form of {@link XfrmStateOperations.list}. */
  listSync(filter?: XfrmStateFilter, options?: TimeoutOptions): XfrmState[]

  /** Returns a state, like `ip xfrm state get`; `undefined` if there is none. */
  get(key: XfrmStateKey, options?: WaitOptions): Promise<XfrmState | undefined>
  /** Returns a state. Synchronous form of {@link XfrmStateOperations.get}. */
  getSync(key: XfrmStateKey, options?: TimeoutOptions): XfrmState | undefined

  /**
   * Adds a state, like `ip xfrm state add`.
   * @throws {TypeError} for a wrong key or option, before anything is sent. The error does not contain the key.
   * @throws {NetlinkError} `EEXIST` if there is one with this key
   */
  add(state: NewXfrmState, options?: WaitOptions): Promise<void>
  /** Adds a state. Synchronous form of {@link XfrmStateOperations.add}. */
  addSync(state: NewXfrmState, options?: TimeoutOptions): void

  /**
   * Creates a state with an SPI that the kernel chooses at random, and returns it: a larval state, which `update` completes within 30 seconds. Like
   * `ip xfrm state allocspi`.
   * @throws {NetlinkError} `ENOENT` if none of the SPIs that the kernel tried is free, `EINVAL` for another protocol than `esp`, `ah` and `comp`
   */
  allocSpi(wanted: XfrmSpiRequest, options?: WaitOptions): Promise<XfrmState>
  /** Creates a state with an SPI that the kernel chooses. Synchronous form of {@link XfrmStateOperations.allocSpi}. */
  allocSpiSync(wanted: XfrmSpiRequest, options?: TimeoutOptions): XfrmState

  /** Updates the state with the same key, like `ip xfrm state update`; adds it if there is none that a larval state waits for. @throws {NetlinkError} `ESRCH` if there is none */
  update(state: NewXfrmState, options?: WaitOptions): Promise<void>
  /** Updates a state. Synchronous form of {@link XfrmStateOperations.update}. */
  updateSync(state: NewXfrmState, options?: TimeoutOptions): void

  /** Deletes a state, like `ip xfrm state delete`. @throws {NetlinkError} `ESRCH` if there is none */
  delete(key: XfrmStateKey, options?: WaitOptions): Promise<void>
  /** Deletes a state. Synchronous form of {@link XfrmStateOperations.delete}. */
  deleteSync(key: XfrmStateKey, options?: TimeoutOptions): void

  /** Deletes all states, or those of a protocol, like `ip xfrm state flush`. */
  flush(filter?: XfrmStateFlush, options?: WaitOptions): Promise<void>
  /** Deletes all states. Synchronous form of {@link XfrmStateOperations.flush}. */
  flushSync(filter?: XfrmStateFlush, options?: TimeoutOptions): void

  /** Returns the number of states, like `ip xfrm state count`. */
  count(options?: WaitOptions): Promise<XfrmStateCount>
  /** Returns the number of states. Synchronous form of {@link XfrmStateOperations.count}. */
  countSync(options?: TimeoutOptions): XfrmStateCount
}

export const stateRows: Rows<XfrmStateOperations> = {
  list: { arguments: 1, run: listStates },
  get: { arguments: 1, run: getState },
  add: { arguments: 1, run: addState },
  allocSpi: { arguments: 1, run: allocSpi },
  update: { arguments: 1, run: updateState },
  delete: { arguments: 1, run: removeState },
  flush: { arguments: 1, run: flushStates },
  count: { arguments: 0, run: countStates },
}
