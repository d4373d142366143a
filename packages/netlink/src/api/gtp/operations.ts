import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { gtp } from '../../generic/gtp.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { withLinks } from '../run/with-links.js'
import { describeGtpTunnel } from '../values/describe.js'
import { add, get, list, remove } from './requests.js'
import type { GtpFilter, GtpTunnel, GtpTunnelKey, NamedGtpTunnel, NewGtpTunnel } from './types.js'

/** Tunnels of GTP devices, which carry the packets of mobile subscribers: `nl.gtp`. */
export interface GtpOperations {
  /** Lists tunnels, like `gtp-tunnel list`. */
  list<N extends boolean = false>(
    filter?: GtpFilter,
    options?: ReadOptions<N>,
  ): Promise<Read<N, GtpTunnel, NamedGtpTunnel>[]>

  /** Lists tunnels. Synchronous form of {@link GtpOperations.list}. */
  listSync<N extends boolean = false>(
    filter?: GtpFilter,
    options?: ReadOptionsSync<N>,
  ): Read<N, GtpTunnel, NamedGtpTunnel>[]

  /** Returns a tunnel; `undefined` if there is none. */
  get<N extends boolean = false>(
    tunnel: GtpTunnelKey,
    options?: ReadOptions<N>,
  ): Promise<Read<N, GtpTunnel, NamedGtpTunnel> | undefined>

  /** Returns a tunnel. Synchronous form of {@link GtpOperations.get}. */
  getSync<N extends boolean = false>(
    tunnel: GtpTunnelKey,
    options?: ReadOptionsSync<N>,
  ): Read<N, GtpTunnel, NamedGtpTunnel> | undefined

  /**
   * Adds a tunnel, like `gtp-tunnel add`.
   * @throws {NetlinkError} `EEXIST` if there is one with this subscriber or id
   */
  add(tunnel: NewGtpTunnel, options?: WaitOptions): Promise<void>

  /** Adds a tunnel. Synchronous form of {@link GtpOperations.add}. */
  addSync(tunnel: NewGtpTunnel, options?: TimeoutOptions): void

  /**
   * Deletes a tunnel, like `gtp-tunnel delete`.
   * @throws {NetlinkError} `ENOENT` if there is no such tunnel
   */
  delete(tunnel: GtpTunnelKey, options?: WaitOptions): Promise<void>

  /** Deletes a tunnel. Synchronous form of {@link GtpOperations.delete}. */
  deleteSync(tunnel: GtpTunnelKey, options?: TimeoutOptions): void
}

/** Creates the operations. */
export const open = (connections: Connections): GtpOperations => {
  const connection = withLinks(connections, () => connections.generic(gtp) as AnyConnection)
  return bind<GtpOperations>(new Runner(() => connection, 'tunnel', describeGtpTunnel), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    delete: { arguments: 1, run: remove },
  })
}
