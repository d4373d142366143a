import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { fou } from '../../generic/fou.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { withLinks } from '../run/with-links.js'
import { describeFouPort } from '../values/describe.js'
import { add, get, list, remove } from './requests.js'
import type { FouPort, FouPortKey, NamedFouPort, NewFouPort } from './types.js'

/** UDP ports that receive tunnels (Foo over UDP and Generic UDP Encapsulation): `nl.fou`. */
export interface FouOperations {
  /** Lists ports, like `ip fou show`. */
  list<N extends boolean = false>(options?: ReadOptions<N>): Promise<Read<N, FouPort, NamedFouPort>[]>

  /** Lists ports. Synchronous form of {@link FouOperations.list}. */
  listSync<N extends boolean = false>(options?: ReadOptionsSync<N>): Read<N, FouPort, NamedFouPort>[]

  /** Returns a port; `undefined` if there is none with these addresses and this link. */
  get<N extends boolean = false>(
    port: FouPortKey,
    options?: ReadOptions<N>,
  ): Promise<Read<N, FouPort, NamedFouPort> | undefined>

  /** Returns a port. Synchronous form of {@link FouOperations.get}. */
  getSync<N extends boolean = false>(
    port: FouPortKey,
    options?: ReadOptionsSync<N>,
  ): Read<N, FouPort, NamedFouPort> | undefined

  /**
   * Adds a port, like `ip fou add`.
   * @throws {NetlinkError} `EADDRINUSE` if the port is taken
   */
  add(port: NewFouPort, options?: WaitOptions): Promise<void>

  /** Adds a port. Synchronous form of {@link FouOperations.add}. */
  addSync(port: NewFouPort, options?: TimeoutOptions): void

  /**
   * Deletes a port, like `ip fou del`.
   * @throws {NetlinkError} `EINVAL` if there is no such port
   */
  delete(port: FouPortKey, options?: WaitOptions): Promise<void>

  /** Deletes a port. Synchronous form of {@link FouOperations.delete}. */
  deleteSync(port: FouPortKey, options?: TimeoutOptions): void
}

/** Creates the operations. */
export const open = (connections: Connections): FouOperations => {
  const connection = withLinks(connections, () => connections.generic(fou) as AnyConnection)
  return bind<FouOperations>(new Runner(() => connection, 'port', describeFouPort), {
    list: { arguments: 0, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    delete: { arguments: 1, run: remove },
  })
}
