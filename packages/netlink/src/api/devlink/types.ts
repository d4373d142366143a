import type {
  DEVLINK_ESWITCH_ENCAP_MODE,
  DEVLINK_ESWITCH_INLINE_MODE,
  DEVLINK_ESWITCH_MODE,
  DEVLINK_PARAM_CMODE,
  DEVLINK_PORT_FLAVOUR,
  DEVLINK_PORT_FN_OPSTATE,
  DEVLINK_PORT_FN_STATE,
  DEVLINK_PORT_TYPE,
  DEVLINK_RELOAD_ACTION,
  DEVLINK_RELOAD_LIMIT,
  DEVLINK_RESOURCE_UNIT,
  DEVLINK_VAR_ATTR_TYPE,
  DevlinkMessage,
} from '../../generic/devlink/index.js'
import type { Named } from '../values/names.js'

/** Members of all objects of devlink. */
export interface DevlinkObject {
  /** The device, `pci/0000:01:00.0`, or for what belongs to a port, the port: `pci/0000:01:00.0/1`. */
  readonly handle: string
  /** The message that the object was read from. It is not enumerable. */
  readonly message: DevlinkMessage
}

/** Number of reloads of a device. */
export interface DevlinkReloadCount {
  /** `driver_reinit` or `fw_activate`. */
  readonly action: Named<typeof DEVLINK_RELOAD_ACTION>
  /** `no_reset`, or `unspec` for reloads without a limit. */
  readonly limit: Named<typeof DEVLINK_RELOAD_LIMIT>
  readonly count: number
}

/** A device: `devlink dev show`. */
export interface DevlinkDevice extends DevlinkObject {
  /** The last reload failed, and the device does not work. */
  readonly reloadFailed: boolean
  /** Reloads that this host caused, since the driver was loaded. */
  readonly reloads?: readonly DevlinkReloadCount[]
  /** Reloads that other hosts caused, which share the device. */
  readonly remoteReloads?: readonly DevlinkReloadCount[]
}

/** Versions of components, by their names: `{ 'fw.mgmt': '10.20.3' }`. */
export type DevlinkVersions = Readonly<Record<string, string>>

/** Driver, serial numbers and versions of a device: `devlink dev info`. */
export interface DevlinkInfo extends DevlinkObject {
  readonly driver?: string
  readonly serialNumber?: string
  readonly boardSerialNumber?: string
  readonly versions: {
    /** Parts that cannot be updated. */
    readonly fixed: DevlinkVersions
    /** In use. */
    readonly running: DevlinkVersions
    /** In the flash: used after the next reset. */
    readonly stored: DevlinkVersions
  }
}

/** The function that a port of an e-switch leads to. */
export interface DevlinkPortFunction {
  /** Address of its interface. */
  readonly address?: string
  /** Desired state. */
  readonly state?: Named<typeof DEVLINK_PORT_FN_STATE>
  /** State of its driver. */
  readonly operationalState?: Named<typeof DEVLINK_PORT_FN_OPSTATE>
  /** Capabilities, true if they are enabled: `{ ROCE: true }`. */
  readonly capabilities?: Readonly<Record<string, boolean>>
  /** Largest number of event queues. */
  readonly maxIoEqs?: number
}

/** A port: `devlink port show`. */
export interface DevlinkPort extends DevlinkObject {
  /** Handle of the device. */
  readonly device: string
  readonly index: number
  readonly type?: Named<typeof DEVLINK_PORT_TYPE>
  readonly desiredType?: Named<typeof DEVLINK_PORT_TYPE>
  /** Name of the port's link in the namespace of `nl`, and its index. */
  readonly netdev?: string
  readonly ifindex?: number
  /** Name of the port's InfiniBand device. */
  readonly ibdev?: string
  /** `physical`, `pci_vf`, …. */
  readonly flavour?: Named<typeof DEVLINK_PORT_FLAVOUR>
  /** Number on the front panel. */
  readonly number?: number
  /** Number of the group of ports that were split from one. */
  readonly splitGroup?: number
  /** Number in that group. */
  readonly splitSubport?: number
  readonly lanes?: number
  readonly isSplittable?: boolean
  /** PCI functions that the port represents. */
  readonly controller?: number
  readonly pf?: number
  readonly vf?: number
  readonly sf?: number
  /** The controller is that of another host. */
  readonly isExternal?: boolean
  readonly function?: DevlinkPortFunction
}

