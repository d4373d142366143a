import type { Infer } from '../../codec/index.js'
import type {
  ARPHRD,
  IF_LINK_MODE,
  IF_OPER,
  IFF,
  IN6_ADDR_GEN_MODE,
  LinkMessage,
  linkInfo,
  rtnlLinkStats64,
} from '../../route/index.js'
import type { NetnsRef } from '../../socket/netns.js'
import type { GroupName } from '../values/file-names.js'
import type { LinkNames } from '../values/link-names.js'
import type { LinkRef } from '../values/link-ref.js'
import type { FileName, Flag, Named } from '../values/names.js'
import type { InputOf } from '../values/normalize.js'
import type { Readable } from '../values/words.js'

type Rows = (typeof linkInfo)['table']
type DataCases = Rows['data'][1]['cases']
type SlaveCases = Rows['slaveData'][1]['cases']

/**
 * The kinds of links whose data is not declared: most have none. A program that uses a kind of another module adds it:
 *
 * ```ts
 * declare module '@netloom/netlink' {
 *   interface BareLinkKinds {
 *     mykind: true
 *   }
 * }
 * ```
 */
export interface BareLinkKinds
  extends Record<
    | 'caif'
    | 'dummy'
    | 'ifb'
    | 'lowpan'
    | 'netdevsim'
    | 'nlmon'
    | 'pfcp'
    | 'team'
    | 'vcan'
    | 'virt_wifi'
    | 'vsockmon'
    | 'wireguard',
    true
  > {}
export type BareLinkKind = string & keyof BareLinkKinds
/** The kinds of links that have data. */
export type LinkKind = string & keyof DataCases
type Data<K extends LinkKind> = Omit<Infer<DataCases[K]>, 'peer' | 'peerInfo'>
/** IFLA_INFO_DATA of a kind, with words for the numbers of enumerations and for flags. */
export type LinkData<K extends LinkKind> = Readable<Data<K>>
/** The kinds of links whose ports have data. */
export type SlaveKind = string & keyof SlaveCases
/** IFLA_INFO_SLAVE_DATA of a port, by the kind of its master. */
export type SlaveData<K extends SlaveKind> = Readable<Infer<SlaveCases[K]>>

export type LinkFlag = Flag<typeof IFF>

/** The counters of a link (`struct rtnl_link_stats64`, linux/if_link.h). All are bigints. */
export interface LinkStats extends Readonly<Infer<typeof rtnlLinkStats64>> {}

/** Members of a link of any kind. */
export interface LinkMembers {
  readonly index: number
  readonly name: string
  readonly altNames: readonly string[]
  readonly alias?: string
  /** IFF_UP: the link is administratively up. */
  readonly up: boolean
  readonly flags: readonly LinkFlag[]
  /** ARPHRD_*: `ether`, `loopback` */
  readonly type: Named<typeof ARPHRD>
  /** IF_OPER_*, the operational state: `UP`, `DOWN`, `LOWERLAYERDOWN`, `UNKNOWN` */
  readonly operstate: (string & keyof (typeof IF_OPER)['values']) | number
  readonly carrier?: boolean
  readonly mtu?: number
  readonly address?: string
  readonly broadcast?: string
  readonly permAddress?: string
  /** Index of the bridge, bond, … whose port this link is. */
  readonly master?: number
  /** Index of the lower link, or of the other end of a pair. */
  readonly link?: number
  /** ID of the namespace of `link`, if it is a different one. */
  readonly linkNetnsid?: number
  readonly qdisc?: string
  /** Length of the transmit queue, in packets. */
  readonly txqlen?: number
  readonly group?: number
  readonly numTxQueues?: number
  readonly numRxQueues?: number
  /** Limits of segmentation (GSO) and aggregation (GRO), in bytes and packets. */
  readonly gsoMaxSize?: number
  readonly gsoMaxSegs?: number
  readonly groMaxSize?: number
  readonly gsoIpv4MaxSize?: number
  readonly groIpv4MaxSize?: number
  /** IF_LINK_MODE_* */
  readonly linkmode?: Named<typeof IF_LINK_MODE>
  /** True if a protocol keeps the link down. */
  readonly protoDown?: boolean
  /** IN6_ADDR_GEN_MODE_*: how IPv6 generates the link-local address. */
  readonly addrGenMode?: Named<typeof IN6_ADDR_GEN_MODE>
  readonly promiscuity?: number
  /**
   * The counters (IFLA_STATS64), as bigints: `rxPackets`, `txPackets`, `rxBytes`, … JSON.stringify accepts them. They are those
   * at the time of the message: the kernel does not announce changes of counters, so a cache does not follow them. Not enumerable.
   */
  readonly stats?: LinkStats
  /** The decoded message, with the attributes that have no member here: `message.attrs.carrierChanges`. Not enumerable. */
  readonly message: LinkMessage
}

type KindAndData = { [K in LinkKind]: { readonly kind: K; readonly data?: LinkData<K> } }[LinkKind]
type SlaveKindAndData = {
  [K in SlaveKind]: { readonly slaveKind: K; readonly slaveData?: SlaveData<K> }
}[SlaveKind]

