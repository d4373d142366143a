import { calledBy } from '../../connection/caller.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { l2tp } from '../../generic/l2tp.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { withLinks } from '../run/with-links.js'
import { describeL2tpSession, describeL2tpTunnel } from '../values/describe.js'
import { EventStream, type EventStreamOptions } from '../watch/event-stream.js'
import {
  addSession,
  addTunnel,
  getSession,
  getTunnel,
  listSessions,
  listTunnels,
  removeSession,
  removeTunnel,
  setSession,
} from './requests.js'
import type {
  L2tpEvent,
  L2tpSession,
  L2tpSessionChanges,
  L2tpSessionKey,
  L2tpTunnel,
  NewL2tpSession,
  NewL2tpTunnel,
} from './types.js'
import { l2tpEvents } from './watch.js'

/** Operations on tunnels of L2TP: `nl.l2tp.tunnel`. The kernel has no settings of a tunnel that can be changed. */
export interface L2tpTunnelOperations {
  /** Lists tunnels, like `ip l2tp show tunnel`. */
  list(options?: WaitOptions): Promise<L2tpTunnel[]>

  /** Lists tunnels. Synchronous form of {@link L2tpTunnelOperations.list}. */
  listSync(options?: TimeoutOptions): L2tpTunnel[]

  /** Returns a tunnel, like `ip l2tp show tunnel tunnel_id 1`; `undefined` if there is none. */
  get(id: number, options?: WaitOptions): Promise<L2tpTunnel | undefined>

  /** Returns a tunnel. Synchronous form of {@link L2tpTunnelOperations.get}. */
  getSync(id: number, options?: TimeoutOptions): L2tpTunnel | undefined

  /**
   * Adds a tunnel, like `ip l2tp add tunnel`.
   * @throws {NetlinkError} `EEXIST` if the number is taken, `EADDRINUSE` if the port is
   */
  add(tunnel: NewL2tpTunnel, options?: WaitOptions): Promise<void>

  /** Adds a tunnel. Synchronous form of {@link L2tpTunnelOperations.add}. */
  addSync(tunnel: NewL2tpTunnel, options?: TimeoutOptions): void

  /**
   * Deletes a tunnel with its sessions and their links, like `ip l2tp del tunnel`.
   * @throws {NetlinkError} `ENODEV` if there is no such tunnel
   */
  delete(id: number, options?: WaitOptions): Promise<void>

  /** Deletes a tunnel. Synchronous form of {@link L2tpTunnelOperations.delete}. */
  deleteSync(id: number, options?: TimeoutOptions): void
}

/** Operations on sessions of tunnels: `nl.l2tp.session`. */
export interface L2tpSessionOperations {
  /** Lists the sessions of all tunnels, like `ip l2tp show session`. */
  list(options?: WaitOptions): Promise<L2tpSession[]>

  /** Lists sessions. Synchronous form of {@link L2tpSessionOperations.list}. */
  listSync(options?: TimeoutOptions): L2tpSession[]

  /** Returns a session, like `ip l2tp show session tunnel_id 1 session_id 2`; `undefined` if there is none. */
  get(key: L2tpSessionKey, options?: WaitOptions): Promise<L2tpSession | undefined>

  /** Returns a session. Synchronous form of {@link L2tpSessionOperations.get}. */
  getSync(key: L2tpSessionKey, options?: TimeoutOptions): L2tpSession | undefined

  /**
   * Adds a session, like `ip l2tp add session`.
   * @throws {NetlinkError} `ENODEV` if there is no such tunnel, `EEXIST` if the number is taken
   */
  add(session: NewL2tpSession, options?: WaitOptions): Promise<void>

  /** Adds a session. Synchronous form of {@link L2tpSessionOperations.add}. */
  addSync(session: NewL2tpSession, options?: TimeoutOptions): void

  /**
   * Changes settings of a session, which `ip l2tp` has no command for. Those that are left out stay.
   * @throws {NetlinkError} `ENODEV` if there is no such session
   */
  set(key: L2tpSessionKey, changes: L2tpSessionChanges, options?: WaitOptions): Promise<void>

  /** Changes settings of a session. Synchronous form of {@link L2tpSessionOperations.set}. */
  setSync(key: L2tpSessionKey, changes: L2tpSessionChanges, options?: TimeoutOptions): void

  /**
   * Deletes a session and its link, like `ip l2tp del session`.
   * @throws {NetlinkError} `ENODEV` if there is no such session
   */
  delete(key: L2tpSessionKey, options?: WaitOptions): Promise<void>

  /** Deletes a session. Synchronous form of {@link L2tpSessionOperations.delete}. */
  deleteSync(key: L2tpSessionKey, options?: TimeoutOptions): void
}

/** Tunnels and sessions of L2TP, and their changes: `nl.l2tp`. */
export interface L2tpOperations {
  readonly tunnel: L2tpTunnelOperations
  readonly session: L2tpSessionOperations
  /**
   * Returns changes of tunnels and sessions by requests of netlink, for `for await`.
   * @throws {TypeError} for a wrong option. Other errors are those of the loop.
   */
  watch(options?: EventStreamOptions): EventStream<L2tpEvent>
}

/** Creates the operations. */
export const open = (connections: Connections): L2tpOperations => {
  const family = () => connections.generic(l2tp)
  // Opened when a request is sent: wrong arguments are refused without the family, too.
  const own = withLinks(connections, () => family() as AnyConnection)
  const connection = () => own
  const watch: L2tpOperations['watch'] = (options = {}) =>
    calledBy(watch, () => EventStream.from(l2tpEvents(family), options))
  return {
    tunnel: bind<L2tpTunnelOperations>(new Runner(connection, 'tunnel', describeL2tpTunnel), {
      list: { arguments: 0, run: listTunnels },
      get: { arguments: 1, run: getTunnel },
      add: { arguments: 1, run: addTunnel },
      delete: { arguments: 1, run: removeTunnel },
    }),
    session: bind<L2tpSessionOperations>(new Runner(connection, 'session', describeL2tpSession), {
      list: { arguments: 0, run: listSessions },
      get: { arguments: 1, run: getSession },
      add: { arguments: 1, run: addSession },
      set: { arguments: 2, run: setSession },
      delete: { arguments: 1, run: removeSession },
    }),
    watch,
  }
}
