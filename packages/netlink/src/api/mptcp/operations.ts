import { calledBy } from '../../connection/caller.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { mptcpPm } from '../../generic/mptcp.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { withLinks } from '../run/with-links.js'
import { describeMptcpEndpoint } from '../values/describe.js'
import { EventStream, type EventStreamOptions } from '../watch/event-stream.js'
import { add, flush, get, limits, list, remove, set, setLimits } from './requests.js'
import type {
  MptcpEndpoint,
  MptcpEndpointChanges,
  MptcpEndpointKey,
  MptcpEvent,
  MptcpLimits,
  NamedMptcpEndpoint,
  NewMptcpEndpoint,
} from './types.js'
import { mptcpEvents } from './watch.js'

/** Operations that send requests. */
interface MptcpRequests {
  /** Lists endpoints, like `ip mptcp endpoint show`. */
  list<N extends boolean = false>(options?: ReadOptions<N>): Promise<Read<N, MptcpEndpoint, NamedMptcpEndpoint>[]>

  /** Lists endpoints. Synchronous form of {@link MptcpOperations.list}. */
  listSync<N extends boolean = false>(options?: ReadOptionsSync<N>): Read<N, MptcpEndpoint, NamedMptcpEndpoint>[]

  /** Returns an endpoint, like `ip mptcp endpoint show id 1`; `undefined` if there is none. An address without `port` is that of the first endpoint. */
  get<N extends boolean = false>(
    key: MptcpEndpointKey,
    options?: ReadOptions<N>,
  ): Promise<Read<N, MptcpEndpoint, NamedMptcpEndpoint> | undefined>

  /** Returns an endpoint. Synchronous form of {@link MptcpOperations.get}. */
  getSync<N extends boolean = false>(
    key: MptcpEndpointKey,
    options?: ReadOptionsSync<N>,
  ): Read<N, MptcpEndpoint, NamedMptcpEndpoint> | undefined

  /**
   * Adds an endpoint, like `ip mptcp endpoint add`.
   * @throws {NetlinkError} `EEXIST` if the address or the id is taken
   */
  add(endpoint: NewMptcpEndpoint, options?: WaitOptions): Promise<void>

  /** Adds an endpoint, like `ip mptcp endpoint add`. Synchronous form of {@link MptcpOperations.add}. */
  addSync(endpoint: NewMptcpEndpoint, options?: TimeoutOptions): void

  /**
   * Sets and clears the flags BACKUP and FULLMESH of an endpoint, like `ip mptcp endpoint change`. Connections follow.
   * @throws {NetlinkError} `ENOENT` if there is no such endpoint
   */
  set(key: MptcpEndpointKey, changes: MptcpEndpointChanges, options?: WaitOptions): Promise<void>

  /** Sets and clears flags of an endpoint. Synchronous form of {@link MptcpOperations.set}. */
  setSync(key: MptcpEndpointKey, changes: MptcpEndpointChanges, options?: TimeoutOptions): void

  /**
   * Deletes an endpoint, like `ip mptcp endpoint delete`. Connections close its subflows. The key `{ id: 0, address }` closes the first
   * subflows from an address without an endpoint.
   * @throws {NetlinkError} `ENOENT` if there is no such endpoint
   */
  delete(key: MptcpEndpointKey, options?: WaitOptions): Promise<void>

  /** Deletes an endpoint. Synchronous form of {@link MptcpOperations.delete}. */
  deleteSync(key: MptcpEndpointKey, options?: TimeoutOptions): void

  /** Deletes all endpoints, like `ip mptcp endpoint flush`. */
  flush(options?: WaitOptions): Promise<void>

  /** Deletes all endpoints. Synchronous form of {@link MptcpOperations.flush}. */
  flushSync(options?: TimeoutOptions): void

  /** Returns the limits of connections, like `ip mptcp limits show`. */
  limits(options?: WaitOptions): Promise<MptcpLimits>

  /** Returns the limits of connections. Synchronous form of {@link MptcpOperations.limits}. */
  limitsSync(options?: TimeoutOptions): MptcpLimits

  /** Changes limits of connections, like `ip mptcp limits set`. Those that are left out stay. The kernel accepts up to 8. */
  setLimits(limits: Partial<MptcpLimits>, options?: WaitOptions): Promise<void>

  /** Changes limits of connections. Synchronous form of {@link MptcpOperations.setLimits}. */
  setLimitsSync(limits: Partial<MptcpLimits>, options?: TimeoutOptions): void
}

/** Endpoints, limits and events of Multipath TCP: `nl.mptcp`. */
export interface MptcpOperations extends MptcpRequests {
  /**
   * Returns the events of connections, for `for await`, like `ip mptcp monitor`: created, established, subflows, addresses of the peer,
   * closed.
   * @throws {TypeError} for a wrong option. Other errors are those of the loop.
   */
  watch(options?: EventStreamOptions): EventStream<MptcpEvent>
}

/** Creates the operations. */
export const open = (connections: Connections): MptcpOperations => {
  const family = () => connections.generic(mptcpPm)
  const connection = withLinks(connections, () => family() as AnyConnection)
  const requests = bind<MptcpRequests>(new Runner(() => connection, 'endpoint', describeMptcpEndpoint), {
    list: { arguments: 0, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    set: { arguments: 2, run: set },
    delete: { arguments: 1, run: remove },
    flush: { arguments: 0, run: flush },
    limits: { arguments: 0, run: limits },
    setLimits: { arguments: 1, run: setLimits },
  })
  const watch: MptcpOperations['watch'] = (options = {}) =>
    calledBy(watch, () => EventStream.from(mptcpEvents(family), options))
  return { ...requests, watch }
}
