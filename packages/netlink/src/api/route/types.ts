import type { Infer } from '../../codec/index.js'
import type { IPPROTO } from '../../constants/ip.js'
import type {
  ICMPV6_ROUTER_PREF,
  metricsAttrs,
  RouteMessage,
  RT_SCOPE,
  RT_TABLE,
  RTM_F,
  RTN,
  RTNH_F,
  RTPROT,
} from '../../route/index.js'
import type { Encap, NewEncap } from '../values/encap.js'
import type { ProtocolName, ScopeName, TableName, TosName } from '../values/file-names.js'
import type { IpFamily } from '../values/ip-text.js'
import type { DevName } from '../values/link-names.js'
import type { LinkRef } from '../values/link-ref.js'
import type { MplsLabels } from '../values/mpls-labels.js'
import type { FileName, FileNamed, Flag, Named } from '../values/names.js'
import type { InputOf } from '../values/normalize.js'
import type { NewRealms, Realms } from '../values/realms.js'
import type { Readable } from '../values/words.js'

/** The families of routes. */
export type RouteFamily = IpFamily | 'mpls'

export type RouteFlag = Flag<typeof RTM_F> | Flag<typeof RTNH_F>
export type NexthopFlag = Flag<typeof RTNH_F>

/** RTAX_*: `mtu`, `advmss`, `hoplimit`, … */
export type Metrics = Readable<RawMetrics>
type RawMetrics = Omit<Infer<typeof metricsAttrs>, `?${number}`>
/** RTAX_* to write. */
export type NewMetrics = InputOf<RawMetrics>

/** One of the next hops of a multipath route. */
export interface RouteNexthop {
  readonly via?: string
  /** MPLS only: the labels that replace the matched one: `200/300`. */
  readonly as?: string
  /** Index of a link. */
  readonly dev?: number
  readonly weight: number
  readonly realms?: Realms
  readonly flags: readonly NexthopFlag[]
  readonly encap?: Encap
}

/** A route, as `ip route` prints it. */
export interface Route extends Readonly<Metrics> {
  readonly family: RouteFamily
  /** `default`, a network, or a host; for MPLS a label. */
  readonly dst: string
  /** IPv6 only: the source network of the packets. */
  readonly from?: string
  readonly via?: string
  /** MPLS only: the labels that replace the matched one, `200/300`. Without them it is removed. */
  readonly as?: string
  /** Index of a link. */
  readonly dev?: number
  /** The preferred source address. */
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
  /** ID of a next hop object. */
  readonly nexthop?: number
  readonly encap?: Encap
  /** MPLS only: true if the last label's time to live is copied to the packet. Left out: `net.mpls.ip_ttl_propagate` decides. */
  readonly ttlPropagate?: boolean
  /** IPv4 only: the routing realms of packets that use the route. */
  readonly realms?: Realms
  /** IPv6 only: ICMPV6_ROUTER_PREF_*. */
  readonly pref?: Named<typeof ICMPV6_ROUTER_PREF>
  /** IPv6 only: seconds until the kernel removes the route. */
  readonly expires?: number
  /** The decoded message. Not enumerable. */
  readonly message: RouteMessage
}

/** A route with the names of its links. */
export interface RouteWithLinkNames extends Route, DevName {
  readonly multipath?: readonly (RouteNexthop & DevName)[]
}

/** A route with the names of what its numbers refer to: the result of reading with `{ names: true }`. */
export interface NamedRoute extends RouteWithLinkNames, TableName, ProtocolName, ScopeName, TosName {}

/** A next hop of a multipath route to add. */
export interface NewRouteNexthop {
  readonly via?: string | undefined
  /** MPLS only: the labels that replace the matched one. */
  readonly as?: MplsLabels | undefined
  readonly dev?: LinkRef | undefined
  /** 1 to 256; 1 if left out. */
  readonly weight?: number | undefined
  readonly realms?: NewRealms | undefined
  readonly flags?: readonly NexthopFlag[] | undefined
  readonly encap?: NewEncap | undefined
}

