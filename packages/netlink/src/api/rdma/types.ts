import type { IB_PORT, IB_PORT_PHYS_STATE, RDMA_NETNS_MODE, RDMA_NODE, RdmaMessage } from '../../rdma/index.js'
import type { NetnsRef } from '../../socket/netns.js'
import type { LinkRef } from '../values/link-ref.js'
import type { Named } from '../values/names.js'

/** A device of InfiniBand, RoCE or iWARP, as it was read. */
export interface RdmaDevice {
  readonly name: string
  readonly index: number
  /** Number of ports, which are numbered from 1. */
  readonly ports: number
  readonly nodeType?: Named<typeof RDMA_NODE>
  /** `ib`, `roce`, `iw`, … */
  readonly protocol?: string
  /** Version of the firmware. */
  readonly firmware?: string
  /** `505a:05ff:fe5c:de05` */
  readonly nodeGuid?: string
  readonly sysImageGuid?: string
  /** Bits IB_DEVICE_* of the kernel. */
  readonly capabilities?: bigint
  /** True if the driver adapts the moderation of interrupts. */
  readonly adaptiveModeration?: boolean
  /** The message of the kernel. Not enumerable. */
  readonly message: RdmaMessage
}

/** A port of a device. */
export interface RdmaPort {
  /** Name of the device. */
  readonly device: string
  /** From 1. */
  readonly port: number
  readonly state: Named<typeof IB_PORT>
  readonly physicalState?: Named<typeof IB_PORT_PHYS_STATE>
  /** Index of the link that carries the packets. */
  readonly dev?: number
  /** Bits IB_PORT_* of the kernel. */
  readonly capabilities?: bigint
  /** Prefix of the subnet, of a port of InfiniBand: `fe80:0000:0000:0000` */
  readonly subnetPrefix?: string
  /** Local id, and that of the subnet manager, of a port of InfiniBand. */
  readonly lid?: number
  readonly smLid?: number
  /** Number of the low bits of `lid` that are ignored. */
  readonly lmc?: number
  /** The message of the kernel. Not enumerable. */
  readonly message: RdmaMessage
}

/** A port with the name of its link. */
export interface NamedRdmaPort extends RdmaPort {
  readonly devName?: string
}

/** Settings of all devices. */
export interface RdmaSystem {
  /** If all network namespaces share the devices, or each device belongs to one. */
  readonly netns: Named<typeof RDMA_NETNS_MODE>
  /** True if memory that is registered stays that of the parent after fork(2). */
  readonly copyOnFork?: boolean
}

/** A change of the settings of all devices. */
export interface RdmaSystemChange {
  readonly netns: Named<typeof RDMA_NETNS_MODE>
  /** Ignored: settings that were read are accepted. */
  readonly copyOnFork?: boolean | undefined
}

/** A device: its name, its index, or an object that was read. */
export type RdmaDeviceRef = string | number | Pick<RdmaDevice, 'index' | 'ports'>

/** A device to add on a link. */
export interface NewRdmaDevice {
  readonly name: string
  /** The driver: `rxe` or `siw`. */
  readonly type: string
  readonly dev: LinkRef
}

/** A change of a device. */
export interface RdmaDeviceChange {
  readonly name?: string | undefined
  /** Moves the device, if each device belongs to one network namespace. */
  readonly netns?: NetnsRef | undefined
  readonly adaptiveModeration?: boolean | undefined
}

/** Selects ports of a list. */
export interface RdmaPortFilter {
  readonly device?: RdmaDeviceRef | undefined
}

/** Numbers of the resources of a device by their kind: `qp`, `cq`, `mr`, `pd`, `cm_id`, `ctx`, `srq`. */
export type RdmaResources = Readonly<Record<string, number>>

/** Counters of a port by their names. */
export type RdmaCounters = Readonly<Record<string, bigint>>
