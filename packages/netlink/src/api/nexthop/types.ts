import type { NEXTHOP_GRP_TYPE, NexthopMessage, RT_SCOPE, RTNH_F, RTPROT } from '../../route/index.js'
import type { Encap, NewEncap } from '../values/encap.js'
import type { ProtocolName, ScopeName } from '../values/file-names.js'
import type { IpFamily } from '../values/ip-text.js'
import type { DevName } from '../values/link-names.js'
import type { LinkRef } from '../values/link-ref.js'
import type { FileNamed, Flag, Named } from '../values/names.js'

/** A next hop in a group. */
export interface NexthopMember {
  readonly id: number
  /** 1 to 65535; to 256 before Linux 6.12. */
  readonly weight: number
}

/** A next hop object: a gateway, a link, or a group of other next hops. */
export interface Nexthop {
  readonly id: number
  /** Undefined for a group. */
  readonly family?: IpFamily
  readonly via?: string
  /** Index of a link. */
  readonly dev?: number
  readonly blackhole?: true
  /** True for next hops of forwarding databases, which routes cannot use. */
  readonly fdb?: true
  readonly group?: readonly NexthopMember[]
  /** NEXTHOP_GRP_TYPE_*: `mpath`, or `res` for a resilient group. */
  readonly groupType?: Named<typeof NEXTHOP_GRP_TYPE>
  /** Of a resilient group. Times are in hundredths of a second. */
  readonly resilient?: NexthopMessage['attrs']['resGroup']
  readonly encap?: Encap
  /** True if the hardware counts the packets of a group. Reported if `stats` are requested. */
  readonly hwStats?: boolean
  readonly scope: Named<typeof RT_SCOPE>
  readonly protocol: Named<typeof RTPROT>
  readonly flags: readonly Flag<typeof RTNH_F>[]
  /** The decoded message. Not enumerable. */
  readonly message: NexthopMessage
}

/** A next hop with the names of what its numbers refer to: the result of reading with `{ names: true }`. */
export interface NamedNexthop extends Nexthop, DevName, ProtocolName, ScopeName {}

/** A next hop object to add. */
export interface NewNexthop {
  /** By default the kernel chooses one. */
  readonly id?: number | undefined
  /** By default the family of `via`; `inet` if `via` is left out. */
  readonly family?: IpFamily | undefined
  readonly via?: string | undefined
  readonly dev?: LinkRef | undefined
  readonly blackhole?: boolean | undefined
  readonly fdb?: boolean | undefined
  readonly group?: readonly { readonly id: number; readonly weight?: number | undefined }[] | undefined
  readonly groupType?: Named<typeof NEXTHOP_GRP_TYPE> | undefined
  /** For a group of type `res`. Times are in hundredths of a second. */
  readonly resilient?: Nexthop['resilient']
  readonly encap?: NewEncap | undefined
  /** For a group: true lets the hardware count its packets. */
  readonly hwStats?: boolean | undefined
  readonly protocol?: FileNamed<typeof RTPROT> | undefined
  /** `ONLINK`. The kernel only reports the other flags; they are not sent. */
  readonly flags?: readonly Flag<typeof RTNH_F>[] | undefined
  /** Reported by the kernel; not sent. */
  readonly scope?: Nexthop['scope'] | undefined
}

/** Restricts a list of next hops, and selects those that `flush` deletes. */
export interface NexthopFilter {
  readonly family?: IpFamily | undefined
  readonly dev?: LinkRef | undefined
  /** Next hops whose link is a port of this one. */
  readonly master?: LinkRef | undefined
  /** True: groups only. */
  readonly groups?: boolean | undefined
  /** True: only next hops of forwarding databases. */
  readonly fdb?: boolean | undefined
  /** The program that created them. The kernel cannot filter by it, so the library does. */
  readonly protocol?: Nexthop['protocol'] | undefined
  /** True requests `hwStats` and the packet counters of groups (`message.attrs.groupStats`). Requires Linux 6.9. */
  readonly stats?: boolean | undefined
}

/** A next hop to look up by its ID. */
export interface NexthopQuery {
  readonly id: number
  /** As in {@link NexthopFilter}. */
  readonly stats?: boolean | undefined
}

/** Identifies a next hop by its ID. If other properties are given, they must match. */
export type NexthopKey = NewNexthop & { readonly id: number }
