import { ArgumentError, show } from '../../codec/error.js'
import { AF } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'

/** The protocols above IP, with their words of `ss`. */
const inet = {
  tcp: IPPROTO.TCP,
  udp: IPPROTO.UDP,
  raw: IPPROTO.RAW,
  mptcp: IPPROTO.MPTCP,
  sctp: IPPROTO.SCTP,
  dccp: IPPROTO.DCCP,
  udplite: IPPROTO.UDPLITE,
} as const

/** Families of sockets that are not above IP. */
const others = { unix: AF.UNIX, packet: AF.PACKET, netlink: AF.NETLINK, vsock: AF.VSOCK, xdp: AF.XDP } as const

/** A protocol above IP. */
export type InetProtocol = keyof typeof inet
/** A protocol or family of sockets, with the words of `ss`. */
export type SocketProtocol = InetProtocol | keyof typeof others

export const inetProtocols = Object.keys(inet) as InetProtocol[]
export const socketProtocols = [...inetProtocols, ...(Object.keys(others) as (keyof typeof others)[])] as const

/** Protocols that are listed if none is named. ss leaves out the others, too: MPTCP's subflows are sockets of TCP. */
const unusual: ReadonlySet<SocketProtocol> = new Set(['dccp', 'udplite'])

export const isInet = (protocol: SocketProtocol): protocol is InetProtocol => Object.hasOwn(inet, protocol)

/** Returns IPPROTO_* of a protocol above IP. */
export const inetNumber = (protocol: InetProtocol): number => inet[protocol]

/** Modules of the kernel that list sockets, for errors. */
const modules: Readonly<Record<SocketProtocol, string>> = {
  ...{ tcp: 'tcp_diag', udp: 'udp_diag', raw: 'raw_diag', mptcp: 'mptcp_diag', sctp: 'sctp_diag', dccp: 'dccp_diag' },
  ...{ udplite: 'udp_diag', unix: 'unix_diag', packet: 'af_packet_diag', netlink: 'netlink_diag', vsock: 'vsock_diag' },
  xdp: 'xsk_diag',
}

/** Explains why the kernel cannot list the sockets of a protocol. */
export const missing = (protocol: SocketProtocol): string =>
  `this kernel cannot list ${protocol} sockets: it has no ${modules[protocol]}`

const checked = (protocol: unknown): SocketProtocol => {
  if (typeof protocol === 'string' && (socketProtocols as readonly string[]).includes(protocol))
    return protocol as SocketProtocol
  throw new ArgumentError(`expected protocol to be one of ${socketProtocols.join(', ')}, got ${show(protocol)}`)
}

/** Returns a protocol. @throws {TypeError} */
export const protocolOf: (protocol: unknown) => SocketProtocol = checked

/** Returns the protocols to list. `onlyInet` is true if conditions are given that only those above IP have. @throws {TypeError} */
export function protocolsOf(given: unknown, onlyInet: boolean): readonly SocketProtocol[] {
  if (given === undefined)
    return (onlyInet ? inetProtocols : socketProtocols).filter((protocol) => !unusual.has(protocol))
  const protocols: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (protocols.length === 0) throw new ArgumentError('expected protocol to have at least one protocol, got []')
  return [...new Set(protocols.map(checked))]
}
