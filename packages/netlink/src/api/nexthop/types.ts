import { NEXTHOP_GRP_TYPE, type NexthopMessage, RT_SCOPE, RTNH_F, RTPROT } from '../../route/index.js'
import { type Encap, type NewEncap, toEncap } from '../encap.js'
import { familyName, type IpFamily } from '../ip-text.js'
import type { LinkRef } from '../link-ref.js'
import { type Flag, flagsIn, type Named, named } from '../names.js'
import { defined } from '../objects.js'
import { withMessage } from '../with-message.js'

/** One nexthop of a group. */
export interface NexthopMember {
  readonly id: number
  /** 1 to 65535; to 256 on kernels before 6.12 */
  readonly weight: number
}

/** A nexthop object, as it was told: an address, a link, or a group of others. */
export interface Nexthop {
  readonly id: number
  /** Undefined for a group. */
  readonly family?: IpFamily
  readonly via?: string
  /** The index of a link. */
  readonly dev?: number
  readonly blackhole?: true
  /** For forwarding databases, not for routes. */
  readonly fdb?: true
  readonly group?: readonly NexthopMember[]
  /** NEXTHOP_GRP_TYPE_*: `mpath` or `res` */
  readonly groupType?: Named<typeof NEXTHOP_GRP_TYPE>
  readonly resilient?: NexthopMessage['attrs']['resGroup']
  readonly encap?: Encap
  /** Packets of a group are counted by the hardware, if it can; reported if `stats` are requested. */
  readonly hwStats?: boolean
  readonly scope: Named<typeof RT_SCOPE>
  readonly protocol: Named<typeof RTPROT>
  readonly flags: readonly Flag<typeof RTNH_F>[]
  /** What the kernel told. Not enumerable. */
  readonly message: NexthopMessage
}

/** What a nexthop object can be given. */
export interface NewNexthop {
  /** The kernel chooses, if left out. */
  readonly id?: number | undefined
  /** Of `via`, if left out; else `inet`. */
  readonly family?: IpFamily | undefined
  readonly via?: string | undefined
  readonly dev?: LinkRef | undefined
  readonly blackhole?: boolean | undefined
  readonly fdb?: boolean | undefined
  readonly group?: readonly { readonly id: number; readonly weight?: number | undefined }[] | undefined
  readonly groupType?: Named<typeof NEXTHOP_GRP_TYPE> | undefined
  /** Of a group of type `res`; times in hundredths of a second. */
  readonly resilient?: Nexthop['resilient']
  readonly encap?: NewEncap | undefined
  /** Of a group: lets the hardware count its packets. */
  readonly hwStats?: boolean | undefined
  readonly protocol?: Named<typeof RTPROT> | undefined
  /** `ONLINK`; of the others the kernel tells alone, and they are not sent. */
  readonly flags?: readonly Flag<typeof RTNH_F>[] | undefined
  /** What the kernel says of it; not sent. */
  readonly scope?: Nexthop['scope'] | undefined
}

/** Which nexthops to list. */
export interface NexthopFilter {
  readonly family?: IpFamily | undefined
  readonly dev?: LinkRef | undefined
  /** Those of links that are ports of this one. */
  readonly master?: LinkRef | undefined
  /** Groups only. */
  readonly groups?: boolean | undefined
  /** Those for forwarding databases only. */
  readonly fdb?: boolean | undefined
  /** Requests `hwStats` and the packet counters of groups (`message.attrs.groupStats`): Linux 6.9 and later. */
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

/** A nexthop object of its message. */
export function toNexthop(message: NexthopMessage): Nexthop {
  const { attrs, family } = message
  const nexthop = defined({
    ...{ id: attrs.id ?? 0, family: family === 0 ? undefined : familyName(family), via: attrs.gateway, dev: attrs.oif },
    ...{ blackhole: attrs.blackhole, fdb: attrs.fdb, encap: toEncap(attrs), resilient: attrs.resGroup },
    group: attrs.group?.map(({ id, weight, weightHigh }) => ({ id, weight: weightHigh * 256 + weight + 1 })),
    groupType: attrs.groupType === undefined ? undefined : named(NEXTHOP_GRP_TYPE, attrs.groupType),
    hwStats: attrs.hwStatsEnable === undefined ? undefined : attrs.hwStatsEnable !== 0,
    ...{ scope: named(RT_SCOPE, message.scope), protocol: named(RTPROT, message.protocol) },
    flags: flagsIn(RTNH_F, message.flags),
  })
  return withMessage(nexthop, message) as unknown as Nexthop
}
