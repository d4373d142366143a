import { type AddressMessage, Connection, IFA_F, IFF, type LinkMessage, type RouteMessage } from '@netloom/netlink'

/** Everything of one kind, by what tells it from the others. */
type Things = Record<string, unknown>

/** What a namespace holds, without what differs between twins: indexes and times. */
export interface State {
  readonly links: Things
  readonly addresses: Things
  readonly routes: Things
}

const families = { ipv4: 2, ipv6: 10 } as const

/** The state of a namespace, as our own library tells it. */
export function stateOf(netns: string): State {
  const nl = Connection.open({ netns })
  try {
    const links = nl.dumpSync('RTM_GETLINK')
    const nameOf = (index: number | undefined) => links.find((link) => link.index === index)?.attrs.ifname ?? index
    const addresses = nl.dumpSync('RTM_GETADDR').filter((each) => each.attrs.address !== undefined)
    const routes = Object.values(families).flatMap((family) => nl.dumpSync('RTM_GETROUTE', { family }))
    return {
      links: Object.fromEntries(links.map((link) => [link.attrs.ifname, linkState(link, nameOf)])),
      addresses: Object.fromEntries(addresses.map((each) => addressState(each, nameOf))),
      routes: Object.fromEntries(routes.map((route) => routeState(route, nameOf))),
    }
  } finally {
    nl.close()
  }
}

type NameOf = (index: number | undefined) => unknown

function linkState({ flags, attrs }: LinkMessage, nameOf: NameOf): object {
  const { linkinfo, address, mtu, master, txqlen, ifalias } = attrs
  const data = linkinfo?.kind === 'tun' ? linkinfo.data : undefined
  const port = linkinfo?.slaveKind === 'bridge' ? linkinfo.slaveData : undefined
  return {
    kind: linkinfo?.kind,
    up: (flags & IFF.UP) !== 0,
    address,
    mtu,
    master: nameOf(master),
    txqlen,
    alias: ifalias,
    ...(data && { tun: { type: data.type, owner: data.owner, group: data.group, persist: data.persist } }),
    ...(data && { queues: { multiQueue: data.multiQueue, pi: data.pi, vnetHdr: data.vnetHdr } }),
    ...(port && { port: { hairpin: port.mode, isolated: port.isolated, learning: port.learning } }),
  }
}

/** Whether detection of duplicates has come to an end is a matter of time. */
const lasting = ~(IFA_F.TENTATIVE | IFA_F.DADFAILED)

function addressState({ index, prefixlen, flags, scope, attrs }: AddressMessage, nameOf: NameOf): [string, object] {
  const { address, local, broadcast, label } = attrs
  const key = `${nameOf(index)} ${local ?? address}/${prefixlen}`
  return [key, { peer: address, broadcast, label, scope, flags: (attrs.flags ?? flags) & lasting }]
}

function routeState({ family, dstLen, table, protocol, scope, type, flags, attrs }: RouteMessage, nameOf: NameOf) {
  const { dst, gateway, oif, priority, metrics, prefsrc } = attrs
  const key = `${family} ${dst ?? 'any'}/${dstLen} table ${attrs.table ?? table} metric ${priority ?? 0} dev ${nameOf(oif)}`
  // Whether the next hop has a carrier is a matter of time.
  const onlink = (flags & 4) !== 0
  return [key, { gateway, protocol, scope, type, onlink, metrics, prefsrc }] as const
}
