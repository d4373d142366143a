import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import type { DEVLINK_RELOAD_ACTION } from '../../generic/devlink/index.js'
import type { Named } from '../values/names.js'
import type { DevlinkReport } from './fmsg.js'
import type { DevlinkPortRef, DevlinkRef } from './handle.js'
import type {
  DevlinkRate,
  DevlinkRateChange,
  DevlinkRegion,
  DevlinkSnapshot,
  DevlinkTrap,
  DevlinkTrapChange,
  DevlinkTrapGroup,
  DevlinkTrapGroupChange,
  DevlinkTrapPolicer,
  DevlinkTrapPolicerChange,
  NewDevlinkSnapshot,
} from './more-types.js'
import type { DevlinkPortChange, NewDevlinkPort } from './port.js'
import type { DevlinkResourceChange } from './resource.js'
import type {
  DevlinkDevice,
  DevlinkEswitch,
  DevlinkEswitchChange,
  DevlinkHealthReporter,
  DevlinkHealthSettings,
  DevlinkInfo,
  DevlinkParam,
  DevlinkParamChange,
  DevlinkPort,
  DevlinkReload,
  DevlinkResource,
} from './types.js'

/** Operations on devices. */
export interface DevlinkDevices {
  /** Lists devices, like `devlink dev show`. */
  list(options?: WaitOptions): Promise<DevlinkDevice[]>
  /** Lists devices. Synchronous form of {@link DevlinkDevices.list}. */
  listSync(options?: TimeoutOptions): DevlinkDevice[]
  /**
   * Returns a device, like `devlink dev show pci/0000:01:00.0`.
   * @throws {NetlinkError} `ENODEV` if there is no such device
   */
  get(device: DevlinkRef, options?: WaitOptions): Promise<DevlinkDevice>
  /** Returns a device. Synchronous form of {@link DevlinkDevices.get}. */
  getSync(device: DevlinkRef, options?: TimeoutOptions): DevlinkDevice
  /** Reloads the driver of a device, and returns the actions that were performed. Like `devlink dev reload`. */
  reload(device: DevlinkRef, how?: DevlinkReload, options?: WaitOptions): Promise<Named<typeof DEVLINK_RELOAD_ACTION>[]>
  /** Reloads the driver of a device, and returns the actions that were performed. Synchronous form of {@link DevlinkDevices.reload}. */
  reloadSync(device: DevlinkRef, how?: DevlinkReload, options?: TimeoutOptions): Named<typeof DEVLINK_RELOAD_ACTION>[]
}

/** Operations on drivers, serial numbers and versions. */
export interface DevlinkInfos {
  /** Lists drivers and versions of all devices, like `devlink dev info`. */
  list(device?: DevlinkRef, options?: WaitOptions): Promise<DevlinkInfo[]>
  /** Lists drivers and versions of all devices. Synchronous form of {@link DevlinkInfos.list}. */
  listSync(device?: DevlinkRef, options?: TimeoutOptions): DevlinkInfo[]
  /**
   * Returns driver and versions of a device.
   * @throws {NetlinkError} `EOPNOTSUPP` if its driver reports none
   */
  get(device: DevlinkRef, options?: WaitOptions): Promise<DevlinkInfo>
  /** Returns driver and versions of a device. Synchronous form of {@link DevlinkInfos.get}. */
  getSync(device: DevlinkRef, options?: TimeoutOptions): DevlinkInfo
}

