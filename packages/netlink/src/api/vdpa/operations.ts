import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { vdpa } from '../../generic/vdpa.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeVdpaDevice } from '../values/describe.js'
import { add, config, get, list, listManagers, remove } from './requests.js'
import type { NewVdpaDevice, VdpaConfig, VdpaDevice, VdpaManager } from './types.js'

/** Management devices: `nl.vdpa.manager`. */
export interface VdpaManagerOperations {
  /** Lists management devices, like `vdpa mgmtdev show`. */
  list(options?: WaitOptions): Promise<VdpaManager[]>

  /** Lists management devices. Synchronous form of {@link VdpaManagerOperations.list}. */
  listSync(options?: TimeoutOptions): VdpaManager[]
}

/** Devices of vDPA: virtio devices whose packets hardware handles: `nl.vdpa`. */
export interface VdpaOperations {
  readonly manager: VdpaManagerOperations

  /** Lists devices, like `vdpa dev show`. */
  list(options?: WaitOptions): Promise<VdpaDevice[]>

  /** Lists devices. Synchronous form of {@link VdpaOperations.list}. */
  listSync(options?: TimeoutOptions): VdpaDevice[]

  /** Returns a device; `undefined` if there is none. */
  get(name: string, options?: WaitOptions): Promise<VdpaDevice | undefined>

  /** Returns a device. Synchronous form of {@link VdpaOperations.get}. */
  getSync(name: string, options?: TimeoutOptions): VdpaDevice | undefined

  /**
   * Returns the configuration of a device, like `vdpa dev config show`.
   * @throws {NetlinkError} `ENODEV` if there is no such device
   */
  config(name: string, options?: WaitOptions): Promise<VdpaConfig>

  /** Returns a configuration. Synchronous form of {@link VdpaOperations.config}. */
  configSync(name: string, options?: TimeoutOptions): VdpaConfig

  /**
   * Adds a device, like `vdpa dev add`.
   * @throws {NetlinkError} `EEXIST` if there is one with this name
   */
  add(device: NewVdpaDevice, options?: WaitOptions): Promise<void>

  /** Adds a device. Synchronous form of {@link VdpaOperations.add}. */
  addSync(device: NewVdpaDevice, options?: TimeoutOptions): void

  /**
   * Deletes a device, like `vdpa dev del`.
   * @throws {NetlinkError} `ENODEV` if there is no such device
   */
  delete(name: string, options?: WaitOptions): Promise<void>

  /** Deletes a device. Synchronous form of {@link VdpaOperations.delete}. */
  deleteSync(name: string, options?: TimeoutOptions): void
}

/** Creates the operations. */
export const open = (connections: Connections): VdpaOperations => {
  const connection = () => connections.generic(vdpa) as AnyConnection
  return {
    ...bind<Omit<VdpaOperations, 'manager'>>(new Runner(connection, 'device', describeVdpaDevice), {
      list: { arguments: 0, run: list },
      get: { arguments: 1, run: get },
      config: { arguments: 1, run: config },
      add: { arguments: 1, run: add },
      delete: { arguments: 1, run: remove },
    }),
    manager: bind<VdpaManagerOperations>(new Runner(connection, 'management device', describeVdpaDevice), {
      list: { arguments: 0, run: listManagers },
    }),
  }
}
