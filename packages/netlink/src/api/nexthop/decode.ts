import { NEXTHOP_GRP_TYPE, type NexthopMessage, RT_SCOPE, RTNH_F, RTPROT } from '../../route/index.js'
import { decodeEncap } from '../values/encap.js'
import { familyName } from '../values/ip-text.js'
import { flagsIn, named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import type { Nexthop } from './types.js'

/** Converts a message to a next hop. */
export function toNexthop(message: NexthopMessage): Nexthop {
  const { attrs, family } = message
  const nexthop = defined({
    ...{ id: attrs.id ?? 0, family: family === 0 ? undefined : familyName(family), via: attrs.gateway, dev: attrs.oif },
    ...{ blackhole: attrs.blackhole, fdb: attrs.fdb, encap: decodeEncap(attrs), resilient: attrs.resGroup },
    group: attrs.group?.map(({ id, weight, weightHigh }) => ({ id, weight: weightHigh * 256 + weight + 1 })),
    groupType: attrs.groupType === undefined ? undefined : named(NEXTHOP_GRP_TYPE, attrs.groupType),
    hwStats: attrs.hwStatsEnable === undefined ? undefined : attrs.hwStatsEnable !== 0,
    ...{ scope: named(RT_SCOPE, message.scope), protocol: named(RTPROT, message.protocol) },
    flags: flagsIn(RTNH_F, message.flags),
  })
  return withMessage(nexthop, message) as Nexthop
}
