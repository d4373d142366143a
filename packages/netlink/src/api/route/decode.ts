import { AF, constants } from '../../codec/index.js'
import {
  ICMPV6_ROUTER_PREF,
  type MplsLabel,
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
import { labelsText } from '../values/mpls-labels.js'
import { flagsIn, named } from '../values/names.js'
import { constructorOf, type Draft, withMessage } from '../values/objects.js'
import { decodeRealms } from '../values/realms.js'
import { withWords } from '../values/words.js'
import { routeFamilyName } from './mpls.js'
import type { Route, RouteNexthop } from './types.js'

type MetricsMessage = NonNullable<RouteMessage['attrs']['metrics']>
type Hop = NonNullable<RouteMessage['attrs']['multipath']>[number]

/** Flags of a route and of its next hop, which share one number. */
export const routeFlags = constants('RTNH_F', { ...RTNH_F.values, ...RTM_F.values })

/** Returns the gateway, which may be of another family than the route. */
const gatewayOf = ({ gateway, via }: Hop['attrs']) => gateway ?? via?.addr

/** One of the next hops of a multipath route, from its `struct rtnexthop`. */
const RouteNexthopObject = constructorOf<RouteNexthop, Hop>(function ({ ifindex, hops, flags, attrs }) {
  const [via, realms, encap] = [gatewayOf(attrs), decodeRealms(attrs.flow), decodeEncap(attrs)]
  if (via !== undefined) this.via = via
  if (attrs.newdst !== undefined) this.as = labelsText(attrs.newdst)
  if (ifindex !== 0) this.dev = ifindex
  if (realms !== undefined) this.realms = realms
  if (encap !== undefined) this.encap = encap
  this.weight = hops + 1
  this.flags = flagsIn(RTNH_F, flags)
})

const RouteObject = constructorOf<Route, RouteMessage>(function (message) {
  const { attrs } = message
  const { cacheinfo, metrics } = attrs
  const family = routeFamilyName(message.family)
  const [via, realms, encap] = [gatewayOf(attrs), decodeRealms(attrs.flow), decodeEncap(attrs)]
  this.family = family
  this.dst = destinationText(message)
  if (message.srcLen !== 0) this.from = networkText(attrs.src, message.srcLen, familyName(message.family))
  if (via !== undefined) this.via = via
  if (attrs.newdst !== undefined) this.as = labelsText(attrs.newdst)
  if (attrs.oif !== undefined) this.dev = attrs.oif
  if (attrs.prefsrc !== undefined) this.src = attrs.prefsrc
  if (attrs.priority !== undefined) this.metric = attrs.priority
  this.table = named(RT_TABLE, attrs.table ?? message.table)
  this.protocol = named(RTPROT, message.protocol)
  this.scope = named(RT_SCOPE, message.scope)
  this.type = named(RTN, message.type)
  if (message.tos !== 0) this.tos = message.tos
  this.flags = flagsIn(routeFlags, message.flags)
  if (attrs.multipath !== undefined) this.multipath = attrs.multipath.map((hop) => new RouteNexthopObject(hop))
  if (attrs.nhId !== undefined) this.nexthop = attrs.nhId
  if (encap !== undefined) this.encap = encap
  if (attrs.ttlPropagate !== undefined) this.ttlPropagate = attrs.ttlPropagate !== 0
  if (attrs.pref !== undefined) this.pref = named(ICMPV6_ROUTER_PREF, attrs.pref)
  if (realms !== undefined) this.realms = realms
  // The kernel reports hundredths of a second in RTA_CACHEINFO. RTA_EXPIRES is only for requests.
  if (cacheinfo !== undefined && cacheinfo.expires !== 0) this.expires = Math.ceil(cacheinfo.expires / 100)
  if (metrics !== undefined) assignMetrics(this, metrics)
})

/** Returns the destination of a route: a network, or a label. */
const destinationText = ({ family, dstLen, attrs: { dst } }: RouteMessage) =>
  family === AF.MPLS
    ? labelsText((dst ?? []) as MplsLabel[])
    : networkText(dst as string | undefined, dstLen, familyName(family))

/** Assigns the metrics, which are few in most routes. `lock` comes last, and not if it is zero. */
function assignMetrics(route: Draft<Route>, { lock, ...metrics }: MetricsMessage): void {
  Object.assign(route, withWords(metricsAttrs, metrics))
  if (lock) route.lock = lock
}

/** Converts a message to a route. */
export const toRoute = (message: RouteMessage): Route => withMessage(new RouteObject(message), message)