/** When a value of a parameter is used: `runtime` at once, `driverinit` after a reload, `permanent` after a reset. */
export type DevlinkConfigMode = Extract<Named<typeof DEVLINK_PARAM_CMODE>, string>

/** Value of a parameter. */
export type DevlinkParamValue = boolean | number | bigint | string | readonly (number | bigint)[]

/** A parameter of a device: `devlink dev param show`. */
export interface DevlinkParam extends DevlinkObject {
  readonly name: string
  /** False for a parameter of the driver's own. */
  readonly isGeneric: boolean
  readonly type: Named<typeof DEVLINK_VAR_ATTR_TYPE>
  /** The values by configuration mode: `{ driverinit: 32 }`. */
  readonly values: Readonly<Partial<Record<DevlinkConfigMode, DevlinkParamValue>>>
}

/** A change of a parameter. */
export interface DevlinkParamChange {
  readonly name: string
  /** `runtime`, `driverinit` or `permanent`. */
  readonly mode: DevlinkConfigMode
  /** Must be of the parameter's type. */
  readonly value: DevlinkParamValue
}

/** Monitors a part of a device or a port: `devlink health show`. */
export interface DevlinkHealthReporter extends DevlinkObject {
  readonly name: string
  readonly state: 'healthy' | 'error' | number
  /** Number of errors that were reported. */
  readonly errors: bigint
  /** Number of successful recoveries. */
  readonly recoveries: bigint
  /** Time of the last dump. */
  readonly lastDump?: Date
  /** Least time between automatic recoveries, in milliseconds. */
  readonly gracePeriod?: number
  /** Time after an error in which further ones are recovered too, in milliseconds. Kernels have it since 6.18. */
  readonly burstPeriod?: number
  readonly autoRecover?: boolean
  readonly autoDump?: boolean
}

/** Settings of a health reporter. Those that are left out stay as they are. */
export interface DevlinkHealthSettings {
  readonly name: string
  /** Milliseconds. */
  readonly gracePeriod?: number
  readonly autoRecover?: boolean
  readonly autoDump?: boolean
}

/** A resource of a device, which may be divided: `devlink resource show`. */
export interface DevlinkResource {
  readonly name: string
  /** The names of the resources that contain it, and its own: `/IPv4/fib`. */
  readonly path: string
  readonly id: bigint
  /** In units; 18446744073709551615n for no limit. */
  readonly size: bigint
  /** The size after the next reload, if it differs. */
  readonly newSize?: bigint
  /** False if the new sizes of its parts exceed its own. */
  readonly isSizeValid?: boolean
  readonly minSize?: bigint
  readonly maxSize?: bigint
  /** Sizes are multiples of it. */
  readonly granularity?: bigint
  readonly unit?: Named<typeof DEVLINK_RESOURCE_UNIT>
  /** Number of units in use. */
  readonly occupancy?: bigint
  readonly resources: readonly DevlinkResource[]
}

/** Settings of an e-switch: `devlink dev eswitch show`. */
export interface DevlinkEswitch extends DevlinkObject {
  readonly mode?: Named<typeof DEVLINK_ESWITCH_MODE>
  /** Headers that the driver must copy for the e-switch. */
  readonly inlineMode?: Named<typeof DEVLINK_ESWITCH_INLINE_MODE>
  readonly encapMode?: Named<typeof DEVLINK_ESWITCH_ENCAP_MODE>
}

/** A change of an e-switch. What is left out stays as it is. */
export type DevlinkEswitchChange = Partial<Omit<DevlinkEswitch, keyof DevlinkObject>>

/** A reload of a driver. */
export interface DevlinkReload {
  /** `driver_reinit`, the default, applies parameters and resources, `fw_activate` a flashed firmware. */
  readonly action?: Named<typeof DEVLINK_RELOAD_ACTION>
  /** `no_reset`: without interrupting traffic of others. */
  readonly limit?: Named<typeof DEVLINK_RELOAD_LIMIT>
}
