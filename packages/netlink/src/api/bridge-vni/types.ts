import type { Infer } from '../../codec/index.js'
import type { TunnelMessage, vnifilterEntryStatsAttrs } from '../../route/index.js'
import type { DevName } from '../values/link-names.js'
import type { LinkRef } from '../values/link-ref.js'

/** The counters of a VNI (VNIFILTER_ENTRY_STATS_*, linux/if_link.h). All are bigints. */
export interface BridgeVniStats extends Readonly<Omit<Infer<typeof vnifilterEntryStatsAttrs>, 'pad'>> {}

/** A VNI that a vxlan with `vnifilter` accepts, or consecutive ones with the same group, as `bridge vni show` prints them. */
export interface BridgeVni {
  /** Index of the vxlan. */
  readonly dev: number
  readonly vni: number
  /** The last VNI of a range. Left out for a single one. */
  readonly vniEnd?: number
  /** The multicast group or the address that unknown destinations are sent to. */
  readonly group?: string
  /** The counters, if the filter has `stats`. */
  readonly stats?: BridgeVniStats
  /** The decoded message, with the entry of this VNI only. Not enumerable. */
  readonly message: TunnelMessage
}

/** A VNI with the name of its link: the result of reading with `{ names: true }`. */
export interface NamedBridgeVni extends BridgeVni, DevName {}

/** Identifies a VNI of a vxlan, or several. */
export interface BridgeVniKey {
  /** A vxlan with `vnifilter`. */
  readonly dev: LinkRef
  /** 24 bits. */
  readonly vni: number
  /** The last VNI of a range; by default `vni`. */
  readonly vniEnd?: number | undefined
}

/** A VNI to write, or a range of them. */
export interface NewBridgeVni extends BridgeVniKey {
  /** A multicast group requires a vxlan with `link`. */
  readonly group?: string | undefined
  /** Reported by the kernel; not sent. */
  readonly stats?: BridgeVniStats | undefined
}

/** Restricts a list of VNIs. */
export interface BridgeVniFilter {
  /** A vxlan. By default all of them. */
  readonly dev?: LinkRef | undefined
  /** VNIs from `vni` to `vniEnd`. */
  readonly vni?: number | undefined
  /** By default `vni`. */
  readonly vniEnd?: number | undefined
  /** True to read the counters too. The kernel then reports each VNI for itself. */
  readonly stats?: boolean | undefined
}
