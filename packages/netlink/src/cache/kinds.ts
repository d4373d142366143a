import { AF } from '../codec/index.js'
import { type AddressMessage, IFA_F } from '../route/address.js'
import type { LinkMessage } from '../route/link.js'
import { type NeighbourMessage, NTF, NUD } from '../route/neighbour.js'
import type { NexthopMessage } from '../route/nexthop.js'
import { type RouteMessage, RTM_F } from '../route/route.js'
import type { RuleMessage } from '../route/rule.js'
import { routeIdentity, routeSlot } from './route-key.js'

/** What a cache holds, by kind. */
export interface Objects {
  readonly link: LinkMessage
  readonly address: AddressMessage
  readonly route: RouteMessage
  readonly neighbour: NeighbourMessage
  readonly rule: RuleMessage
  readonly nexthop: NexthopMessage
}

export type ObjectKind = keyof Objects

/** How objects of a kind are had of the kernel, and told apart. */
export interface Kind<T> {
  /** The second half of the messages' names: RTM_GETLINK, RTM_NEWLINK, RTM_DELLINK. */
  readonly noun: string
  readonly groups: readonly ('LINK' | `IPV${4 | 6}_${'IFADDR' | 'ROUTE' | 'RULE'}` | 'NEIGH' | 'NEXTHOP')[]
  /** The families it is dumped by, each for itself; what is told of others is not of this kind. AF_UNSPEC: all. */
  readonly families: readonly number[]
  /** Whether a message tells of an object of this kind. */
  isOne(message: T): boolean
  /** Whether an object is in a state that the kernel tells of; if left out, all are. */
  isTold?(message: T): boolean
  /** What tells an object from all others there may be at the same time. */
  identity(message: T): string
  /** What objects have in common of which one may take the other's place, where that is not the identity. */
  slot?(message: T): string
  /** Whether several in a slot stay apart, and are told of one by one, but for those that are replaced. */
  joins?(message: T): boolean
  /** There may be several with the same identity. */
  readonly repeats?: boolean
  /** Members, at any depth, that change without being told, or say something of a message instead of its object. */
  readonly volatile: ReadonlySet<string>
}

const kind = <T>(row: Kind<T>): Kind<T> => row

const everything = () => true

/** Neighbours that the kernel makes, and some of whose states it takes on, without a word. */
const SILENT_STATES = NUD.NOARP | NUD.INCOMPLETE

/** The kernel does not always tell of an address that is still being looked for elsewhere (`addrconf_add_linklocal`). */
const isTentative = (flags: number) => (flags & IFA_F.TENTATIVE) !== 0 && (flags & IFA_F.DADFAILED) === 0

/** The kinds, each said once. */
export const kinds: { readonly [K in ObjectKind]: Kind<Objects[K]> } = {
  link: kind<LinkMessage>({
    noun: 'LINK',
    groups: ['LINK'],
    families: [AF.UNSPEC],
    // Ports of bridges are told of as links of AF_BRIDGE; wireless events are links without a name.
    isOne: ({ family, attrs }) => family === AF.UNSPEC && attrs.ifname !== undefined,
    identity: ({ index }) => String(index),
    volatile: new Set([
      ...['change', 'event', 'stats', 'stats64', 'xstats', 'afSpec', 'fdbNLearned'],
      ...[
        'helloTimer',
        'tcnTimer',
        'topologyChangeTimer',
        'gcTimer',
        'messageAgeTimer',
        'forwardDelayTimer',
        'holdTimer',
      ],
    ]),
  }),
  address: kind<AddressMessage>({
    noun: 'ADDR',
    groups: ['IPV4_IFADDR', 'IPV6_IFADDR'],
    families: [AF.INET, AF.INET6],
    isOne: everything,
    isTold: ({ flags, attrs }) => !isTentative(attrs.flags ?? flags),
    identity: ({ index, prefixlen, attrs: { local, address } }) =>
      `${index} ${local ?? address}/${prefixlen} ${address}`,
    volatile: new Set(['cacheinfo']),
  }),
  route: kind<RouteMessage>({
    noun: 'ROUTE',
    groups: ['IPV4_ROUTE', 'IPV6_ROUTE'],
    families: [AF.INET, AF.INET6],
    isOne: ({ flags }) => (flags & RTM_F.CLONED) === 0,
    identity: routeIdentity,
    slot: routeSlot,
    // Those of IPv6 become one multipath route.
    joins: ({ family }) => family === AF.INET,
    volatile: new Set(['cacheinfo', 'expires']),
  }),
  neighbour: kind<NeighbourMessage>({
    noun: 'NEIGH',
    groups: ['NEIGH'],
    families: [AF.INET, AF.INET6],
    isOne: ({ flags }) => (flags & NTF.PROXY) === 0,
    isTold: ({ state }) => state !== NUD.NONE && (state & SILENT_STATES) === 0,
    identity: ({ ifindex, attrs }) => `${ifindex} ${attrs.dst}`,
    volatile: new Set(['cacheinfo', 'probes']),
  }),
  rule: kind<RuleMessage>({
    noun: 'RULE',
    groups: ['IPV4_RULE', 'IPV6_RULE'],
    families: [AF.INET, AF.INET6],
    isOne: everything,
    identity: ruleIdentity,
    slot: ruleIdentity,
    repeats: true,
    volatile: new Set<string>(),
  }),
  nexthop: kind<NexthopMessage>({
    noun: 'NEXTHOP',
    groups: ['NEXTHOP'],
    families: [AF.UNSPEC],
    isOne: everything,
    identity: ({ attrs }) => String(attrs.id),
    volatile: new Set(['groupStats', 'hwStatsUsed']),
  }),
}

/** All but the flags: whether its link is there changes without being told. */
function ruleIdentity({ flags: _, ...rule }: RuleMessage): string {
  return JSON.stringify(rule, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
}
