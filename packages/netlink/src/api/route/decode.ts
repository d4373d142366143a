import { type RouteMessage, RT_SCOPE, RT_TABLE, RTN, RTNH_F, RTPROT } from '../../route/index.js'
import { toEncap } from '../encap.js'
import { familyName, networkText } from '../ip-text.js'
import { flagsIn, named } from '../names.js'
import { defined } from '../objects.js'
import { toRealms } from '../realms.js'
import { withMessage } from '../with-message.js'
import { routeFlags } from './encode.js'
import type { Metrics, Route, RouteNexthop } from './types.js'

type Hop = NonNullable<RouteMessage['attrs']['multipath']>[number]

const gateway = ({ gateway, via }: Hop['attrs']) => gateway ?? via?.addr

/** One of several ways, of its record. */
function toNexthop({ ifindex, hops, flags, attrs }: Hop): RouteNexthop {
  const { via, encap, ...rest } = { via: gateway(attrs), encap: toEncap(attrs), dev: ifindex || undefined }
  const realms = toRealms(attrs.flow)
  return {
    ...defined({ via, ...rest, realms, encap }),
    weight: hops + 1,
    flags: flagsIn(RTNH_F, flags),
  } as RouteNexthop
}

/** A route of its message. */
export function toRoute(message: RouteMessage): Route {
  const { family: number, attrs } = message
  const family = familyName(number)
  // Told in hundredths of a second, beside other times; RTA_EXPIRES is for requests.
  const expires = attrs.cacheinfo?.expires ?? 0
  const { lock, ...metrics } = (attrs.metrics ?? {}) as Metrics
  const route = defined({
    ...{ family, dst: networkText(attrs.dst as string | undefined, message.dstLen, family) },
    from: message.srcLen === 0 ? undefined : networkText(attrs.src, message.srcLen, family),
    ...{ via: gateway(attrs), dev: attrs.oif, src: attrs.prefsrc, metric: attrs.priority },
    ...{ table: named(RT_TABLE, attrs.table ?? message.table), protocol: named(RTPROT, message.protocol) },
    ...{ scope: named(RT_SCOPE, message.scope), type: named(RTN, message.type), tos: message.tos || undefined },
    ...{ flags: flagsIn(routeFlags, message.flags), multipath: attrs.multipath?.map(toNexthop) },
    ...{ nexthop: attrs.nhId, encap: toEncap(attrs), pref: attrs.pref },
    realms: toRealms(attrs.flow),
    expires: expires === 0 ? undefined : Math.ceil(expires / 100),
    ...metrics,
    lock: lock || undefined,
  })
  return withMessage(route, message) as Route
}
