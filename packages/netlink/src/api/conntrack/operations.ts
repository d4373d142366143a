import { calledBy } from '../../connection/caller.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { ctnetlink } from '../../netfilter/index.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import { Runner } from '../run/runner.js'
import { EventStream, type EventStreamOptions } from '../watch/event-stream.js'
import { describeConntrack } from './describe.js'
import { type ExpectationOperations, expectationOperations } from './expectation-operations.js'
import { encodeFilter } from './filter.js'
import { get, list, stats } from './read.js'
import type {
  Conntrack,
  ConntrackChange,
  ConntrackEvent,
  ConntrackFilter,
  ConntrackKey,
  ConntrackStats,
  NewConntrack,
} from './types.js'
import { changesOf } from './watch.js'
import { create, flush, remove, update } from './write.js'

/** Requests about tracked connections. Methods that end with `Sync` block the thread. */
export interface ConntrackRequests {
  /**
   * Lists tracked connections, like `conntrack -L`.
   * @param filter restricts the list. The kernel compares family, protocol, addresses, ports, mark, status and zone, as far as it is new
   * enough (mark 3.11, status 5.4, addresses, ports and protocol 5.8, zone 6.8). The library compares the rest, networks among them.
   */
  list(filter?: ConntrackFilter, options?: WaitOptions): Promise<Conntrack[]>
  /** Lists tracked connections, like `conntrack -L`. Synchronous form of {@link ConntrackRequests.list}. */
  listSync(filter?: ConntrackFilter, options?: TimeoutOptions): Conntrack[]
  /** Returns the connection with this tuple, like `conntrack -G`; `undefined` if there is none. */
  get(key: ConntrackKey, options?: WaitOptions): Promise<Conntrack | undefined>
  /** Returns the connection with this tuple. Synchronous form of {@link ConntrackRequests.get}. */
  getSync(key: ConntrackKey, options?: TimeoutOptions): Conntrack | undefined
  /**
   * Creates a connection, like `conntrack -I`.
   *
   * ```ts
   * await nl.conntrack.create({
   *   protocol: 'tcp',
   *   original: { src: '10.0.0.1', dst: '10.0.0.2', sport: 4000, dport: 80 },
   *   state: 'established',
   *   timeout: 600,
   * })
   * ```
   * @throws {NetlinkError} `EEXIST` if there is one with this tuple
   */
  create(connection: NewConntrack, options?: WaitOptions): Promise<void>
  /** Creates a connection, like `conntrack -I`. Synchronous form of {@link ConntrackRequests.create}. */
  createSync(connection: NewConntrack, options?: TimeoutOptions): void
  /**
   * Changes a connection, like `conntrack -U`. It is read first, because the kernel requires its present flags.
   * @throws {NetlinkError} `ENOENT` if there is no such connection
   */
  update(key: ConntrackKey, change: ConntrackChange, options?: WaitOptions): Promise<void>
  /** Changes a connection, like `conntrack -U`. Synchronous form of {@link ConntrackRequests.update}. */
  updateSync(key: ConntrackKey, change: ConntrackChange, options?: TimeoutOptions): void
  /**
   * Deletes a connection, like `conntrack -D`. For a connection that was read, deletes this one or none.
   * @throws {NetlinkError} `ENOENT` if there is no such connection
   */
  delete(key: ConntrackKey, options?: WaitOptions): Promise<void>
  /** Deletes a connection, like `conntrack -D`. Synchronous form of {@link ConntrackRequests.delete}. */
  deleteSync(key: ConntrackKey, options?: TimeoutOptions): void
  /**
   * Deletes the connections that a filter selects, like `conntrack -D`; `all` deletes every connection, like `conntrack -F`. One
   * request deletes all of a family or mark. It also deletes those that begin after the list was read. For other filters each
   * connection is deleted alone.
   * @returns the deleted connections
   * @throws {TypeError} for a filter without a condition
   */
  flush(filter: ConntrackFilter | 'all', options?: WaitOptions): Promise<Conntrack[]>
  /** Deletes the connections that a filter selects. Synchronous form of {@link ConntrackRequests.flush}. */
  flushSync(filter: ConntrackFilter | 'all', options?: TimeoutOptions): Conntrack[]
  /** Returns the number of connections, and counters of each CPU, like `conntrack -C` and `conntrack -S`. */
  stats(options?: WaitOptions): Promise<ConntrackStats>
  /** Returns the number of connections, and counters of each CPU. Synchronous form of {@link ConntrackRequests.stats}. */
  statsSync(options?: TimeoutOptions): ConntrackStats
}

/** Operations on connection tracking: `nl.conntrack`. */
export interface ConntrackOperations extends ConntrackRequests {
  /** Connections that helpers expect. */
  readonly expectations: ExpectationOperations
  /**
   * Returns the connections that begin, change and end, for `for await`, like `conntrack -E`.
   *
   * ```ts
   * for await (const event of nl.conntrack.watch({ protocol: 'tcp' })) {
   *   if (event.type === 'removed') console.log(event.time, event.object.original, event.object.counters)
   * }
   * ```
   * @param filter restricts the events. The library compares all of it
   * @throws {TypeError} for a wrong filter or option. Other errors are those of the loop.
   */
  watch(filter?: ConntrackFilter, options?: EventStreamOptions): EventStream<ConntrackEvent>
}

/** Creates the operations. */
export function open(connections: Connections): ConntrackOperations {
  const connection = () => connections.protocol(ctnetlink)
  const requests = bind<ConntrackRequests>(new Runner(connection, 'connection', describeConntrack), {
    list: { arguments: 1, run: list },
    get: { arguments: 1, run: get },
    create: { arguments: 1, run: create },
    update: { arguments: 2, run: update },
    delete: { arguments: 1, run: remove },
    flush: { arguments: 1, run: flush },
    stats: { arguments: 0, run: stats },
  })
  const watch: ConntrackOperations['watch'] = (filter = {}, options = {}) =>
    calledBy(watch, () => EventStream.from(changesOf(connection, encodeFilter(filter)), options))
  return { ...requests, watch, expectations: expectationOperations(connection) }
}
