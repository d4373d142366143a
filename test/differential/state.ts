import { existsSync, readFileSync } from 'node:fs'
import { type AddressMessage, AF, Connection, type LinkMessage, type RouteMessage, withNetns } from '@netloom/netlink'
import { IFA_F, IFF, RTNH_F } from '@netloom/netlink/route'

/** Objects of one kind, by a key that is equal in both twins. */
type Objects = Record<string, unknown>

/** State of a namespace, without values that differ between twins: indexes and times. */
export interface State {
  readonly links: Objects
  readonly addresses: Objects
  /** Several routes can share a key. */
  readonly routes: Readonly<Record<string, readonly unknown[]>>
  /** The sysctls of each link that plugins are known to change. */
  readonly sysctls: Objects
}

const sysctls = [
  'ipv4/arp_notify',
  'ipv4/accept_redirects',
  'ipv6/disable_ipv6',
  'ipv6/keep_addr_on_down',
  'ipv6/accept_ra',
  'ipv6/accept_redirects',
]

/** Returns the state of a namespace, read with this library. */
export function stateOf(netns: string): State {
  const nl = Connection.open({ netns })
  try {
    const links = nl.dumpSync('RTM_GETLINK')
    const nameOf = (index: number | undefined) => links.find((link) => link.index === index)?.attrs.ifname ?? index
    const addresses = nl.dumpSync('RTM_GETADDR').filter((each) => each.attrs.address !== undefined)
    const routes = [AF.INET, AF.INET6].flatMap((family) => nl.dumpSync('RTM_GETROUTE', { family }))
    return {
      links: Object.fromEntries(links.map((link) => [link.attrs.ifname, linkState(link, nameOf)])),
      addresses: Object.fromEntries(addresses.map((each) => addressState(each, nameOf))),
      routes: grouped(routes.map((route) => routeState(route, nameOf))),
      sysctls: withNetns(netns, () => sysctlsOf(links.map((link) => link.attrs.ifname ?? ''))),
    }
  } finally {
    nl.close()
  }
}

function grouped<T>(entries: readonly (readonly [key: string, value: T])[]): Record<string, T[]> {
  const groups: Record<string, T[]> = {}
  for (const [key, value] of entries) {
    groups[key] ??= []
    groups[key].push(value)
  }
  return groups
}

/** Reads the sysctls of links. /proc/sys shows those of the calling thread's namespace. */
function sysctlsOf(ifnames: readonly string[]): Objects {
  const read = (ifname: string, sysctl: string) => {
    const [family, name] = sysctl.split('/')
    const file = `/proc/sys/net/${family}/conf/${ifname}/${name}`
    // A link with a very small mtu has no IPv6 sysctls.
    return existsSync(file) ? readFileSync(file, 'latin1').trim() : undefined
  }
  return Object.fromEntries(
    ifnames.map((ifname) => [ifname, Object.fromEntries(sysctls.map((sysctl) => [sysctl, read(ifname, sysctl)]))]),
  )
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

/** Flags that do not depend on timing. Duplicate address detection may or may not have finished. */
const stableFlags = ~(IFA_F.TENTATIVE | IFA_F.DADFAILED)

function addressState({ index, prefixlen, flags, scope, attrs }: AddressMessage, nameOf: NameOf): [string, object] {
  const { address, local, broadcast, label } = attrs
  const key = `${nameOf(index)} ${local ?? address}/${prefixlen}`
  return [key, { peer: address, broadcast, label, scope, flags: (attrs.flags ?? flags) & stableFlags }]
}

function routeState({ family, dstLen, table, protocol, scope, type, flags, attrs }: RouteMessage, nameOf: NameOf) {
  const { dst, gateway, oif, priority, metrics, prefsrc } = attrs
  const key = `${family} ${dst ?? 'any'}/${dstLen} table ${attrs.table ?? table} metric ${priority ?? 0} dev ${nameOf(oif)}`
  // RTNH_F_LINKDOWN and others depend on timing.
  const onlink = (flags & RTNH_F.ONLINK) !== 0
  return [key, { gateway, protocol, scope, type, onlink, metrics, prefsrc }] as const
}
