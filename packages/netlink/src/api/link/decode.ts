import {
  type AfSpecAttrs,
  ARPHRD,
  IF_LINK_MODE,
  IF_OPER,
  IFF,
  IN6_ADDR_GEN_MODE,
  type LinkMessage,
} from '../../route/index.js'
import { flagsIn, named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import { hasLinkInData, readData, readSlaveData } from './data.js'
import type { Link } from './types.js'

const operstate = (value: number) =>
  (Object.keys(IF_OPER.values) as (keyof typeof IF_OPER.values)[]).find((name) => IF_OPER[name] === value) ?? value

/** Returns the lower link, for kinds that have it in their data. */
const linkInData = (kind: string | undefined, data: unknown) =>
  hasLinkInData(kind) ? (data as { readonly link?: number } | undefined)?.link || undefined : undefined

/** Converts a message to a link. */
export function toLink(message: LinkMessage): Link {
  const { index, flags, type, attrs } = message
  const { kind, data, slaveKind, slaveData } = attrs.linkinfo ?? {}
  const addrGenMode = (attrs.afSpec as AfSpecAttrs | undefined)?.inet6?.addrGenMode
  const link = defined({
    ...{ index, name: attrs.ifname ?? '', altNames: attrs.propList?.altIfname ?? [], alias: attrs.ifalias },
    ...{ kind, data: readData(kind, data), slaveKind, slaveData: readSlaveData(slaveKind, slaveData) },
    ...{ up: (flags & IFF.UP) !== 0, flags: flagsIn(IFF, flags) },
    ...{ type: named(ARPHRD, type), operstate: operstate(attrs.operstate ?? IF_OPER.UNKNOWN) },
    carrier: attrs.carrier === undefined ? undefined : attrs.carrier === 1,
    ...{ mtu: attrs.mtu, address: attrs.address, broadcast: attrs.broadcast, permAddress: attrs.permAddress },
    ...{ master: attrs.master, link: attrs.link ?? linkInData(kind, data), linkNetnsid: attrs.linkNetnsid },
    ...{ qdisc: attrs.qdisc, txqlen: attrs.txqlen, group: attrs.group, promiscuity: attrs.promiscuity },
    ...{ numTxQueues: attrs.numTxQueues, numRxQueues: attrs.numRxQueues },
    linkmode: attrs.linkmode === undefined ? undefined : named(IF_LINK_MODE, attrs.linkmode),
    ...{ gsoMaxSize: attrs.gsoMaxSize, gsoMaxSegs: attrs.gsoMaxSegs, groMaxSize: attrs.groMaxSize },
    ...{ gsoIpv4MaxSize: attrs.gsoIpv4MaxSize, groIpv4MaxSize: attrs.groIpv4MaxSize },
    protoDown: attrs.protoDown === undefined ? undefined : attrs.protoDown === 1,
    addrGenMode: addrGenMode === undefined ? undefined : named(IN6_ADDR_GEN_MODE, addrGenMode),
  })
  return withMessage(link, message) as Link
}
