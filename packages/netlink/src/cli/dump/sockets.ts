import { Connection } from '../../connection/connection.js'
import type { ConnectionOptions } from '../../connection/options.js'
import { IPPROTO } from '../../constants/index.js'
import { AF_DIAG, NDIAG_PROTO, sockDiag } from '../../diag/index.js'
import { NetlinkError, type RequestOf } from '../../message/index.js'
import { wholeMessage } from './whole.js'

type SocketRequest = RequestOf<typeof sockDiag.messages, 'SOCK_DIAG_BY_FAMILY'>

const all = 0xffffffff
const ALL_EXTENSIONS = 0xff

/** Protocols of the sockets. RAW includes all raw sockets. */
const protocols = [IPPROTO.TCP, IPPROTO.UDP, IPPROTO.DCCP, IPPROTO.SCTP, IPPROTO.UDPLITE, IPPROTO.RAW]

const inet: SocketRequest[] = [AF_DIAG.INET, AF_DIAG.INET6].flatMap((family): SocketRequest[] => {
  const common = { family, ext: ALL_EXTENSIONS, states: all }
  return [
    ...protocols.map((protocol): SocketRequest => ({ ...common, protocol })),
    { ...common, protocol: IPPROTO.TCP, attrs: { protocol: IPPROTO.MPTCP } },
  ]
})

/** Requests for all details of all sockets, one per family and protocol. */
const requests: readonly SocketRequest[] = [
  ...inet,
  { family: AF_DIAG.UNIX, states: all, show: all },
  { family: AF_DIAG.NETLINK, protocol: NDIAG_PROTO.ALL, show: all },
  { family: AF_DIAG.PACKET, show: all },
  { family: AF_DIAG.TIPC, states: all },
  { family: AF_DIAG.VSOCK, states: all },
  { family: AF_DIAG.SMC, ext: ALL_EXTENSIONS },
  { family: AF_DIAG.XDP, show: all },
]

/** Dumps the sockets of one family. Returns none if the kernel does not support the family (`ENOENT`). */
function dump(netlink: Connection<typeof sockDiag.messages>, request: SocketRequest): Buffer[] {
  try {
    return netlink.dumpSync('SOCK_DIAG_BY_FAMILY', request, {}, wholeMessage)
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENOENT') return []
    throw error
  }
}

/** Returns the messages with the sockets of all families. */
export function listSockets(options: ConnectionOptions): Buffer[] {
  const netlink = Connection.openProtocol(sockDiag, options)
  try {
    return requests.flatMap((request) => dump(netlink, request))
  } finally {
    netlink.close()
  }
}
