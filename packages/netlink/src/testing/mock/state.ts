import type { NexthopMessage, RuleMessage } from '../../route/index.js'

/** The state of a link. */
export interface Link {
  readonly index: number
  name: string
  readonly altNames: string[]
  /** ARPHRD_* */
  readonly type: number
  readonly kind: string | undefined
  /** IFF_* that never change */
  readonly fixed: number
  up: boolean
  /** True if it has its own carrier, or the link below has one. */
  carrier: boolean
  /** True if its routes have RTNH_F_LINKDOWN. */
  linkdown: boolean
  /** IF_OPER_* */
  operstate: number
  mtu: number
  readonly minMtu: number
  readonly maxMtu: number
  /** True if a request has set it. A bridge then ignores the MTU of its ports. */
  isMtuSet: boolean
  address: string
  /** True if a request has set it. A bridge then ignores the addresses of its ports. */
  isAddressSet: boolean
  readonly broadcast: string
  txqlen: number
  qdisc: string
  /** True if a request has ever created a qdisc at its ingress, or tried to. */
  hasIngress: boolean
  /** The qdisc that it gets when it is set up. */
  readonly defaultQdisc: string
  /** net.ipv4.conf.*.promote_secondaries: a secondary address stays when the primary one is deleted. */
  promotes: boolean
  group: number
  alias: string | undefined
  master: number | undefined
  /** The other end of a pair, or the link below. */
  lower: number | undefined
  /** IFLA_INFO_DATA of the requests. */
  data: Readonly<Record<string, unknown>> | undefined
}

/** An address of a link. */
export interface Address {
  readonly family: number
  readonly index: number
  readonly prefixlen: number
  readonly scope: number
  /** IFA_F_* */
  flags: number
  readonly local: string
  /** The address of the peer; if there is none, `local`. */
  readonly peer: string
  label: string | undefined
  readonly broadcast: string | undefined
  readonly priority: number | undefined
  readonly proto: number | undefined
  /** Seconds from `changed`; 0xffffffff for no limit */
  lifetime: { prefered: number; valid: number }
  /** Times of the clock. */
  readonly created: number
  changed: number
}

/** A next hop of a route. */
export interface Hop {
  readonly oif: number
  readonly gateway: string | undefined
  /** The weight, less one. */
  readonly hops: number
  /** RTNH_F_* of the request */
  readonly flags: number
  /** Realms of an IPv4 route. */
  readonly flow?: number | undefined
}

/** A route. */
export interface Route {
  readonly family: number
  readonly table: number
  readonly dst: string
  readonly dstLen: number
  readonly tos: number
  readonly priority: number
  readonly type: number
  readonly scope: number
  readonly protocol: number
  hops: readonly Hop[]
  /** The next hop object that `hops` come from. */
  readonly nhId: number | undefined
  /** True if that is a group. */
  readonly isOfGroup: boolean
  readonly prefsrc: string | undefined
  readonly metrics: object | undefined
  readonly pref: number | undefined
}

/** A neighbour. */
export interface Neighbour {
  readonly family: number
  readonly ifindex: number
  readonly dst: string
  lladdr: string | undefined
  /** NUD_* */
  state: number
  readonly flags: number
  readonly type: number
  protocol: number | undefined
  /** Time of the clock when it was last known to be reachable. */
  confirmed: number
}

/** A rule. `attrs` are those that the kernel reports, without priority and table. */
export interface Rule extends Omit<RuleMessage, 'attrs'> {
  readonly priority: number
  readonly attrs: Omit<RuleMessage['attrs'], 'priority' | 'table'>
}

/** A next hop object, or a group of them. */
export interface Nexthop {
  readonly id: number
  readonly family: number
  readonly protocol: number
  /** RTNH_F_* of the request */
  readonly flags: number
  readonly scope: number
  readonly blackhole: boolean
  readonly oif: number | undefined
  readonly gateway: string | undefined
  group: NonNullable<NexthopMessage['attrs']['group']> | undefined
}

/** A qdisc that a request created. */
export interface Qdisc {
  readonly ifindex: number
  readonly handle: number
  readonly parent: number
  readonly kind: string
  options: object | undefined
}

/** The state of the namespace. */
export interface State {
  readonly links: Map<number, Link>
  /** The index of the last created link. */
  readonly lastIndex: { value: number }
  /** In the kernel's order. */
  readonly addresses: Address[]
  readonly routes: Route[]
  readonly neighbours: Neighbour[]
  readonly rules: Rule[]
  /** By their IDs. */
  readonly nexthops: Nexthop[]
  /** The last ID that the kernel chose. */
  readonly lastNexthop: { value: number }
  /** In the order of their creation. */
  readonly qdiscs: Qdisc[]
  /** The last handle of a qdisc that the kernel chose. */
  readonly lastHandle: { value: number }
  /** Seconds since the start. */
  readonly clock: { now: number }
  /** Tables that exist: family and number. */
  readonly tables: Set<string>
  /** Sends a notification. `flags` are its NLM_F_*. */
  notify(name: NotificationName, message: object, flags?: number): void
}

/** The name of a notification. */
export type NotificationName =
  `RTM_${'NEW' | 'DEL'}${'LINK' | 'ADDR' | 'ROUTE' | 'NEIGH' | 'RULE' | 'NEXTHOP' | 'QDISC'}`

/** Removes the matching elements of a list, and returns them. */
export function removeWhere<T>(list: T[], matches: (each: T) => boolean): T[] {
  const removed = list.filter(matches)
  for (const each of removed) list.splice(list.indexOf(each), 1)
  return removed
}
