import type { Infer } from '../../codec/index.js'
import { type AfSpecAttrs, ARPHRD, IF_OPER, IFF, type LinkMessage, type linkInfo } from '../../route/index.js'
import { type Flag, flagsIn, type Named, named } from '../names.js'
import { defined } from '../objects.js'
import { withMessage } from '../with-message.js'
import { hasLinkInData } from './data.js'

type Rows = (typeof linkInfo)['table']
type DataCases = Rows['data'][1]['cases']
type SlaveCases = Rows['slaveData'][1]['cases']

/** The kinds of link that have data of their own. */
export type LinkKind = string & keyof DataCases
/** IFLA_INFO_DATA of a kind. */
export type LinkData<K extends LinkKind> = Infer<DataCases[K]>
/** The kinds of link whose ports have data of their own. */
export type SlaveKind = string & keyof SlaveCases
/** IFLA_INFO_SLAVE_DATA by the kind of the link above. */
export type SlaveData<K extends SlaveKind> = Infer<SlaveCases[K]>

export type LinkFlag = Flag<typeof IFF>

/** A link, as it was told. */
export interface LinkMembers {
  readonly index: number
  readonly name: string
  readonly altNames: readonly string[]
  readonly alias?: string
  /** IFF_UP: it is meant to be up. */
  readonly up: boolean
  readonly flags: readonly LinkFlag[]
  /** ARPHRD_*: `ether`, `loopback` */
  readonly type: Named<typeof ARPHRD>
  /** IF_OPER_*: whether it works: `UP`, `DOWN`, `LOWERLAYERDOWN`, `UNKNOWN` */
  readonly operstate: (string & keyof (typeof IF_OPER)['values']) | number
  readonly carrier?: boolean
  readonly mtu?: number
  readonly address?: string
  readonly broadcast?: string
  readonly permAddress?: string
  /** The index of the bridge, bond, … that it is a port of. */
  readonly master?: number
  /** The index of the link below, or of the other end. */
  readonly link?: number
  /** The namespace of `link`, where that is another. */
  readonly linkNetnsid?: number
  readonly qdisc?: string
  readonly txqlen?: number
  readonly group?: number
  readonly numTxQueues?: number
  readonly numRxQueues?: number
  /** Limits in bytes and packets for segmentation (GSO) and aggregation (GRO). */
  readonly gsoMaxSize?: number
  readonly gsoMaxSegs?: number
  readonly groMaxSize?: number
  readonly gsoIpv4MaxSize?: number
  readonly groIpv4MaxSize?: number
  /** IF_LINK_MODE_* */
  readonly linkmode?: number
  /** The link is kept down by a protocol. */
  readonly protoDown?: boolean
  /** IN6_ADDR_GEN_MODE_*: how IPv6 makes the link-local address. */
  readonly addrGenMode?: number
  readonly promiscuity?: number
  /** What the kernel told, with all the rest: `message.attrs.stats64`. Not enumerable. */
  readonly message: LinkMessage
}

type KindAndData =
  | { [K in LinkKind]: { readonly kind: K; readonly data?: LinkData<K> } }[LinkKind]
  | { readonly kind?: string; readonly data?: undefined }
type SlaveKindAndData =
  | { [K in SlaveKind]: { readonly slaveKind: K; readonly slaveData?: SlaveData<K> } }[SlaveKind]
  | { readonly slaveKind?: string; readonly slaveData?: undefined }

/** A link: `data` is that of its `kind`, `slaveData` that of the kind of the link above. */
export type Link = LinkMembers & KindAndData & SlaveKindAndData

const operstate = (value: number) =>
  (Object.keys(IF_OPER.values) as (keyof typeof IF_OPER.values)[]).find((name) => IF_OPER[name] === value) ?? value

/** The link below, of a kind that has it in its data. */
const linkInData = (kind: string | undefined, data: unknown) =>
  hasLinkInData(kind) ? (data as { readonly link?: number } | undefined)?.link || undefined : undefined

/** A link of its message. */
export function toLink(message: LinkMessage): Link {
  const { index, flags, type, attrs } = message
  const { kind, data, slaveKind, slaveData } = attrs.linkinfo ?? {}
  const link = defined({
    ...{ index, name: attrs.ifname ?? '', altNames: attrs.propList?.altIfname ?? [], alias: attrs.ifalias },
    ...{ kind, data, slaveKind, slaveData, up: (flags & IFF.UP) !== 0, flags: flagsIn(IFF, flags) },
    ...{ type: named(ARPHRD, type), operstate: operstate(attrs.operstate ?? IF_OPER.UNKNOWN) },
    carrier: attrs.carrier === undefined ? undefined : attrs.carrier === 1,
    ...{ mtu: attrs.mtu, address: attrs.address, broadcast: attrs.broadcast, permAddress: attrs.permAddress },
    ...{ master: attrs.master, link: attrs.link ?? linkInData(kind, data), linkNetnsid: attrs.linkNetnsid },
    ...{ qdisc: attrs.qdisc, txqlen: attrs.txqlen, group: attrs.group, promiscuity: attrs.promiscuity },
    ...{ numTxQueues: attrs.numTxQueues, numRxQueues: attrs.numRxQueues, linkmode: attrs.linkmode },
    ...{ gsoMaxSize: attrs.gsoMaxSize, gsoMaxSegs: attrs.gsoMaxSegs, groMaxSize: attrs.groMaxSize },
    ...{ gsoIpv4MaxSize: attrs.gsoIpv4MaxSize, groIpv4MaxSize: attrs.groIpv4MaxSize },
    protoDown: attrs.protoDown === undefined ? undefined : attrs.protoDown === 1,
    addrGenMode: (attrs.afSpec as AfSpecAttrs | undefined)?.inet6?.addrGenMode,
  })
  return withMessage(link, message) as Link
}
