import {
  DEVLINK_RATE_TYPE,
  DEVLINK_TRAP_ACTION,
  DEVLINK_TRAP_TYPE,
  type DevlinkMessage,
  type DevlinkStatsAttrs,
} from '../../generic/devlink/index.js'
import { named } from '../values/names.js'
import { objectOf } from './decode.js'
import { deviceHandle, ownerHandle } from './handle.js'
import type {
  DevlinkRate,
  DevlinkRegion,
  DevlinkTrap,
  DevlinkTrapGroup,
  DevlinkTrapPolicer,
  DevlinkTrapStats,
} from './more-types.js'

/** Converts a message to a region. */
export function toRegion(message: DevlinkMessage): DevlinkRegion {
  const { attrs } = message
  const snapshots = attrs.regionSnapshots?.regionSnapshot ?? []
  return objectOf<DevlinkRegion>(
    message,
    {
      name: attrs.regionName ?? '',
      size: attrs.regionSize ?? 0n,
      snapshots: snapshots.map(({ regionSnapshotId = 0 }) => regionSnapshotId),
      maxSnapshots: attrs.regionMaxSnapshots,
    },
    ownerHandle(attrs),
  )
}

const statsOf = ({ rxPackets = 0n, rxBytes = 0n, rxDropped }: DevlinkStatsAttrs = {}): DevlinkTrapStats => ({
  ...{ rxPackets, rxBytes },
  ...(rxDropped !== undefined && { rxDropped }),
})

/** Converts a message to a trap. */
export function toTrap(message: DevlinkMessage): DevlinkTrap {
  const { attrs } = message
  return objectOf<DevlinkTrap>(message, {
    name: attrs.trapName ?? '',
    type: named(DEVLINK_TRAP_TYPE, attrs.trapType ?? 0),
    isGeneric: attrs.trapGeneric === true,
    action: named(DEVLINK_TRAP_ACTION, attrs.trapAction ?? 0),
    group: attrs.trapGroupName ?? '',
    metadata: Object.keys(attrs.trapMetadata ?? {}),
    stats: statsOf(attrs.stats),
  })
}

/** Converts a message to a group of traps. */
export function toTrapGroup(message: DevlinkMessage): DevlinkTrapGroup {
  const { attrs } = message
  return objectOf<DevlinkTrapGroup>(message, {
    name: attrs.trapGroupName ?? '',
    isGeneric: attrs.trapGeneric === true,
    policer: attrs.trapPolicerId,
    stats: statsOf(attrs.stats),
  })
}

/** Converts a message to a policer of traps. */
export function toTrapPolicer(message: DevlinkMessage): DevlinkTrapPolicer {
  const { attrs } = message
  return objectOf<DevlinkTrapPolicer>(message, {
    id: attrs.trapPolicerId ?? 0,
    rate: attrs.trapPolicerRate ?? 0n,
    burst: attrs.trapPolicerBurst ?? 0n,
    rxDropped: attrs.stats?.rxDropped,
  })
}

const BITS = 8

/** Converts a message to rates. The kernel counts bytes per second. */
export function toRate(message: DevlinkMessage): DevlinkRate {
  const { attrs } = message
  return objectOf<DevlinkRate>(
    message,
    {
      type: named(DEVLINK_RATE_TYPE, attrs.rateType ?? 0),
      txShare: Number(attrs.rateTxShare ?? 0n) * BITS,
      txMax: Number(attrs.rateTxMax ?? 0n) * BITS,
      txPriority: attrs.rateTxPriority,
      txWeight: attrs.rateTxWeight,
      parent: attrs.rateParentNodeName,
    },
    attrs.rateNodeName === undefined ? ownerHandle(attrs) : `${deviceHandle(attrs)}/${attrs.rateNodeName}`,
  )
}
