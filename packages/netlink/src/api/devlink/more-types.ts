import type { DEVLINK_RATE_TYPE, DEVLINK_TRAP_ACTION, DEVLINK_TRAP_TYPE } from '../../generic/devlink/index.js'
import type { Named } from '../values/names.js'
import type { Rate } from '../values/units.js'
import type { DevlinkObject } from './types.js'

/** Memory of a device that can be read, with its snapshots: `devlink region show`. */
export interface DevlinkRegion extends DevlinkObject {
  readonly name: string
  /** Bytes. */
  readonly size: bigint
  /** Ids of the snapshots. */
  readonly snapshots: readonly number[]
  readonly maxSnapshots?: number
}

/** A snapshot of a region. */
export interface DevlinkSnapshot {
  /** Name of the region. */
  readonly name: string
  readonly id: number
}

/** A snapshot to create. The kernel chooses an id if none is given. */
export type NewDevlinkSnapshot = Pick<DevlinkSnapshot, 'name'> & Partial<Pick<DevlinkSnapshot, 'id'>>

/** Packets that the device has sent to the processor. */
export interface DevlinkTrapStats {
  readonly rxPackets: bigint
  readonly rxBytes: bigint
  readonly rxDropped?: bigint
}

/** A reason for which a device drops packets or sends them to the processor: `devlink trap show`. */
export interface DevlinkTrap extends DevlinkObject {
  readonly name: string
  readonly type: Named<typeof DEVLINK_TRAP_TYPE>
  /** False for a trap of the driver's own. */
  readonly isGeneric: boolean
  readonly action: Named<typeof DEVLINK_TRAP_ACTION>
  /** Name of the group. */
  readonly group: string
  /** Data that accompany the packets: `inPort`, `faCookie`. */
  readonly metadata: readonly string[]
  readonly stats: DevlinkTrapStats
}

/** A group of traps: `devlink trap group show`. */
export interface DevlinkTrapGroup extends DevlinkObject {
  readonly name: string
  readonly isGeneric: boolean
  /** Id of the policer that limits the group's packets. */
  readonly policer?: number
  readonly stats: DevlinkTrapStats
}

/** A limit of trapped packets: `devlink trap policer show`. */
export interface DevlinkTrapPolicer extends DevlinkObject {
  readonly id: number
  /** Packets per second. */
  readonly rate: bigint
  /** Packets. */
  readonly burst: bigint
  /** Number of packets that were dropped. */
  readonly rxDropped?: bigint
}

/** A change of a trap. */
export interface DevlinkTrapChange {
  readonly name: string
  /** `drop`, `trap` or `mirror`. */
  readonly action: Named<typeof DEVLINK_TRAP_ACTION>
}

/** A change of the traps of a group. What is left out stays as it is. */
export interface DevlinkTrapGroupChange {
  readonly name: string
  /** Action of all its traps. */
  readonly action?: Named<typeof DEVLINK_TRAP_ACTION>
  /** Id of a policer; 0 for none. */
  readonly policer?: number
}

/** A change of a policer. What is left out stays as it is. */
export interface DevlinkTrapPolicerChange {
  readonly id: number
  /** Packets per second. */
  readonly rate?: bigint | number
  /** Packets. */
  readonly burst?: bigint | number
}

/** Rates of a port of an e-switch, or of a node, which is a group of ports: `devlink port function rate show`. */
export interface DevlinkRate extends DevlinkObject {
  /** `leaf` for that of a port. */
  readonly type: Named<typeof DEVLINK_RATE_TYPE>
  /** Rate that is always available, in bits per second. */
  readonly txShare: number
  /** Limit in bits per second; 0 for none. */
  readonly txMax: number
  readonly txPriority?: number
  readonly txWeight?: number
  /** Name of the node that it belongs to. */
  readonly parent?: string
}

/** Rates to set. What is left out stays as it is. */
export interface DevlinkRateChange {
  /** Bits per second, or text with a unit of tc: `10mbit`. */
  readonly txShare?: Rate
  /** Bits per second, or text with a unit of tc; 0 for no limit. */
  readonly txMax?: Rate
  readonly txPriority?: number
  readonly txWeight?: number
  /** Name of a node; '' for none. */
  readonly parent?: string
}