/** A link: `data` is typed by `kind`, `slaveData` by `slaveKind`, the kind of the master. */
export type Link = LinkMembers &
  (KindAndData | { readonly kind?: BareLinkKind; readonly data?: undefined }) &
  (SlaveKindAndData | { readonly slaveKind?: 'team'; readonly slaveData?: undefined })

/** A {@link Link} to write. Without `data` of other kinds, compilers report a wrong member at its key: see `NewKind`. */
export type LinkToCopy = LinkMembers &
  (KindAndData | { readonly kind?: BareLinkKind }) &
  (SlaveKindAndData | { readonly slaveKind?: 'team' })

/** A link with the names of what its numbers refer to: the result of reading with `{ names: true }`. */
export type NamedLink = Link & LinkNames & GroupName

/** Restricts a list of links. */
export interface LinkFilter {
  /** Ports of this bridge, bond, …; 0: links without a master. */
  readonly master?: LinkRef | 0 | undefined
  readonly kind?: LinkKind | BareLinkKind | undefined
  readonly up?: boolean | undefined
}

/** The options of a link that can be given when it is created, and changed later. */
export interface LinkSettings {
  readonly name?: string | undefined
  readonly alias?: string | undefined
  /** The complete list of alternative names: others are deleted. */
  readonly altNames?: readonly string[] | undefined
  readonly up?: boolean | undefined
  /** Flags to set (true) and to clear (false): `{ PROMISC: true }`. */
  readonly flags?: Readonly<Partial<Record<LinkFlag, boolean>>> | undefined
  readonly mtu?: number | undefined
  readonly address?: string | undefined
  readonly broadcast?: string | undefined
  /** The bridge, bond, … to join as a port; 0: none. */
  readonly master?: LinkRef | 0 | undefined
  /** The lower link, also for kinds that have it in their data. */
  readonly link?: LinkRef | 0 | undefined
  /** Length of the transmit queue, in packets. */
  readonly txqlen?: number | undefined
  /** A number or a name in the file `group` of iproute2. */
  readonly group?: number | FileName | undefined
  readonly gsoMaxSize?: number | undefined
  readonly gsoMaxSegs?: number | undefined
  readonly groMaxSize?: number | undefined
  readonly gsoIpv4MaxSize?: number | undefined
  readonly groIpv4MaxSize?: number | undefined
  /** IF_LINK_MODE_* */
  readonly linkmode?: Named<typeof IF_LINK_MODE> | undefined
  readonly protoDown?: boolean | undefined
  /** IN6_ADDR_GEN_MODE_* */
  readonly addrGenMode?: Named<typeof IN6_ADDR_GEN_MODE> | undefined
}

/** The other end of a pair. */
export interface NewPeer {
  readonly name?: string | undefined
  readonly index?: number | undefined
  readonly up?: boolean | undefined
  readonly mtu?: number | undefined
  readonly address?: string | undefined
  readonly txqlen?: number | undefined
  readonly numTxQueues?: number | undefined
  readonly numRxQueues?: number | undefined
  /** The namespace to create it in. */
  readonly netns?: NetnsRef | undefined
}

/**
 * The last member has no `data`, so that compilers choose the member of this union by `kind` before they report a wrong word in
 * `data`. The same applies to `slaveData`.
 */
type NewKind =
  | { [K in LinkKind]: { readonly kind: K; readonly data?: InputOf<Data<K>> | undefined } }[LinkKind]
  | { readonly kind: BareLinkKind }

type NewSlave =
  | {
      [K in SlaveKind]: { readonly slaveKind: K; readonly slaveData?: InputOf<Infer<SlaveCases[K]>> | undefined }
    }[SlaveKind]
  | { readonly slaveKind?: undefined }

/** The options of a link that only its creation has. */
interface CreationOptions {
  readonly index?: number | undefined
  /** ID of the namespace of `link`, if it is a different one. */
  readonly linkNetnsid?: number | undefined
  readonly numTxQueues?: number | undefined
  readonly numRxQueues?: number | undefined
  /** The namespace to create it in. Not together with `alias`, `altNames`, `slaveData`, `protoDown` and `addrGenMode`. */
  readonly netns?: NetnsRef | undefined
  /** The other end of a pair (`veth`, `vxcan`, `netkit`). */
  readonly peer?: NewPeer | undefined
}

interface ChangeOptions {
  /** The namespace to move the link to. */
  readonly netns?: NetnsRef | undefined
}

/** A link to create: `name` and `kind` at least. */
export type NewLink = LinkSettings & { readonly name: string } & NewKind & NewSlave & CreationOptions

/** The options of a link to change; `data` requires `kind`. */
export type LinkChange = LinkSettings & (NewKind | { readonly kind?: undefined }) & NewSlave & ChangeOptions

/** Kind and data of any link, for code that handles all kinds alike. */
interface AnyKind {
  readonly kind?: string | undefined
  readonly data?: object | undefined
  readonly slaveKind?: string | undefined
  readonly slaveData?: object | undefined
}

/** A {@link NewLink} of any kind. */
export interface AnyNewLink extends LinkSettings, AnyKind, CreationOptions {
  readonly name: string
  readonly kind: string
}

/** A {@link LinkChange} of any kind. */
export interface AnyLinkChange extends LinkSettings, AnyKind, ChangeOptions {}
