import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import type { BridgeVlanKey } from '../bridge-vlan/types.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeBridgeVlan } from '../values/describe.js'
import { get, list } from './read.js'
import type { BridgeGlobalVlan, BridgeGlobalVlanFilter, NamedBridgeGlobalVlan, NewBridgeGlobalVlan } from './types.js'
import { ensureBridgeGlobalVlan, set } from './write.js'

/**
 * Operations on the options that a VLAN has in its whole bridge: `nl.bridge.globalVlan`. Those that end with `Sync` block the thread
 * until the kernel has answered. They need Linux 5.15, and a kernel with CONFIG_BRIDGE_VLAN_FILTERING: others refuse them with
 * `EOPNOTSUPP`. The VLANs themselves are added and deleted by `nl.bridge.vlan`. Changes of the options
 * are events of the kind `globalVlan` of `nl.watch`.
 */
export interface BridgeGlobalVlanOperations {
  /**
   * Lists the options of VLANs, like `bridge vlan global show`. Consecutive VLANs with the same options are one object, with `vidEnd`. A
   * link that is no bridge has none.
   * @param filter restricts the list; by default the VLANs of all bridges are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  list<N extends boolean = false>(
    filter?: BridgeGlobalVlanFilter,
    options?: ReadOptions<N>,
  ): Promise<Read<N, BridgeGlobalVlan, NamedBridgeGlobalVlan>[]>

  /** Lists the options of VLANs. Synchronous form of {@link BridgeGlobalVlanOperations.list}. */
  listSync<N extends boolean = false>(
    filter?: BridgeGlobalVlanFilter,
    options?: ReadOptionsSync<N>,
  ): Read<N, BridgeGlobalVlan, NamedBridgeGlobalVlan>[]

  /** Returns the options of one VLAN of a bridge; `undefined` if neither the bridge nor a port of it has the VLAN. */
  get<N extends boolean = false>(
    key: BridgeVlanKey,
    options?: ReadOptions<N>,
  ): Promise<Read<N, BridgeGlobalVlan, NamedBridgeGlobalVlan> | undefined>

  /** Returns the options of one VLAN of a bridge. Synchronous form of {@link BridgeGlobalVlanOperations.get}. */
  getSync<N extends boolean = false>(
    key: BridgeVlanKey,
    options?: ReadOptionsSync<N>,
  ): Read<N, BridgeGlobalVlan, NamedBridgeGlobalVlan> | undefined

  /**
   * Sets options of VLANs, like `bridge vlan global set`. Those that are left out stay as they are. If the kernel refuses one, they all
   * do.
   * @throws {NetlinkError} `ENOENT` if neither the bridge nor a port of it has one of the VLANs
   */
  set(vlan: NewBridgeGlobalVlan, options?: WaitOptions): Promise<void>

  /** Sets options of VLANs, like `bridge vlan global set`. Synchronous form of {@link BridgeGlobalVlanOperations.set}. */
  setSync(vlan: NewBridgeGlobalVlan, options?: TimeoutOptions): void

  /**
   * Sets the options of VLANs that differ from the spec. Those that are left out stay as they are.
   * @param vlan the spec; `dev`, `vid` and `vidEnd` identify the VLANs
   * @throws {NetlinkError} `ENOENT` if neither the bridge nor a port of it has one of the VLANs
   */
  ensure(vlan: NewBridgeGlobalVlan, options?: WaitOptions): Promise<Ensured>

  /** Sets the options of VLANs that differ from the spec. Synchronous form of {@link BridgeGlobalVlanOperations.ensure}. */
  ensureSync(vlan: NewBridgeGlobalVlan, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const bridgeGlobalVlanOperations = (connection: AnyConnection) =>
  bind<BridgeGlobalVlanOperations>(new Runner(() => connection, 'VLAN', describeBridgeVlan), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    set: { arguments: 1, run: set },
    ensure: { arguments: 1, run: ensureBridgeGlobalVlan },
  })
