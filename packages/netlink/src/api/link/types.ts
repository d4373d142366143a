import type { Infer } from '../../codec/index.js'
import type {
  ARPHRD,
  IF_LINK_MODE,
  IF_OPER,
  IFF,
  IFLA_VF_LINK_STATE,
  IN6_ADDR_GEN_MODE,
  LinkMessage,
  linkInfo,
  rtnlLinkStats64,
  XDP_ATTACHED,
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

/** The XDP programs that a link runs (IFLA_XDP). */
export interface Xdp {
  /** XDP_ATTACHED_*: `drv` in the driver, `skb` in the generic code, `hw` in the device, `multi` in several of them. */
  readonly attached: Named<typeof XDP_ATTACHED>
  /** The ID of the program, unless there are several. */
  readonly id?: number
  readonly drv?: number
  readonly skb?: number
  readonly hw?: number
}

/** An XDP program to attach or detach. */
export interface NewXdp {
  /** A descriptor of the program, which this process has opened; -1 detaches the program of `mode`. */
  readonly fd: number
  /** By default `drv`, and `skb` if the driver does not support it. */
  readonly mode?: 'drv' | 'skb' | 'hw' | undefined
  /** A descriptor of the program that must be attached now; -1 for none. Others are refused with `EEXIST`. Linux 5.7. */
  readonly expectedFd?: number | undefined
  /** True: refuse with `EBUSY` if there is a program. */
  readonly ifNone?: boolean | undefined
}

/** The settings of a virtual function, as the kernel reports them. */
export interface Vf {
  readonly vf: number
  readonly mac?: string
  /** 0: none */
  readonly vlan?: number
  /** Priority of the VLAN. */
  readonly qos?: number
  readonly vlanProtocol?: '802.1q' | '802.1ad'
  /** Limits of sending, in Mbit/s; 0: none. */
  readonly rate?: { readonly min: number; readonly max: number }
  readonly spoofCheck?: boolean
  /** IFLA_VF_LINK_STATE_*: `auto`, `enable`, `disable` */
  readonly linkState?: Named<typeof IFLA_VF_LINK_STATE>
  /** True if the function may read the RSS configuration. */
  readonly rssQuery?: boolean
  readonly trust?: boolean
}

/** The settings of a virtual function to change: those that are left out stay as they are. */
export interface NewVf {
  /** From 0. */
  readonly vf: number
  readonly mac?: string | undefined
  /** 0 removes the VLAN. */
  readonly vlan?: number | undefined
  /** 0 to 7; 0 if it is left out. */
  readonly qos?: number | undefined
  /** `802.1q` if it is left out. */
  readonly vlanProtocol?: '802.1q' | '802.1ad' | undefined
  /** Limits of sending, in Mbit/s. One that is left out is removed. */
  readonly rate?: { readonly min?: number | undefined; readonly max?: number | undefined } | undefined
  readonly spoofCheck?: boolean | undefined
  readonly linkState?: Named<typeof IFLA_VF_LINK_STATE> | undefined
  readonly rssQuery?: boolean | undefined
  readonly trust?: boolean | undefined
}

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
  /**
   * Numbers of the bits of the reasons that keep the link down, in ascending order: those of iproute2's `protodown_reasons.d`. `protoDown` cannot
   * be cleared while there is one.
   */
  readonly protoDownReasons?: readonly number[]
  /** The XDP programs that the link runs. */
  readonly xdp?: Xdp
  /** The settings of the virtual functions of an SR-IOV device, if the filter of `list` has `vfs`. */
  readonly vfs?: readonly Vf[]
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
  /** A number or a name in the file `group` of iproute2. */
  readonly group?: number | FileName | undefined
  /** True to read the settings of virtual functions too. The kernel refuses it (`EMSGSIZE`) for devices with very many. */
  readonly vfs?: boolean | undefined
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
  /** Only kinds that support it, such as macvlan and vxlan. False is refused with `EBUSY` while there are reasons. */
  readonly protoDown?: boolean | undefined
  /** The complete list of the bits of reasons, 0 to 31: others are cleared. Set before `protoDown`, in one request. */
  readonly protoDownReasons?: readonly number[] | undefined
  /** A program to attach or detach. */
  readonly xdp?: NewXdp | undefined
  /** The settings of virtual functions to change. Others stay as they are. */
  readonly vfs?: readonly NewVf[] | undefined
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
