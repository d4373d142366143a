import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import type { Ensured } from '../run/ensure.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeBridgeVni } from '../values/describe.js'
import { get, list } from './read.js'
import type { BridgeVni, BridgeVniFilter, BridgeVniKey, NamedBridgeVni, NewBridgeVni } from './types.js'
import { add, ensureBridgeVni, remove, set } from './write.js'

/**
 * Operations on the VNIs that a vxlan with `vnifilter` accepts: `nl.bridge.vni`. Those that end with `Sync` block the thread until the
 * kernel has answered. They need Linux 5.18.
 */
export interface BridgeVniOperations {
  /**
   * Lists VNIs, like `bridge vni show`. Consecutive VNIs with the same group are one object, with `vniEnd`. A link that is not a vxlan
   * with `vnifilter` has none.
   * @param filter restricts the list; by default the VNIs of all vxlans are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  list<N extends boolean = false>(
    filter?: BridgeVniFilter,
    options?: ReadOptions<N>,
  ): Promise<Read<N, BridgeVni, NamedBridgeVni>[]>

  /** Lists VNIs, like `bridge vni show`. Synchronous form of {@link BridgeVniOperations.list}. */
  listSync<N extends boolean = false>(
    filter?: BridgeVniFilter,
    options?: ReadOptionsSync<N>,
  ): Read<N, BridgeVni, NamedBridgeVni>[]

  /** Returns one VNI of a vxlan; `undefined` if it does not have it. */
  get<N extends boolean = false>(
    key: BridgeVniKey,
    options?: ReadOptions<N>,
  ): Promise<Read<N, BridgeVni, NamedBridgeVni> | undefined>

  /** Returns one VNI of a vxlan. Synchronous form of {@link BridgeVniOperations.get}. */
  getSync<N extends boolean = false>(
    key: BridgeVniKey,
    options?: ReadOptionsSync<N>,
  ): Read<N, BridgeVni, NamedBridgeVni> | undefined

  /**
   * Adds VNIs to a vxlan, like `bridge vni add`. If the kernel refuses one of them, none is left.
   * @throws {NetlinkError} `EEXIST` if the vxlan has one of the VNIs, `EOPNOTSUPP` if it lacks `vnifilter`
   */
  add(vni: NewBridgeVni, options?: WaitOptions): Promise<void>

  /** Adds VNIs to a vxlan, like `bridge vni add`. Synchronous form of {@link BridgeVniOperations.add}. */
  addSync(vni: NewBridgeVni, options?: TimeoutOptions): void

  /**
   * Changes the group of VNIs that exist. A group cannot be removed.
   * @throws {NetlinkError} `ENOENT` if the vxlan lacks one of the VNIs
   */
  set(vni: NewBridgeVni, options?: WaitOptions): Promise<void>

  /** Changes the group of VNIs that exist. Synchronous form of {@link BridgeVniOperations.set}. */
  setSync(vni: NewBridgeVni, options?: TimeoutOptions): void

  /**
   * Deletes VNIs of a vxlan, like `bridge vni delete`. Of a range, those that exist.
   * @throws {NetlinkError} `ENOENT` if none of them exists
   */
  delete(key: BridgeVniKey, options?: WaitOptions): Promise<void>

  /** Deletes VNIs of a vxlan, like `bridge vni delete`. Synchronous form of {@link BridgeVniOperations.delete}. */
  deleteSync(key: BridgeVniKey, options?: TimeoutOptions): void

  /**
   * Adds the VNIs that are missing, and changes those whose group differs. Without `group`, theirs stays as it is. Other VNIs of the
   * vxlan are left alone.
   * @param vni the spec; `dev`, `vni` and `vniEnd` identify the VNIs
   * @returns the changes. The key `vni` stands for VNIs that were missing
   */
  ensure(vni: NewBridgeVni, options?: WaitOptions): Promise<Ensured>

  /** Adds the VNIs that are missing, and changes those whose group differs. Synchronous form of {@link BridgeVniOperations.ensure}. */
  ensureSync(vni: NewBridgeVni, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const bridgeVniOperations = (connection: AnyConnection) =>
  bind<BridgeVniOperations>(new Runner(() => connection, 'VNI', describeBridgeVni), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    add: { arguments: 1, run: add },
    set: { arguments: 1, run: set },
    delete: { arguments: 1, run: remove },
    ensure: { arguments: 1, run: ensureBridgeVni },
  })