/** Operations on ports. */
export interface DevlinkPorts {
  /** Lists ports, of all devices or of one. Like `devlink port show`. */
  list(device?: DevlinkRef, options?: WaitOptions): Promise<DevlinkPort[]>
  /** Lists ports, of all devices or of one. Synchronous form of {@link DevlinkPorts.list}. */
  listSync(device?: DevlinkRef, options?: TimeoutOptions): DevlinkPort[]
  /**
   * Returns a port, like `devlink port show pci/0000:01:00.0/1`.
   * @throws {NetlinkError} `ENODEV` if there is no such port
   */
  get(port: DevlinkPortRef, options?: WaitOptions): Promise<DevlinkPort>
  /** Returns a port. Synchronous form of {@link DevlinkPorts.get}. */
  getSync(port: DevlinkPortRef, options?: TimeoutOptions): DevlinkPort
  /**
   * Adds a port, and returns it. Like `devlink port add`.
   * @throws {NetlinkError} `EOPNOTSUPP` if the driver has no ports of this flavour
   */
  add(device: DevlinkRef, port: NewDevlinkPort, options?: WaitOptions): Promise<DevlinkPort>
  /** Adds a port, and returns it. Synchronous form of {@link DevlinkPorts.add}. */
  addSync(device: DevlinkRef, port: NewDevlinkPort, options?: TimeoutOptions): DevlinkPort
  /** Deletes a port that was added, like `devlink port del`. */
  delete(port: DevlinkPortRef, options?: WaitOptions): Promise<void>
  /** Deletes a port that was added. Synchronous form of {@link DevlinkPorts.delete}. */
  deleteSync(port: DevlinkPortRef, options?: TimeoutOptions): void
  /** Changes the type of a port, or its function, like `devlink port set` and `devlink port function set`. */
  set(port: DevlinkPortRef, change: DevlinkPortChange, options?: WaitOptions): Promise<void>
  /** Changes a port. Synchronous form of {@link DevlinkPorts.set}. */
  setSync(port: DevlinkPortRef, change: DevlinkPortChange, options?: TimeoutOptions): void
  /** Splits a port into a number of ports, like `devlink port split`. */
  split(port: DevlinkPortRef, count: number, options?: WaitOptions): Promise<void>
  /** Splits a port into a number of ports. Synchronous form of {@link DevlinkPorts.split}. */
  splitSync(port: DevlinkPortRef, count: number, options?: TimeoutOptions): void
  /** Reverts the split of a port, like `devlink port unsplit`. */
  unsplit(port: DevlinkPortRef, options?: WaitOptions): Promise<void>
  /** Reverts the split of a port. Synchronous form of {@link DevlinkPorts.unsplit}. */
  unsplitSync(port: DevlinkPortRef, options?: TimeoutOptions): void
}

/** Operations on parameters of devices. */
export interface DevlinkParams {
  /** Lists parameters, of all devices or of one. Like `devlink dev param show`. */
  list(device?: DevlinkRef, options?: WaitOptions): Promise<DevlinkParam[]>
  /** Lists parameters, of all devices or of one. Synchronous form of {@link DevlinkParams.list}. */
  listSync(device?: DevlinkRef, options?: TimeoutOptions): DevlinkParam[]
  /**
   * Returns a parameter of a device.
   * @throws {NetlinkError} `EINVAL` if there is no such parameter
   */
  get(device: DevlinkRef, name: string, options?: WaitOptions): Promise<DevlinkParam>
  /** Returns a parameter of a device. Synchronous form of {@link DevlinkParams.get}. */
  getSync(device: DevlinkRef, name: string, options?: TimeoutOptions): DevlinkParam
  /**
   * Changes a parameter in one configuration mode, like `devlink dev param set`.
   * @throws {TypeError} for a value that is not of its type
   */
  set(device: DevlinkRef, change: DevlinkParamChange, options?: WaitOptions): Promise<void>
  /** Changes a parameter in one configuration mode. Synchronous form of {@link DevlinkParams.set}. */
  setSync(device: DevlinkRef, change: DevlinkParamChange, options?: TimeoutOptions): void
}

