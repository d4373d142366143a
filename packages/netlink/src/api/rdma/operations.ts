import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { rdma } from '../../rdma/index.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { withLinks } from '../run/with-links.js'
import { describeRdmaDevice } from '../values/describe.js'
import { add, counters, get, getSystem, list, listPorts, remove, resources, set, setSystem } from './requests.js'
import type {
  NamedRdmaPort,
  NewRdmaDevice,
  RdmaCounters,
  RdmaDevice,
  RdmaDeviceChange,
  RdmaDeviceRef,
  RdmaPort,
  RdmaPortFilter,
  RdmaResources,
  RdmaSystem,
  RdmaSystemChange,
} from './types.js'

/** Ports of devices: `nl.rdma.port`. */
export interface RdmaPortOperations {
  /** Lists ports, like `rdma link show`. */
  list<N extends boolean = false>(
    filter?: RdmaPortFilter,
    options?: ReadOptions<N>,
  ): Promise<Read<N, RdmaPort, NamedRdmaPort>[]>

  /** Lists ports. Synchronous form of {@link RdmaPortOperations.list}. */
  listSync<N extends boolean = false>(
    filter?: RdmaPortFilter,
    options?: ReadOptionsSync<N>,
  ): Read<N, RdmaPort, NamedRdmaPort>[]
}

/** Settings of all devices: `nl.rdma.system`. */
export interface RdmaSystemOperations {
  /** Returns the settings, like `rdma system show`. */
  get(options?: WaitOptions): Promise<RdmaSystem>

  /** Returns the settings. Synchronous form of {@link RdmaSystemOperations.get}. */
  getSync(options?: TimeoutOptions): RdmaSystem

  /**
   * Changes if network namespaces share devices, like `rdma system set netns`.
   * @throws {NetlinkError} `EBUSY` if there are other network namespaces
   */
  set(system: RdmaSystemChange, options?: WaitOptions): Promise<void>

  /** Changes settings. Synchronous form of {@link RdmaSystemOperations.set}. */
  setSync(system: RdmaSystemChange, options?: TimeoutOptions): void
}

/** Devices of InfiniBand, RoCE and iWARP: `nl.rdma`. */
export interface RdmaOperations {
  readonly port: RdmaPortOperations
  readonly system: RdmaSystemOperations

  /** Lists devices, like `rdma dev show`. */
  list(options?: WaitOptions): Promise<RdmaDevice[]>

  /** Lists devices. Synchronous form of {@link RdmaOperations.list}. */
  listSync(options?: TimeoutOptions): RdmaDevice[]

  /** Returns a device; `undefined` if there is none. */
  get(device: RdmaDeviceRef, options?: WaitOptions): Promise<RdmaDevice | undefined>

  /** Returns a device. Synchronous form of {@link RdmaOperations.get}. */
  getSync(device: RdmaDeviceRef, options?: TimeoutOptions): RdmaDevice | undefined

  /**
   * Adds a device on a link, like `rdma link add`.
   * @throws {NetlinkError} `EEXIST` if the link has one, `EINVAL` if the kernel does not have the driver
   */
  add(device: NewRdmaDevice, options?: WaitOptions): Promise<void>

  /** Adds a device. Synchronous form of {@link RdmaOperations.add}. */
  addSync(device: NewRdmaDevice, options?: TimeoutOptions): void

  /**
   * Changes a device, like `rdma dev set`. Each member is a request: name, moderation, namespace. Those before a refused one remain.
   * @throws {NetlinkError} `ENODEV` if there is no such device
   */
  set(device: RdmaDeviceRef, changes: RdmaDeviceChange, options?: WaitOptions): Promise<void>

  /** Changes a device. Synchronous form of {@link RdmaOperations.set}. */
  setSync(device: RdmaDeviceRef, changes: RdmaDeviceChange, options?: TimeoutOptions): void

  /**
   * Deletes a device that was added on a link, like `rdma link delete`.
   * @throws {NetlinkError} `ENODEV` if there is no such device
   */
  delete(device: RdmaDeviceRef, options?: WaitOptions): Promise<void>

  /** Deletes a device. Synchronous form of {@link RdmaOperations.delete}. */
  deleteSync(device: RdmaDeviceRef, options?: TimeoutOptions): void

  /** Returns the counters of a port, like `rdma statistic show link`. Default of `port`: 1. */
  counters(device: RdmaDeviceRef, port?: number, options?: WaitOptions): Promise<RdmaCounters>

  /** Returns counters. Synchronous form of {@link RdmaOperations.counters}. */
  countersSync(device: RdmaDeviceRef, port?: number, options?: TimeoutOptions): RdmaCounters

  /** Returns the numbers of the resources of a device, like `rdma resource show`. */
  resources(device: RdmaDeviceRef, options?: WaitOptions): Promise<RdmaResources>

  /** Returns numbers of resources. Synchronous form of {@link RdmaOperations.resources}. */
  resourcesSync(device: RdmaDeviceRef, options?: TimeoutOptions): RdmaResources
}

/** Creates the operations. */
export const open = (connections: Connections): RdmaOperations => {
  const connection = withLinks(connections, () => connections.protocol(rdma) as AnyConnection)
  const runner = (object: string) => new Runner(() => connection, object, describeRdmaDevice)
  return {
    ...bind<Omit<RdmaOperations, 'port' | 'system'>>(runner('device'), {
      list: { arguments: 0, run: list },
      get: { arguments: 1, run: get },
      add: { arguments: 1, run: add },
      set: { arguments: 2, run: set },
      delete: { arguments: 1, run: remove },
      counters: { arguments: 2, run: counters },
      resources: { arguments: 1, run: resources },
    }),
    port: bind<RdmaPortOperations>(runner('port'), { list: { arguments: 1, run: listPorts, reads: true } }),
    system: bind<RdmaSystemOperations>(runner('system'), {
      get: { arguments: 0, run: getSystem },
      set: { arguments: 1, run: setSystem },
    }),
  }
}
