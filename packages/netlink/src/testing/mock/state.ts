/** A link, as the mock keeps it. */
export interface Link {
  readonly index: number
  name: string
  /** ARPHRD_* */
  readonly type: number
  readonly kind: string | undefined
  /** IFF_* that are always there */
  readonly fixed: number
  up: boolean
  /** Something is plugged in, of its own or by what is below. */
  carrier: boolean
  /** Routes through it were told that nothing is plugged in. */
  linkdown: boolean
  /** IF_OPER_* */
  operstate: number
  mtu: number
  readonly minMtu: number
  readonly maxMtu: number
  /** Somebody has set it, and a bridge does not take that of its ports. */
  isMtuSet: boolean
  address: string
  /** The same of the address. */
  isAddressSet: boolean
  readonly broadcast: string
  txqlen: number
  qdisc: string
  /** What it has once it is up. */
  readonly defaultQdisc: string
  group: number
  alias: string | undefined
  master: number | undefined
  /** The other end of a pair, or the link below. */
  lower: number | undefined
  /** IFLA_INFO_DATA, as it was given. */
  readonly data: object | undefined
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
  /** The peer's, or the same. */
  readonly peer: string
  label: string | undefined
  readonly broadcast: string | undefined
  readonly priority: number | undefined
  readonly proto: number | undefined
  /** Seconds; 0xffffffff for ever */
  lifetime: { prefered: number; valid: number }
}

/** A next hop of a route. */
export interface Hop {
  readonly oif: number
  readonly gateway: string | undefined
  /** Less one. */
  readonly hops: number
  /** RTNH_F_* as they were given */
  readonly flags: number
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
}

/** All that the mock keeps, and how it tells of changes. */
export interface State {
  readonly links: Map<number, Link>
  /** The index of the link that was made last. */
  readonly lastIndex: { value: number }
  /** In the kernel's order. */
  readonly addresses: Address[]
  readonly routes: Route[]
  readonly neighbours: Neighbour[]
  /** Tables that exist: family and number. */
  readonly tables: Set<string>
  /** Tells the group of a message; `flags` are its NLM_F_*. */
  tell(name: TellName, message: object, flags?: number): void
}

/** What groups are told. */
export type TellName = `RTM_${'NEW' | 'DEL'}${'LINK' | 'ADDR' | 'ROUTE' | 'NEIGH'}`

/** Takes out of a list what fits, in its order. */
export function takeOut<T>(list: T[], fits: (each: T) => boolean): T[] {
  const taken = list.filter(fits)
  for (const each of taken) list.splice(list.indexOf(each), 1)
  return taken
}