/** Operations on health reporters, of devices and of ports. */
export interface DevlinkHealth {
  /** Lists health reporters, of all devices, or of a device and its ports. Like `devlink health show`. */
  list(owner?: DevlinkRef, options?: WaitOptions): Promise<DevlinkHealthReporter[]>
  /** Lists health reporters, of all devices, or of a device and its ports. Synchronous form of {@link DevlinkHealth.list}. */
  listSync(owner?: DevlinkRef, options?: TimeoutOptions): DevlinkHealthReporter[]
  /**
   * Returns a health reporter.
   * @throws {NetlinkError} `EINVAL` if there is no such reporter
   */
  get(owner: DevlinkRef, name: string, options?: WaitOptions): Promise<DevlinkHealthReporter>
  /** Returns a health reporter. Synchronous form of {@link DevlinkHealth.get}. */
  getSync(owner: DevlinkRef, name: string, options?: TimeoutOptions): DevlinkHealthReporter
  /** Changes the settings of a health reporter, like `devlink health set`. */
  set(owner: DevlinkRef, settings: DevlinkHealthSettings, options?: WaitOptions): Promise<void>
  /** Changes the settings of a health reporter. Synchronous form of {@link DevlinkHealth.set}. */
  setSync(owner: DevlinkRef, settings: DevlinkHealthSettings, options?: TimeoutOptions): void
  /** Starts a recovery, like `devlink health recover`. */
  recover(owner: DevlinkRef, name: string, options?: WaitOptions): Promise<void>
  /** Starts a recovery. Synchronous form of {@link DevlinkHealth.recover}. */
  recoverSync(owner: DevlinkRef, name: string, options?: TimeoutOptions): void
  /** Returns the state of the monitored part, like `devlink health diagnose`. */
  diagnose(owner: DevlinkRef, name: string, options?: WaitOptions): Promise<DevlinkReport>
  /** Returns the state of the monitored part. Synchronous form of {@link DevlinkHealth.diagnose}. */
  diagnoseSync(owner: DevlinkRef, name: string, options?: TimeoutOptions): DevlinkReport
  /** Returns the dump of the last error, and creates one if there is none. Like `devlink health dump show`. */
  dump(owner: DevlinkRef, name: string, options?: WaitOptions): Promise<DevlinkReport>
  /** Returns the dump of the last error, and creates one if there is none. Synchronous form of {@link DevlinkHealth.dump}. */
  dumpSync(owner: DevlinkRef, name: string, options?: TimeoutOptions): DevlinkReport
  /** Deletes the dump, like `devlink health dump clear`. */
  clearDump(owner: DevlinkRef, name: string, options?: WaitOptions): Promise<void>
  /** Deletes the dump. Synchronous form of {@link DevlinkHealth.clearDump}. */
  clearDumpSync(owner: DevlinkRef, name: string, options?: TimeoutOptions): void
  /** Triggers an error, like `devlink health test`. */
  test(owner: DevlinkRef, name: string, options?: WaitOptions): Promise<void>
  /** Triggers an error. Synchronous form of {@link DevlinkHealth.test}. */
  testSync(owner: DevlinkRef, name: string, options?: TimeoutOptions): void
}

/** Operations on resources of devices. */
export interface DevlinkResources {
  /** Returns the resources of a device with their parts, like `devlink resource show`. */
  list(device: DevlinkRef, options?: WaitOptions): Promise<DevlinkResource[]>
  /** Returns the resources of a device with their parts. Synchronous form of {@link DevlinkResources.list}. */
  listSync(device: DevlinkRef, options?: TimeoutOptions): DevlinkResource[]
  /** Sets the size that a resource has after the next reload, like `devlink resource set`. */
  set(device: DevlinkRef, change: DevlinkResourceChange, options?: WaitOptions): Promise<void>
  /** Sets the size that a resource has after the next reload. Synchronous form of {@link DevlinkResources.set}. */
  setSync(device: DevlinkRef, change: DevlinkResourceChange, options?: TimeoutOptions): void
}

/** Operations on e-switches. */
export interface DevlinkEswitches {
  /** Returns the settings of an e-switch, like `devlink dev eswitch show`. */
  get(device: DevlinkRef, options?: WaitOptions): Promise<DevlinkEswitch>
  /** Returns the settings of an e-switch. Synchronous form of {@link DevlinkEswitches.get}. */
  getSync(device: DevlinkRef, options?: TimeoutOptions): DevlinkEswitch
  /** Changes the settings of an e-switch, like `devlink dev eswitch set`. */
  set(device: DevlinkRef, change: DevlinkEswitchChange, options?: WaitOptions): Promise<void>
  /** Changes the settings of an e-switch. Synchronous form of {@link DevlinkEswitches.set}. */
  setSync(device: DevlinkRef, change: DevlinkEswitchChange, options?: TimeoutOptions): void
}

/** Operations on regions of memory and their snapshots. */
export interface DevlinkRegions {
  /** Lists regions, of all devices or of one. Like `devlink region show`. */
  list(owner?: DevlinkRef, options?: WaitOptions): Promise<DevlinkRegion[]>
  /** Lists regions, of all devices or of one. Synchronous form of {@link DevlinkRegions.list}. */
  listSync(owner?: DevlinkRef, options?: TimeoutOptions): DevlinkRegion[]
  /** Creates a snapshot and returns its id, like `devlink region new`. */
  addSnapshot(owner: DevlinkRef, snapshot: NewDevlinkSnapshot, options?: WaitOptions): Promise<number>
  /** Creates a snapshot and returns its id. Synchronous form of {@link DevlinkRegions.addSnapshot}. */
  addSnapshotSync(owner: DevlinkRef, snapshot: NewDevlinkSnapshot, options?: TimeoutOptions): number
  /** Deletes a snapshot, like `devlink region del`. */
  deleteSnapshot(owner: DevlinkRef, snapshot: DevlinkSnapshot, options?: WaitOptions): Promise<void>
  /** Deletes a snapshot. Synchronous form of {@link DevlinkRegions.deleteSnapshot}. */
  deleteSnapshotSync(owner: DevlinkRef, snapshot: DevlinkSnapshot, options?: TimeoutOptions): void
  /** Returns the bytes of a snapshot, like `devlink region dump`. */
  read(owner: DevlinkRef, snapshot: DevlinkSnapshot, options?: WaitOptions): Promise<Buffer>
  /** Returns the bytes of a snapshot. Synchronous form of {@link DevlinkRegions.read}. */
  readSync(owner: DevlinkRef, snapshot: DevlinkSnapshot, options?: TimeoutOptions): Buffer
}

