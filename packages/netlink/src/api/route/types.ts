import type { Infer } from '../../codec/index.js'
import type { metricsAttrs, RouteMessage, RT_SCOPE, RT_TABLE, RTM_F, RTN, RTNH_F, RTPROT } from '../../route/index.js'
import type { Encap, NewEncap } from '../encap.js'
import type { IpFamily } from '../ip-text.js'
import type { LinkRef } from '../link-ref.js'
import type { Flag, Named } from '../names.js'
import type { Realms } from '../realms.js'

export type RouteFlag = Flag<typeof RTM_F> | Flag<typeof RTNH_F>
export type NexthopFlag = Flag<typeof RTNH_F>

/** RTAX_*: `mtu`, `advmss`, `hoplimit`, … as the declaration has them */
export type Metrics = Omit<Infer<typeof metricsAttrs>, `?${number}`>

/** One of several ways that a route goes. */
export interface RouteNexthop {
  readonly via?: string
  /** The index of a link. */
  readonly dev?: number
  readonly weight: number
  readonly realms?: Realms
  readonly flags: readonly NexthopFlag[]
  readonly encap?: Encap
}

/** A route, as it was told, in the words of `ip route`. */
export interface Route extends Readonly<Metrics> {
  readonly family: IpFamily
  /** `default`, a network, or a host */
  readonly dst: string
  /** The network that packets must come from. */
  readonly from?: string
  readonly via?: string
  /** The index of a link. */
  readonly dev?: number
  /** The address that packets are sent from. */
  readonly src?: string
  /** RTA_PRIORITY */
  readonly metric?: number
  readonly table: Named<typeof RT_TABLE>
  readonly protocol: Named<typeof RTPROT>
  readonly scope: Named<typeof RT_SCOPE>
  readonly type: Named<typeof RTN>
  readonly tos?: number
  readonly flags: readonly RouteFlag[]
  readonly multipath?: readonly RouteNexthop[]
  /** The number of a nexthop object. */
  readonly nexthop?: number
  readonly encap?: Encap
  /** Of IPv4: the routing realms of packets that take the route. */
  readonly realms?: Realms
  /** Of IPv6: ICMPV6_ROUTER_PREF_* */
  readonly pref?: number
  /** Seconds until it is gone. */
  readonly expires?: number
  /** What the kernel told. Not enumerable. */
  readonly message: RouteMessage
}

/** One of several ways that a route is to go. */
export interface NewRouteNexthop {
  readonly via?: string | undefined
  readonly dev?: LinkRef | undefined
  /** 1 to 256; 1, if left out. */
  readonly weight?: number | undefined
  readonly realms?: Realms | undefined
  readonly flags?: readonly NexthopFlag[] | undefined
  readonly encap?: NewEncap | undefined
}

/** The properties by which the kernel distinguishes routes. For IPv6, also the link, if the network is link-local. */
export interface RouteKey {
  /** `default`, `10.9.0.0/16`, or a host */
  readonly dst: string
  /** Of `dst`, `via` or `src`, if left out; else `inet`. */
  readonly family?: IpFamily | undefined
  /** Of IPv6: the network that packets must come from. */
  readonly from?: string | undefined
  /** `main`, if left out. */
  readonly table?: Named<typeof RT_TABLE> | undefined
  readonly metric?: number | undefined
  readonly tos?: number | undefined
}

/** What a route can be given. */
export interface NewRoute extends RouteKey, Readonly<Partial<Metrics>> {
  readonly via?: string | undefined
  readonly dev?: LinkRef | undefined
  readonly src?: string | undefined
  /** `boot`, if left out, as `ip route` has it. */
  readonly protocol?: Named<typeof RTPROT> | undefined
  /** What goes with the rest, if left out: `link` without a gateway, … */
  readonly scope?: Named<typeof RT_SCOPE> | undefined
  /** `unicast`, if left out. */
  readonly type?: Named<typeof RTN> | undefined
  readonly flags?: readonly RouteFlag[] | undefined
  readonly multipath?: readonly NewRouteNexthop[] | undefined
  /** The number of a nexthop object. Beside it `via`, `dev`, `multipath` and `encap` are what the kernel says of it, and not sent. */
  readonly nexthop?: number | undefined
  readonly encap?: NewEncap | undefined
  /** Of IPv4. */
  readonly realms?: Realms | undefined
  /** Of IPv6: ICMPV6_ROUTER_PREF_*: 0 (medium), 1 (high) or 3 (low). */
  readonly pref?: number | undefined
  /** Of IPv6: seconds until the kernel removes the route. */
  readonly expires?: number | undefined
}
