import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeBridgeVlan } from '../values/describe.js'
import { get, list } from './read.js'
import type { BridgeVlan, BridgeVlanFilter, BridgeVlanKey, NamedBridgeVlan, NewBridgeVlan } from './types.js'
import { add, ensureBridgeVlan, remove, set } from './write.js'

/**
 * Operations on the VLANs of bridges and their ports: `nl.bridge.vlan`. Those that end with `Sync` block the thread until the kernel has
 * answered. They need Linux 5.6, and a kernel with CONFIG_BRIDGE_VLAN_FILTERING: others refuse them with `EOPNOTSUPP`. VLANs have an
 * effect while the bridge has `vlanFiltering`.
 */
export interface BridgeVlanOperations {
  /**
   * Lists VLANs, like `bridge -details vlan show`. Consecutive VLANs with the same properties are one object, with `vidEnd`. A link that
   * is neither a bridge nor a port of one has none.
   * @param filter restricts the list; by default the VLANs of all bridges and ports are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  list<N extends boolean = false>(
    filter?: BridgeVlanFilter,
    options?: ReadOptions<N>,
  ): Promise<Read<N, BridgeVlan, NamedBridgeVlan>[]>

  /** Lists VLANs, like `bridge -details vlan show`. Synchronous form of {@link BridgeVlanOperations.list}. */
  listSync<N extends boolean = false>(
    filter?: BridgeVlanFilter,
    options?: ReadOptionsSync<N>,
  ): Read<N, BridgeVlan, NamedBridgeVlan>[]

  /** Returns one VLAN of a port or bridge; `undefined` if it does not have it. */
  get<N extends boolean = false>(
    key: BridgeVlanKey,
    options?: ReadOptions<N>,
  ): Promise<Read<N, BridgeVlan, NamedBridgeVlan> | undefined>

  /** Returns one VLAN of a port or bridge. Synchronous form of {@link BridgeVlanOperations.get}. */
  getSync<N extends boolean = false>(
    key: BridgeVlanKey,
    options?: ReadOptionsSync<N>,
  ): Read<N, BridgeVlan, NamedBridgeVlan> | undefined

  /**
   * Adds VLANs to a port, like `bridge vlan add`, or to the bridge itself, like `bridge vlan add … self`. If the kernel refuses one of
   * them or one of their options, none is left.
   * @throws {NetlinkError} `EEXIST` if the port has one of the VLANs, `EINVAL` if `dev` is neither a bridge nor a port
   */
  add(vlan: NewBridgeVlan, options?: WaitOptions): Promise<void>

  /** Adds VLANs to a port or bridge. Synchronous form of {@link BridgeVlanOperations.add}. */
  addSync(vlan: NewBridgeVlan, options?: TimeoutOptions): void

  /**
   * Changes VLANs that exist, like `bridge vlan set`. Properties that are left out stay as they are. If the kernel refuses one, they all
   * do.
   * @throws {NetlinkError} `ENOENT` if the port lacks one of the VLANs
   */
  set(vlan: NewBridgeVlan, options?: WaitOptions): Promise<void>

  /** Changes VLANs that exist, like `bridge vlan set`. Synchronous form of {@link BridgeVlanOperations.set}. */
  setSync(vlan: NewBridgeVlan, options?: TimeoutOptions): void

  /**
   * Deletes VLANs of a port or bridge, like `bridge vlan delete`. Of a range, those that exist.
   * @throws {NetlinkError} `ENOENT` if none of them exists
   */
  delete(key: BridgeVlanKey, options?: WaitOptions): Promise<void>

  /** Deletes VLANs of a port or bridge, like `bridge vlan delete`. Synchronous form of {@link BridgeVlanOperations.delete}. */
  deleteSync(key: BridgeVlanKey, options?: TimeoutOptions): void

  /**
   * Adds the VLANs that are missing, and changes those that differ from the spec. Properties that are left out stay as they are; for
   * VLANs that are added, `pvid` and `untagged` are false then. Other VLANs of the port are left alone, except that the one that had
   * `pvid` loses it.
   * @param vlan the spec; `dev`, `vid` and `vidEnd` identify the VLANs
   * @returns the changes. The key `vid` stands for VLANs that were missing
   */
  ensure(vlan: NewBridgeVlan, options?: WaitOptions): Promise<Ensured>

  /** Adds the VLANs that are missing, and changes those that differ. Synchronous form of {@link BridgeVlanOperations.ensure}. */
  ensureSync(vlan: NewBridgeVlan, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const bridgeVlanOperations = (connection: AnyConnection) =>
  bind<BridgeVlanOperations>(new Runner(() => connection, 'VLAN', describeBridgeVlan), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    set: { arguments: 1, run: set },
    delete: { arguments: 1, run: remove },
    ensure: { arguments: 1, run: ensureBridgeVlan },
  })