/** Operations on traps. */
export interface DevlinkTraps {
  /** Lists them, of all devices or of one. Like `devlink trap show`. */
  list(device?: DevlinkRef, options?: WaitOptions): Promise<DevlinkTrap[]>
  /** Lists them, of all devices or of one. Synchronous form of {@link DevlinkTraps.list}. */
  listSync(device?: DevlinkRef, options?: TimeoutOptions): DevlinkTrap[]
  /** Changes one, like `devlink trap set`. */
  set(device: DevlinkRef, change: DevlinkTrapChange, options?: WaitOptions): Promise<void>
  /** Changes one. Synchronous form of {@link DevlinkTraps.set}. */
  setSync(device: DevlinkRef, change: DevlinkTrapChange, options?: TimeoutOptions): void
}

/** Operations on groups of traps. */
export interface DevlinkTrapGroups {
  /** Lists them, of all devices or of one. Like `devlink trap group show`. */
  list(device?: DevlinkRef, options?: WaitOptions): Promise<DevlinkTrapGroup[]>
  /** Lists them, of all devices or of one. Synchronous form of {@link DevlinkTrapGroups.list}. */
  listSync(device?: DevlinkRef, options?: TimeoutOptions): DevlinkTrapGroup[]
  /** Changes one, like `devlink trap group set`. */
  set(device: DevlinkRef, change: DevlinkTrapGroupChange, options?: WaitOptions): Promise<void>
  /** Changes one. Synchronous form of {@link DevlinkTrapGroups.set}. */
  setSync(device: DevlinkRef, change: DevlinkTrapGroupChange, options?: TimeoutOptions): void
}

/** Operations on policers of traps. */
export interface DevlinkTrapPolicers {
  /** Lists them, of all devices or of one. Like `devlink trap policer show`. */
  list(device?: DevlinkRef, options?: WaitOptions): Promise<DevlinkTrapPolicer[]>
  /** Lists them, of all devices or of one. Synchronous form of {@link DevlinkTrapPolicers.list}. */
  listSync(device?: DevlinkRef, options?: TimeoutOptions): DevlinkTrapPolicer[]
  /** Changes one, like `devlink trap policer set`. */
  set(device: DevlinkRef, change: DevlinkTrapPolicerChange, options?: WaitOptions): Promise<void>
  /** Changes one. Synchronous form of {@link DevlinkTrapPolicers.set}. */
  setSync(device: DevlinkRef, change: DevlinkTrapPolicerChange, options?: TimeoutOptions): void
}

/** Operations on rates of ports and nodes. */
export interface DevlinkRates {
  /** Lists rates, of all devices or of one. Like `devlink port function rate show`. */
  list(device?: DevlinkRef, options?: WaitOptions): Promise<DevlinkRate[]>
  /** Lists rates, of all devices or of one. Synchronous form of {@link DevlinkRates.list}. */
  listSync(device?: DevlinkRef, options?: TimeoutOptions): DevlinkRate[]
  /** Changes the rates of a port, `pci/0000:01:00.0/1`, or of a node, `pci/0000:01:00.0/group1`. */
  set(rate: DevlinkRef, change: DevlinkRateChange, options?: WaitOptions): Promise<void>
  /** Changes the rates of a port. Synchronous form of {@link DevlinkRates.set}. */
  setSync(rate: DevlinkRef, change: DevlinkRateChange, options?: TimeoutOptions): void
  /** Creates a node, like `devlink port function rate add`. */
  add(node: string, rates?: DevlinkRateChange, options?: WaitOptions): Promise<void>
  /** Creates a node. Synchronous form of {@link DevlinkRates.add}. */
  addSync(node: string, rates?: DevlinkRateChange, options?: TimeoutOptions): void
  /** Deletes a node, like `devlink port function rate del`. */
  delete(node: DevlinkRef, options?: WaitOptions): Promise<void>
  /** Deletes a node. Synchronous form of {@link DevlinkRates.delete}. */
  deleteSync(node: DevlinkRef, options?: TimeoutOptions): void
}
