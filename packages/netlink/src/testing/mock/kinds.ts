import { ArgumentError, printable } from '../../codec/index.js'
import { ARPHRD, IFF, type LinkMessage } from '../../route/index.js'
import { linkInfo } from '../../route/link.js'
import { notModelled, refuse } from './refused.js'
import type { Link } from './state.js'

/** ETH_MIN_MTU (RFC 791) and IPV6_MIN_MTU: a link with a smaller MTU does not have the protocol. */
export const MIN_MTU_IPV4 = 68
export const MIN_MTU_IPV6 = 1280

/** Default of net.core.default_qdisc */
const SYSTEM_QDISC = 'pfifo_fast'

/** The initial properties of links of a kind. */
export type LinkKind = Pick<Link, 'type' | 'fixed' | 'mtu' | 'minMtu' | 'maxMtu' | 'txqlen' | 'defaultQdisc'>

const ethernet: LinkKind = {
  ...{ type: ARPHRD.ETHER, fixed: IFF.BROADCAST | IFF.MULTICAST },
  ...{ mtu: 1500, minMtu: 68, maxMtu: 65535, txqlen: 1000, defaultQdisc: 'noqueue' },
}

/** The kinds that RTM_NEWLINK creates. */
const kinds: Readonly<Record<string, LinkKind>> = {
  bridge: ethernet,
  dummy: { ...ethernet, fixed: IFF.BROADCAST | IFF.NOARP, minMtu: 0, maxMtu: 0 },
  ifb: { ...ethernet, fixed: IFF.BROADCAST | IFF.NOARP, minMtu: 0, maxMtu: 0, txqlen: 32, defaultQdisc: SYSTEM_QDISC },
  macvlan: ethernet,
  veth: ethernet,
  vlan: { ...ethernet, minMtu: 0, maxMtu: 65535 },
}

/** Kinds that are not created by netlink, e.g. a tun device by ioctls. */
const others: Readonly<Record<string, LinkKind>> = {
  tun: {
    ...ethernet,
    type: ARPHRD.NONE,
    fixed: IFF.POINTOPOINT | IFF.MULTICAST | IFF.NOARP,
    defaultQdisc: SYSTEM_QDISC,
  },
  tap: { ...ethernet, defaultQdisc: SYSTEM_QDISC },
}

/** Kinds of the kernel that have no IFLA_INFO_DATA, so that no declaration names them. They are not modelled. */
const withoutData = ['netdevsim', 'nlmon', 'team', 'vcan', 'wireguard']

/** True for a kind of the kernel that is not modelled. */
const isNotModelled = (kind: string): boolean =>
  Object.hasOwn(linkInfo.table.data[1].cases, kind) || withoutData.includes(kind)

/** The initial properties of lo. */
export const loopback: LinkKind = {
  ...{
    type: ARPHRD.LOOPBACK,
    fixed: IFF.LOOPBACK,
    mtu: 65536,
    minMtu: 0,
    maxMtu: 0,
    txqlen: 1000,
    defaultQdisc: 'noqueue',
  },
}

/** Returns the initial properties of a link that RTM_NEWLINK creates. @throws {Refused} */
export function kindOf(kind: string | undefined): LinkKind {
  const known = kind !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (known) return known
  if (kind === 'tun') refuse('EINVAL', 'tun/tap creation via rtnetlink is not supported.')
  if (kind !== undefined && isNotModelled(kind)) notModelled(`links of kind ${kind}`)
  return refuse('EOPNOTSUPP', 'Unknown device type')
}

/** Returns the initial properties of a link of any kind that needs no other link. @throws {TypeError} */
export function anyKind(kind: string): LinkKind {
  const { veth: _, vlan: __, macvlan: ___, ...alone } = kinds
  const all = { ...alone, ...others }
  const known = Object.hasOwn(all, kind) ? all[kind] : undefined
  if (known) return known
  throw new ArgumentError(
    `expected a kind of link that is modelled (${Object.keys(all).join(', ')}), got '${printable(kind)}'`,
  )
}

/** Returns the index of the lower link, for kinds that have one. @throws {Refused} */
export function lowerOf(kind: string, { link, linkinfo }: LinkMessage['attrs']): number | undefined {
  if (kind !== 'vlan' && kind !== 'macvlan') return undefined
  if (kind === 'vlan') {
    const data = linkinfo?.kind === 'vlan' ? linkinfo.data : undefined
    if (data === undefined) refuse('EINVAL', 'VLAN properties not specified')
    if (data.id === undefined) refuse('EINVAL', 'VLAN id not specified')
    if (data.id >= 4095) refuse('ERANGE', 'Invalid VLAN id')
    if (link === undefined) refuse('EINVAL', 'link not specified')
  }
  if (link === undefined) refuse('EINVAL')
  return link
}
