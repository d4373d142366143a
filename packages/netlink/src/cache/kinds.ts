import { AF } from '../codec/index.js'
import { type AddressMessage, IFA_F } from '../route/address.js'
import type { BridgeVlanMessage } from '../route/bridge-vlan.js'
import type { LinkMessage } from '../route/link.js'
import type { MdbMessage } from '../route/mdb.js'
import { type NeighbourMessage, NTF, NUD } from '../route/neighbour.js'
import type { NexthopMessage } from '../route/nexthop.js'
import type { RouteMessage } from '../route/route.js'
import { RTM_F } from '../route/route-constants.js'
import type { RuleMessage } from '../route/rule.js'
import type { ActionMessage, QdiscMessage, TclassMessage, TfilterMessage } from '../route/tc/index.js'
import type { TunnelMessage } from '../route/tunnel.js'
import { globalVlanParts, mdbIdentity, mdbParts, mdbReferences, vlanParts, vniParts } from './bridge-parts.js'
import type { Kind } from './kind.js'
import { routeIdentity, routeReferences, routeReplacementKey } from './route-key.js'
import { trafficKinds } from './traffic-kinds.js'

/** The objects of a cache, by kind. */
export interface Objects {
  readonly link: LinkMessage
  readonly address: AddressMessage
  readonly route: RouteMessage
  readonly neighbour: NeighbourMessage
  readonly rule: RuleMessage
  readonly nexthop: NexthopMessage
  /** One VLAN of a port or a bridge. */
  readonly vlan: BridgeVlanMessage
  /** The options of one VLAN in its whole bridge. */
  readonly globalVlan: BridgeVlanMessage
  /** One VNI of a vxlan. */
  readonly vni: TunnelMessage
  /** One entry of a multicast database. */
  readonly mdb: MdbMessage
  readonly qdisc: QdiscMessage
  readonly class: TclassMessage
  readonly filter: TfilterMessage
  readonly chain: TfilterMessage
  /** One action that was added by itself, not with a filter. */
  readonly action: ActionMessage
}

export type ObjectKind = keyof Objects

/**
 * The kinds whose changes may change objects of a kind silently (`silent-changes.ts`). They are followed too.
 */
const dependencies: Readonly<Record<ObjectKind, readonly ObjectKind[]>> = {
  link: [],
  address: ['link'],
  route: ['link', 'address', 'nexthop'],
  neighbour: ['link'],
  rule: ['link'],
  nexthop: ['link'],
  vlan: ['link'],
  globalVlan: ['link', 'vlan'],
  vni: ['link'],
  mdb: ['link'],
  qdisc: ['link'],
  class: ['link', 'qdisc'],
  filter: ['link', 'qdisc', 'class'],
  chain: ['link', 'qdisc', 'class'],
  action: [],
}

/** All kinds, in the order in which they depend on each other. */
export const kindNames = Object.keys(dependencies) as readonly ObjectKind[]

/** The kinds of tables of bridges and vxlans, and of traffic control. A cache contains them only if it names them. */
const tableKinds = ['vlan', 'globalVlan', 'vni', 'mdb', 'qdisc', 'class', 'filter', 'chain', 'action'] as const
type TableKind = (typeof tableKinds)[number]

/** The kinds that a cache contains by default. */
export type CommonKind = Exclude<ObjectKind, TableKind>

export const isCommon = (kind: ObjectKind): kind is CommonKind => !(tableKinds as readonly ObjectKind[]).includes(kind)

export const commonKinds: readonly CommonKind[] = kindNames.filter(isCommon)

/** True for kinds that the kernel may have been built without, or whose module it has not loaded: it refuses to dump them. */
export const isOptional = (kind: ObjectKind): boolean => !isCommon(kind)

/** Returns the kinds with those that they depend on. */
export function followedKinds(wanted: readonly ObjectKind[]): readonly ObjectKind[] {
  const followed = new Set(wanted.flatMap((kind) => [kind, ...dependencies[kind]]))
  return kindNames.filter((kind) => followed.has(kind))
}

const kind = <T>(row: Kind<T>): Kind<T> => row

const everything = () => true

/** Neighbours in these states are created and changed without a notification. */
const SILENT_STATES = NUD.NOARP | NUD.INCOMPLETE

/** During duplicate address detection, the kernel does not always announce an address (`addrconf_add_linklocal`). */
const isTentative = (flags: number) => (flags & IFA_F.TENTATIVE) !== 0 && (flags & IFA_F.DADFAILED) === 0

/** The reference of a rule with the name of any link. No link has this name. */
export const ANY_NAME = ''

/** Returns the text by which groups of next hops are looked up that contain one. */
export const memberReference = (id: number): string => `member ${id}`

