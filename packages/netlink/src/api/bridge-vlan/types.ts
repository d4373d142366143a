import type { Infer } from '../../codec/index.js'
import type { BR_STATE, BridgeVlanMessage, bridgeVlandbStatsAttrs, MDB_RTR_TYPE } from '../../route/index.js'
import type { DevName } from '../values/link-names.js'
import type { LinkRef } from '../values/link-ref.js'
import type { Named } from '../values/names.js'

/** The counters of a VLAN on a port (BRIDGE_VLANDB_STATS_*, linux/if_bridge.h). All are bigints. */
export interface BridgeVlanStats extends Readonly<Omit<Infer<typeof bridgeVlandbStatsAttrs>, 'pad'>> {}

/** A VLAN of a bridge port or of the bridge itself, or consecutive VLANs with the same properties, as `bridge vlan show` prints them. */
export interface BridgeVlan {
  /** Index of the port, or of the bridge for its own VLANs. */
  readonly dev: number
  readonly vid: number
  /** The last VLAN of a range. Left out for a single one. */
  readonly vidEnd?: number
  /** True if received frames without a tag belong to this VLAN. A port has at most one such VLAN. */
  readonly pvid: boolean
  /** True if frames of the VLAN leave without a tag. */
  readonly untagged: boolean
  /** BR_STATE_*: `forwarding`, `blocking`, … */
  readonly state?: Named<typeof BR_STATE>
  /** ID of the tunnel that the VLAN is mapped to. In a range it increases with the VLAN, from this one. */
  readonly tunnelId?: number
  /** MDB_RTR_TYPE_*: detection of multicast routers */
  readonly mcastRouter?: Named<typeof MDB_RTR_TYPE>
  /** Number of multicast groups. */
  readonly mcastGroups?: number
  /** Maximum number of multicast groups; 0: unlimited. Linux 6.3. */
  readonly mcastMaxGroups?: number
  /** True if ARP and neighbour solicitations are not flooded. Linux 6.4. */
  readonly neighSuppress?: boolean
  /** True if gratuitous announcements are forwarded although `neighSuppress` is true. */
  readonly neighForwardGrat?: boolean
  /** The counters, if the filter has `stats`. */
  readonly stats?: BridgeVlanStats
  /** The decoded message, with the entry of this VLAN only. Not enumerable. */
  readonly message: BridgeVlanMessage
}

/** A VLAN with the name of its link: the result of reading with `{ names: true }`. */
export interface NamedBridgeVlan extends BridgeVlan, DevName {}

/** Identifies a VLAN of a port or bridge, or several. */
export interface BridgeVlanKey {
  /** The port, or the bridge for its own VLANs. */
  readonly dev: LinkRef
  /** 1 to 4094. */
  readonly vid: number
  /** The last VLAN of a range; by default `vid`. */
  readonly vidEnd?: number | undefined
}

/** A VLAN to write, or a range of them. */
export interface NewBridgeVlan extends BridgeVlanKey {
  /** Not with a range. The VLAN that had it until then loses it. */
  readonly pvid?: boolean | undefined
  readonly untagged?: boolean | undefined
  /** Not while the kernel runs the spanning tree protocol. */
  readonly state?: Named<typeof BR_STATE> | undefined
  /** ID of the tunnel that `vid` is mapped to, and the next IDs for the next VLANs; 0: none. The port must have `vlanTunnel`. */
  readonly tunnelId?: number | undefined
  readonly mcastRouter?: Named<typeof MDB_RTR_TYPE> | undefined
  readonly mcastMaxGroups?: number | undefined
  readonly neighSuppress?: boolean | undefined
  readonly neighForwardGrat?: boolean | undefined
  /** Reported by the kernel; not sent. */
  readonly mcastGroups?: number | undefined
  /** Reported by the kernel; not sent. */
  readonly stats?: BridgeVlanStats | undefined
}

/** Restricts a list of VLANs. */
export interface BridgeVlanFilter {
  /** A port or a bridge. By default all of them. */
  readonly dev?: LinkRef | undefined
  /** VLANs from `vid` to `vidEnd`. */
  readonly vid?: number | undefined
  /** By default `vid`. */
  readonly vidEnd?: number | undefined
  /** True to read the counters too. The kernel then reports each VLAN for itself. */
  readonly stats?: boolean | undefined
}
