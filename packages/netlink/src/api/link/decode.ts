import { type Infer, message } from '../../codec/index.js'
import { withJson } from '../../codec/json.js'
import { picked } from '../../codec/picked.js'
import {
  ARPHRD,
  afSpecAttrs,
  IF_LINK_MODE,
  IF_OPER,
  IFF,
  IN6_ADDR_GEN_MODE,
  ifinfomsg,
  inet6Attrs,
  type LinkMessage,
  linkAttrs,
  linkInfo,
  linkMessage,
  propListAttrs,
  xdpAttrs,
} from '../../route/index.js'
import { flagsIn, named } from '../values/names.js'
import { objectReply } from '../values/object-reply.js'
import { constructorOf, withMessage } from '../values/objects.js'
import { hasLinkInData, readData, readSlaveData } from './data.js'
import type { Link, LinkMembers } from './types.js'
import { decodeVfs } from './vf.js'
import { decodeXdp } from './xdp.js'

const operstates = Object.keys(IF_OPER.values) as (keyof typeof IF_OPER.values)[]

const operstate = (value: number) => operstates.find((name) => IF_OPER[name] === value) ?? value

/** Returns the numbers of the bits that are set. */
const bitsIn = (bits: number) => Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (bits & (1 << bit)) !== 0)

/** Returns the lower link, for kinds that have it in their data. */
const linkInData = (kind: string | undefined, data: unknown) =>
  hasLinkInData(kind) ? (data as { readonly link?: number } | undefined)?.link || undefined : undefined

interface Members extends LinkMembers {
  readonly kind?: string
  readonly data?: unknown
  readonly slaveKind?: string
  readonly slaveData?: unknown
}

/** The header and the attributes that the members of a link come from. */
const linkPart = message(
  'link',
  ifinfomsg,
  picked(linkAttrs, {
    ...{ ifname: true, ifalias: true, address: true, broadcast: true, permAddress: true },
    ...{ mtu: true, link: true, linkNetnsid: true, master: true, qdisc: true, txqlen: true, group: true },
    ...{ operstate: true, carrier: true, linkmode: true, protoDown: true, promiscuity: true },
    ...{ numTxQueues: true, numRxQueues: true, gsoMaxSize: true, gsoMaxSegs: true, groMaxSize: true },
    ...{ gsoIpv4MaxSize: true, groIpv4MaxSize: true, protoDownReason: true, vfinfoList: true },
    xdp: picked(xdpAttrs, { attached: true, progId: true, drvProgId: true, skbProgId: true, hwProgId: true }),
    linkinfo: picked(linkInfo, { kind: true, data: true, slaveKind: true, slaveData: true }),
    propList: picked(propListAttrs, { altIfname: true }),
    afSpec: picked(afSpecAttrs, { inet6: picked(inet6Attrs, { addrGenMode: true }) }),
  }),
)
type LinkPart = Infer<typeof linkPart>

const LinkObject = constructorOf<Members, LinkPart>(function ({ index, flags, type, attrs }) {
  const { linkinfo } = attrs
  // `lo`, the first link of most lists, has no linkinfo. Nothing is done for it alone: V8 would not expect it in later lists.
  const [kind, data] = [linkinfo?.kind, linkinfo?.data]
  const [slaveKind, slaveData] = [linkinfo?.slaveKind, linkinfo?.slaveData]
  const link = attrs.link ?? (data === undefined ? undefined : linkInData(kind, data))
  const reasons = attrs.protoDownReason && bitsIn(attrs.protoDownReason.value ?? 0)
  const xdp = attrs.xdp && decodeXdp(attrs.xdp)
  const vfs = attrs.vfinfoList && decodeVfs(attrs.vfinfoList, (attrs.address?.length ?? 17) / 3 + 1 / 3)
  const addrGenMode = attrs.afSpec?.inet6?.addrGenMode
  this.index = index
  this.name = attrs.ifname ?? ''
  this.altNames = attrs.propList?.altIfname ?? []
  if (attrs.ifalias !== undefined) this.alias = attrs.ifalias
  if (kind !== undefined) this.kind = kind
  if (data !== undefined) this.data = readData(kind, data)
  if (slaveKind !== undefined) this.slaveKind = slaveKind
  if (slaveData !== undefined) this.slaveData = readSlaveData(slaveKind, slaveData)
  this.up = (flags & IFF.UP) !== 0
  this.flags = flagsIn(IFF, flags)
  this.type = named(ARPHRD, type)
  this.operstate = operstate(attrs.operstate ?? IF_OPER.UNKNOWN)
  if (attrs.carrier !== undefined) this.carrier = attrs.carrier === 1
  if (attrs.mtu !== undefined) this.mtu = attrs.mtu
  if (attrs.address !== undefined) this.address = attrs.address
  if (attrs.broadcast !== undefined) this.broadcast = attrs.broadcast
  if (attrs.permAddress !== undefined) this.permAddress = attrs.permAddress
  if (attrs.master !== undefined) this.master = attrs.master
  if (link !== undefined) this.link = link
  if (attrs.linkNetnsid !== undefined) this.linkNetnsid = attrs.linkNetnsid
  if (attrs.qdisc !== undefined) this.qdisc = attrs.qdisc
  if (attrs.txqlen !== undefined) this.txqlen = attrs.txqlen
  if (attrs.group !== undefined) this.group = attrs.group
  if (attrs.promiscuity !== undefined) this.promiscuity = attrs.promiscuity
  if (attrs.numTxQueues !== undefined) this.numTxQueues = attrs.numTxQueues
  if (attrs.numRxQueues !== undefined) this.numRxQueues = attrs.numRxQueues
  if (attrs.linkmode !== undefined) this.linkmode = named(IF_LINK_MODE, attrs.linkmode)
  if (attrs.gsoMaxSize !== undefined) this.gsoMaxSize = attrs.gsoMaxSize
  if (attrs.gsoMaxSegs !== undefined) this.gsoMaxSegs = attrs.gsoMaxSegs
  if (attrs.groMaxSize !== undefined) this.groMaxSize = attrs.groMaxSize
  if (attrs.gsoIpv4MaxSize !== undefined) this.gsoIpv4MaxSize = attrs.gsoIpv4MaxSize
  if (attrs.groIpv4MaxSize !== undefined) this.groIpv4MaxSize = attrs.groIpv4MaxSize
  if (attrs.protoDown !== undefined) this.protoDown = attrs.protoDown === 1
  if (reasons !== undefined) this.protoDownReasons = reasons
  if (xdp !== undefined) this.xdp = xdp
  if (vfs !== undefined) this.vfs = vfs
  if (addrGenMode !== undefined) this.addrGenMode = named(IN6_ADDR_GEN_MODE, addrGenMode)
})

/** As an enumerable member, the counters would be part of printing, JSON and comparisons. */
const statsProperty: PropertyDescriptor & ThisType<Link> = {
  get() {
    return withJson(this.message.attrs.stats64)
  },
}

/** Converts a message to a link. */
export function toLink(message: LinkMessage): Link {
  // `afSpec` has this type unless the family is AF_BRIDGE, and such messages are no links of the API.
  const link = withMessage(new LinkObject(message as LinkPart), message)
  return Object.defineProperty(link, 'stats', statsProperty) as Link
}

/** Declares a link in a reply. */
export const linkReply = objectReply<LinkPart, Link>({
  message: linkMessage,
  part: linkPart,
  toObject: (part) => Object.defineProperty(new LinkObject(part), 'stats', statsProperty) as Link,
})