/** The kinds of objects that a cache holds. */
export const kinds: { readonly [K in ObjectKind]: Kind<Objects[K]> } = {
  link: kind<LinkMessage>({
    noun: 'LINK',
    groups: ['LINK'],
    families: [AF.UNSPEC],
    // Bridge ports are announced as links of AF_BRIDGE, and wireless events as links without a name.
    isOne: ({ family, attrs }) => family === AF.UNSPEC && attrs.ifname !== undefined,
    identity: ({ index }) => String(index),
    references: ({ attrs }) => [attrs.master],
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
    isReported: ({ flags, attrs }) => !isTentative(attrs.flags ?? flags),
    identity: ({ index, prefixlen, attrs: { local, address } }) =>
      `${index} ${local ?? address}/${prefixlen} ${address}`,
    references: ({ index }) => [index],
    volatile: new Set(['cacheinfo']),
  }),
  route: kind<RouteMessage>({
    noun: 'ROUTE',
    groups: ['IPV4_ROUTE', 'IPV6_ROUTE', 'MPLS_ROUTE'],
    families: [AF.INET, AF.INET6, AF.MPLS],
    isOne: ({ flags }) => (flags & RTM_F.CLONED) === 0,
    identity: routeIdentity,
    replacementKey: routeReplacementKey,
    references: routeReferences,
    // IPv6 routes become one multipath route.
    joins: ({ family }) => family === AF.INET,
    // After a change, a dump of several datagrams begins again, and skips as many prefixes as it had reported (`fib6_dump_table`).
    isSkipped: ({ family }) => family === AF.INET6,
    volatile: new Set(['cacheinfo', 'expires']),
  }),
  neighbour: kind<NeighbourMessage>({
    noun: 'NEIGH',
    groups: ['NEIGH'],
    families: [AF.INET, AF.INET6],
    isOne: ({ flags }) => (flags & NTF.PROXY) === 0,
    isReported: ({ state }) => state !== NUD.NONE && (state & SILENT_STATES) === 0,
    identity: ({ ifindex, attrs }) => `${ifindex} ${attrs.dst}`,
    references: ({ ifindex }) => [ifindex],
    volatile: new Set(['cacheinfo', 'probes']),
  }),
  rule: kind<RuleMessage>({
    noun: 'RULE',
    groups: ['IPV4_RULE', 'IPV6_RULE'],
    families: [AF.INET, AF.INET6],
    isOne: everything,
    identity: ruleIdentity,
    replacementKey: ruleIdentity,
    references: ({ attrs: { iifname, oifname } }) => [iifname, oifname, (iifname ?? oifname) ? ANY_NAME : undefined],
    repeats: true,
    volatile: new Set<string>(),
  }),
  nexthop: kind<NexthopMessage>({
    noun: 'NEXTHOP',
    groups: ['NEXTHOP'],
    families: [AF.UNSPEC],
    isOne: everything,
    identity: ({ attrs }) => String(attrs.id),
    references: ({ attrs }) => [attrs.oif, ...(attrs.group ?? []).map(({ id }) => memberReference(id))],
    volatile: new Set(['groupStats', 'hwStatsUsed']),
  }),
  vlan: kind<BridgeVlanMessage>({
    noun: 'VLAN',
    groups: ['BRVLAN'],
    families: [AF.BRIDGE],
    parts: vlanParts,
    isOne: everything,
    identity: ({ ifindex, attrs }) => `${ifindex} ${attrs.entry?.[0]?.info?.vid}`,
    references: ({ ifindex }) => [ifindex],
    volatile: new Set(['stats', 'mcastNGroups']),
  }),
  globalVlan: kind<BridgeVlanMessage>({
    noun: 'VLAN',
    groups: ['BRVLAN'],
    families: [AF.BRIDGE],
    parts: globalVlanParts,
    isOne: everything,
    identity: ({ ifindex, attrs }) => `${ifindex} ${attrs.globalOptions?.[0]?.id}`,
    references: ({ ifindex }) => [ifindex],
    // What the kernel learns of multicast routers and queriers.
    volatile: new Set(['mcastRouterPorts', 'mcastQuerierState']),
  }),
  vni: kind<TunnelMessage>({
    noun: 'TUNNEL',
    groups: ['TUNNEL'],
    families: [AF.BRIDGE],
    parts: vniParts,
    isOne: everything,
    identity: ({ ifindex, attrs }) => `${ifindex} ${attrs.entry?.[0]?.start}`,
    references: ({ ifindex }) => [ifindex],
    volatile: new Set(['stats']),
  }),
  mdb: kind<MdbMessage>({
    noun: 'MDB',
    groups: ['MDB'],
    families: [AF.BRIDGE],
    parts: mdbParts,
    isOne: everything,
    identity: mdbIdentity,
    references: mdbReferences,
    volatile: new Set(['timer']),
  }),
  ...trafficKinds,
}

/** Everything but the flags: FIB_RULE_*DETACHED, for a missing link, changes without a notification. */
function ruleIdentity({ flags: _, ...rule }: RuleMessage): string {
  return JSON.stringify(rule, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
}
