import { kinds } from '../../cache/kinds.js'
import { AF, nameOf } from '../../codec/index.js'
import type { Connection, RouteGroup } from '../../connection/connection.js'
import {
  type BridgeVlanMessage,
  type LinkMessage,
  type MdbMessage,
  type NeighbourMessage,
  type NetconfMessage,
  NTF,
  type QdiscMessage,
  RTEXT_FILTER,
  type rtnetlink,
  type TclassMessage,
} from '../../route/index.js'

type Route = Connection<typeof rtnetlink.messages>

/** A kind of objects that the cache does not hold. */
export interface OtherKind<T> {
  /** The parts of a message that describe the object, if others repeat a different one. */
  readonly parts?: readonly string[]
  /** Returns what precedes the texts of changes. */
  label?(message: T): string
  /** True if the message describes a part of an object that has messages of its own: a first one changes the object. */
  isPart?(message: T): boolean
  /** Members that change without a notification. */
  readonly volatile: ReadonlySet<string>
  /** True if a notification contains only the members that changed. */
  readonly isPartial?: true
  /** Returns a text that differs for any two objects. Undefined: the message describes no object of this kind. */
  identity(message: T): string | undefined
  /** The requests for the present objects, by the group that announces them. */
  readonly present: readonly (readonly [group: RouteGroup, dump: (netlink: Route) => readonly T[]])[]
  /** Splits a message of a dump, if a notification describes only one of its objects. */
  split?(message: T): T[]
}

const other = <T>(kind: OtherKind<T>): OtherKind<T> => kind

/** Families of the links whose messages describe a part of a link: bridge ports, and IPv6's configuration. */
const partial = new Set<number>([AF.BRIDGE, AF.INET6])

/** Counters, which notifications of traffic control may contain. */
const counters = new Set(['stats', 'stats2', 'xstats'])

/** Returns the first entry of a message. A notification has only one. */
const mdbEntry = ({ attrs }: MdbMessage) => attrs.mdb?.entry?.flatMap(({ info = [] }) => info)[0]

/** The kinds of objects, by the end of the names of their messages. */
export const otherKinds = {
  LINK: other<LinkMessage>({
    parts: ['protinfo', 'afSpec'],
    label: ({ family }) => (family === AF.INET6 ? 'inet6 ' : ''),
    // A link has no IPv6 while its MTU is below 1280. A bridge port is an object of its own.
    isPart: ({ family }) => family === AF.INET6,
    volatile: new Set([...[...kinds.link.volatile].filter((key) => key !== 'afSpec'), 'cacheinfo', 'icmp6stats']),
    identity: ({ family, index }) => (partial.has(family) ? `${family} ${index}` : undefined),
    present: [
      [
        'LINK',
        (netlink) =>
          netlink.dumpSync('RTM_GETLINK', {
            family: AF.BRIDGE,
            attrs: { extMask: RTEXT_FILTER.BRVLAN_COMPRESSED },
          }),
      ],
      ['IPV6_IFINFO', (netlink) => netlink.dumpSync('RTM_GETLINK', { family: AF.INET6 })],
    ],
  }),
  NEIGH: other<NeighbourMessage>({
    volatile: kinds.neighbour.volatile,
    identity: ({ family, ifindex, flags, attrs: { lladdr, dst, vlan, vni } }) =>
      family === AF.BRIDGE || (flags & NTF.PROXY) !== 0
        ? [family, ifindex, flags & (NTF.SELF | NTF.PROXY), lladdr, dst, vlan, vni].join()
        : undefined,
    present: [['NEIGH', (netlink) => netlink.dumpSync('RTM_GETNEIGH', { family: AF.BRIDGE })]],
  }),
  NETCONF: other<NetconfMessage>({
    volatile: new Set(),
    isPartial: true,
    label: ({ family }) => `${nameOf(AF, family)?.slice(3).toLowerCase()} `,
    identity: ({ family, attrs }) => `${family} ${attrs.ifindex}`,
    present: [
      ['IPV4_NETCONF', (netlink) => netlink.dumpSync('RTM_GETNETCONF', { family: AF.INET })],
      ['IPV6_NETCONF', (netlink) => netlink.dumpSync('RTM_GETNETCONF', { family: AF.INET6 })],
      ['MPLS_NETCONF', (netlink) => netlink.dumpSync('RTM_GETNETCONF', { family: AF.MPLS })],
    ],
  }),
  MDB: other<MdbMessage>({
    // Dumps have no family.
    volatile: new Set(['timer', 'family']),
    label: (message) => {
      const { addr, vid = 0 } = mdbEntry(message) ?? {}
      return `${addr?.u ?? ''}${vid === 0 ? '' : ` vid ${vid}`} `
    },
    identity: (message) => {
      const { ifindex } = message
      const entry = mdbEntry(message)
      return (
        entry && JSON.stringify([ifindex, entry.ifindex, entry.vid, entry.addr, entry.attrs.source, entry.attrs.dst])
      )
    },
    present: [['MDB', (netlink) => netlink.dumpSync('RTM_GETMDB', { family: AF.BRIDGE })]],
    split: (message) =>
      (message.attrs.mdb?.entry ?? []).flatMap(({ info = [] }) =>
        info.map((each) => ({ ...message, attrs: { mdb: { entry: [{ info: [each] }] } } })),
      ),
  }),
  VLAN: other<BridgeVlanMessage>({
    volatile: new Set(['stats', 'mcastNGroups', 'mcastQuerierState', 'family']),
    label: ({ attrs: { entry: [vlan] = [], globalOptions: [global] = [] } }) => {
      const first = vlan?.info?.vid ?? global?.id
      const last = vlan?.range ?? global?.range
      return `${global === undefined ? '' : 'global '}vid ${first}${last === undefined ? '' : `-${last}`} `
    },
    identity: ({ ifindex, attrs: { entry = [], globalOptions = [] } }) => {
      const [vlan, ...moreVlans] = entry
      const [global, ...moreGlobals] = globalOptions
      // Ranges of VLANs may be announced in other parts than they are dumped.
      if (moreVlans.length + moreGlobals.length > 0 || (vlan === undefined) === (global === undefined)) return undefined
      return JSON.stringify([ifindex, vlan?.info?.vid, vlan?.range, global?.id, global?.range])
    },
    present: [['BRVLAN', (netlink) => netlink.dumpSync('RTM_GETVLAN', { family: AF.BRIDGE })]],
    split: ({ attrs: { entry = [], globalOptions = [] }, ...header }) => [
      ...entry.map((each) => ({ ...header, attrs: { entry: [each] } })),
      ...globalOptions.map((each) => ({ ...header, attrs: { globalOptions: [each] } })),
    ],
  }),
  QDISC: other<QdiscMessage>({
    volatile: counters,
    identity: ({ ifindex, parent, handle }) => `${ifindex} ${parent} ${handle}`,
    present: [['TC', (netlink) => netlink.dumpSync('RTM_GETQDISC')]],
  }),
  TCLASS: other<TclassMessage>({
    volatile: counters,
    identity: ({ ifindex, handle }) => `${ifindex} ${handle}`,
    present: [],
  }),
}