/** The properties by which the kernel distinguishes routes. For IPv6, also the link, if the network is link-local. */
export interface RouteKey {
  /** `default`, `10.9.0.0/16`, or a host; for MPLS a label, `100` or `'100'`. */
  readonly dst: string | number
  /** By default the family of `dst`, `src` or `via`; `inet` if these have none. `mpls` must be given. */
  readonly family?: RouteFamily | undefined
  /** IPv6 only: the source network of the packets. */
  readonly from?: string | undefined
  /** `main` if left out. */
  readonly table?: FileNamed<typeof RT_TABLE> | undefined
  readonly metric?: number | undefined
  /** A number or a name in `rt_dsfield` of iproute2. */
  readonly tos?: number | FileName | undefined
}

/** A route to add; for `get` and `delete`, the properties that it must have. */
export interface NewRoute extends RouteKey, Readonly<Partial<NewMetrics>> {
  readonly via?: string | undefined
  /** MPLS only: the labels that replace the matched one. Without them it is removed. */
  readonly as?: MplsLabels | undefined
  readonly dev?: LinkRef | undefined
  readonly src?: string | undefined
  /** `boot` if left out, like `ip route`. */
  readonly protocol?: FileNamed<typeof RTPROT> | undefined
  /** By default the scope that `ip route` chooses: `link` without a gateway, `host` for local routes, `global` for others. */
  readonly scope?: Named<typeof RT_SCOPE> | undefined
  /** `unicast` if left out. */
  readonly type?: Named<typeof RTN> | undefined
  readonly flags?: readonly RouteFlag[] | undefined
  readonly multipath?: readonly NewRouteNexthop[] | undefined
  /** ID of a next hop object. `via`, `dev`, `multipath` and `encap` are then reported by the kernel, and not sent. */
  readonly nexthop?: number | undefined
  readonly encap?: NewEncap | undefined
  /** MPLS only: true copies the last label's time to live to the packet. Left out: `net.mpls.ip_ttl_propagate` decides. */
  readonly ttlPropagate?: boolean | undefined
  /** IPv4 only. */
  readonly realms?: NewRealms | undefined
  /** IPv6 only: `medium`, `high` or `low`. */
  readonly pref?: Route['pref'] | undefined
  /** IPv6 only: seconds until the kernel removes the route. */
  readonly expires?: number | undefined
}

/** Restricts a list of routes, and selects those that `flush` deletes. */
export interface RouteFilter {
  /** By default `inet` and `inet6`. */
  readonly family?: RouteFamily | undefined
  readonly table?: FileNamed<typeof RT_TABLE> | undefined
  readonly protocol?: FileNamed<typeof RTPROT> | undefined
  readonly type?: Route['type'] | undefined
  /** Routes whose only next hop uses this link. Routes with several next hops have `multipath` instead, and do not match. */
  readonly dev?: LinkRef | undefined
  /** Routes to exactly this destination. */
  readonly dst?: string | number | undefined
}

/** Properties of the packet for which a route is looked up. */
export interface RouteLookup {
  /** The source address; without `iif`, an address of this host. */
  readonly from?: string | undefined
  /** The outgoing link. */
  readonly dev?: LinkRef | undefined
  /** The link on which the packet was received. */
  readonly iif?: LinkRef | undefined
  readonly mark?: number | undefined
  readonly tos?: number | FileName | undefined
  /** User ID of the sending process. */
  readonly uid?: number | undefined
  /** IPPROTO_*: `tcp`, `udp`, `icmp`, `icmpv6`, or a number. */
  readonly ipproto?: Named<typeof IPPROTO> | undefined
  /** Source and destination port, from 1 to 65535. */
  readonly sport?: number | undefined
  readonly dport?: number | undefined
  /** True returns the route itself, and not the one that the kernel derives from it for this address. */
  readonly fibMatch?: boolean | undefined
}
