import { constants } from '../../codec/index.js'
import {
  ICMPV6_ROUTER_PREF,
  metricsAttrs,
  type RouteMessage,
  RT_SCOPE,
  RT_TABLE,
  RTM_F,
  RTN,
  RTNH_F,
  RTPROT,
} from '../../route/index.js'
import { decodeEncap } from '../values/encap.js'
import { familyName, networkText } from '../values/ip-text.js'
import { flagsIn, named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import { decodeRealms } from '../values/realms.js'
import { withWords } from '../values/words.js'
import type { Route, RouteNexthop } from './types.js'

type Hop = NonNullable<RouteMessage['attrs']['multipath']>[number]

/** Flags of a route and of its next hop, which share one number. */
export const routeFlags = constants('RTNH_F', { ...RTNH_F.values, ...RTM_F.values })

/** Returns the gateway, which may be of another family than the route. */
const gatewayOf = ({ gateway, via }: Hop['attrs']) => gateway ?? via?.addr

/** Converts `struct rtnexthop` of a multipath route. */
function toRouteNexthop({ ifindex, hops, flags, attrs }: Hop): RouteNexthop {
  const [via, encap, realms] = [gatewayOf(attrs), decodeEncap(attrs), decodeRealms(attrs.flow)]
  return {
    ...defined({ via, dev: ifindex || undefined, realms, encap }),
    weight: hops + 1,
    flags: flagsIn(RTNH_F, flags),
  }
}

/** Converts a message to a route. */
export function toRoute(message: RouteMessage): Route {
  const { family: number, attrs } = message
  const family = familyName(number)
  // The kernel reports hundredths of a second in RTA_CACHEINFO. RTA_EXPIRES is only for requests.
  const expires = attrs.cacheinfo?.expires ?? 0
  const { lock, ...metrics } = attrs.metrics ?? {}
  const route = defined({
    ...{ family, dst: networkText(attrs.dst as string | undefined, message.dstLen, family) },
    from: message.srcLen === 0 ? undefined : networkText(attrs.src, message.srcLen, family),
    ...{ via: gatewayOf(attrs), dev: attrs.oif, src: attrs.prefsrc, metric: attrs.priority },
    ...{ table: named(RT_TABLE, attrs.table ?? message.table), protocol: named(RTPROT, message.protocol) },
    ...{ scope: named(RT_SCOPE, message.scope), type: named(RTN, message.type), tos: message.tos || undefined },
    ...{ flags: flagsIn(routeFlags, message.flags), multipath: attrs.multipath?.map(toRouteNexthop) },
    ...{ nexthop: attrs.nhId, encap: decodeEncap(attrs) },
    pref: attrs.pref === undefined ? undefined : named(ICMPV6_ROUTER_PREF, attrs.pref),
    realms: decodeRealms(attrs.flow),
    expires: expires === 0 ? undefined : Math.ceil(expires / 100),
    ...(withWords(metricsAttrs, metrics) as object),
    lock: lock || undefined,
  })
  return withMessage(route, message) as Route
}
