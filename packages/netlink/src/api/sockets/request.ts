import { AF, type Declaration } from '../../codec/index.js'
import { none } from '../../connection/flags.js'
import type { IPPROTO } from '../../constants/index.js'
import {
  type BytecodeOp,
  NDIAG_PROTO,
  NDIAG_SHOW,
  type NetlinkDiagMessage,
  PACKET_SHOW,
  type PacketDiagMessage,
  type SockDiagRequest,
  UDIAG_SHOW,
  type UnixDiagMessage,
  type VsockDiagMessage,
  XDP_SHOW,
  type XdpDiagMessage,
} from '../../diag/index.js'
import { NetlinkError } from '../../message/index.js'
import { type Operation, requestOf } from '../run/operation.js'
import { toNetlinkSocket, toPacketSocket, toUnixSocket, toVsockSocket, toXdpSocket } from './decode.js'
import { inetReplies } from './inet-decode.js'
import { type InetProtocol, inetNumber, isInet, missing, type SocketProtocol } from './protocols.js'
import type { Socket } from './types.js'

/** Selects the sockets of a dump, and their attributes. */
export interface Selection {
  /** Bits of states. */
  readonly states: number
  /** Families of addresses, AF_*, of protocols above IP. */
  readonly families: readonly number[]
  readonly bytecode: readonly BytecodeOp[] | undefined
  readonly info: boolean
  readonly memory: boolean
  readonly tos: boolean
}

/** Bit of an attribute in the extensions of a request: INET_DIAG_*, linux/inet_diag.h. */
const extension = (attribute: number) => 1 << (attribute - 1)

/** INET_DIAG_INFO, VEGASINFO and CONG, which ss requests with `--info`. */
const INFO = extension(2) | extension(3) | extension(4)
/** INET_DIAG_SKMEMINFO */
const MEMORY = extension(7)
/** INET_DIAG_TOS and TCLASS */
const TOS = extension(5) | extension(6)
/** INET_DIAG_SHUTDOWN */
const SHUTDOWN = extension(8)

const extensionsOf = ({ info, memory, tos }: Selection) =>
  SHUTDOWN | (info ? INFO : 0) | (memory ? MEMORY : 0) | (tos ? TOS : 0)

/** Returns the part of a request that names a protocol above IP. The header has 8 bits for its number. */
export function protocolPart(protocol: InetProtocol) {
  const number = inetNumber(protocol)
  return number > 0xff
    ? { protocol: (number & 0xff) as typeof IPPROTO.TCP, attrs: { protocol: number } }
    : { protocol: number, attrs: {} }
}

/** Dumps sockets; explains an error that means that the kernel cannot list them. */
export function* dumpSockets<M>(
  protocol: SocketProtocol,
  request: SockDiagRequest | object,
  reply?: Declaration<M>,
): Operation<M[]> {
  try {
    return (yield requestOf('dump', 'SOCK_DIAG_BY_FAMILY', request, none, reply)) as M[]
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code !== 'ENOENT') throw error
    throw new NetlinkError({ ...error, object: protocol, explanation: missing(protocol) }, { cause: error })
  }
}

function* listInet(protocol: InetProtocol, selection: Selection): Operation<Socket[]> {
  const { states, families, bytecode } = selection
  const { protocol: number, attrs } = protocolPart(protocol)
  const sockets: Socket[] = []
  for (const family of families) {
    const request = {
      ...{ family, protocol: number, ext: extensionsOf(selection), states },
      attrs: bytecode === undefined ? attrs : { ...attrs, bytecode },
    }
    for (const socket of yield* dumpSockets(protocol, request, inetReplies[protocol])) sockets.push(socket)
  }
  return sockets
}

const { NAME, VFS, PEER, ICONS, RQLEN, MEMINFO, UID } = UDIAG_SHOW
const UNIX_SHOW = NAME | VFS | PEER | ICONS | RQLEN | UID

function* listUnix({ states, memory }: Selection): Operation<Socket[]> {
  const show = UNIX_SHOW | (memory ? MEMINFO : 0)
  return (yield* dumpSockets<UnixDiagMessage>('unix', { family: AF.UNIX, states, show })).map(toUnixSocket)
}

const PACKET_DETAILS = PACKET_SHOW.INFO | PACKET_SHOW.RING_CFG | PACKET_SHOW.FANOUT | PACKET_SHOW.FILTER

function* listPacket({ memory }: Selection): Operation<Socket[]> {
  const request = { family: AF.PACKET, show: PACKET_DETAILS | PACKET_SHOW.MEMINFO }
  const messages = yield* dumpSockets<PacketDiagMessage>('packet', request)
  return messages.map((message) => toPacketSocket(message, memory))
}

function* listNetlink({ memory }: Selection): Operation<Socket[]> {
  const show = NDIAG_SHOW.MEMINFO | NDIAG_SHOW.GROUPS | NDIAG_SHOW.FLAGS
  const request = { family: AF.NETLINK, protocol: NDIAG_PROTO.ALL, show }
  const messages = yield* dumpSockets<NetlinkDiagMessage>('netlink', request)
  // __netlink_diag_dump() of the kernel reports a socket with groups twice.
  const once = new Map(messages.map((message) => [message.cookie, message]))
  return [...once.values()].map((message) => toNetlinkSocket(message, memory))
}

function* listVsock({ states }: Selection): Operation<Socket[]> {
  return (yield* dumpSockets<VsockDiagMessage>('vsock', { family: AF.VSOCK, states })).map(toVsockSocket)
}

const { INFO: XDP_INFO, RING_CFG, UMEM, STATS } = XDP_SHOW

function* listXdp({ memory }: Selection): Operation<Socket[]> {
  const request = { family: AF.XDP, show: XDP_INFO | RING_CFG | UMEM | STATS | XDP_SHOW.MEMINFO }
  return (yield* dumpSockets<XdpDiagMessage>('xdp', request)).map((message) => toXdpSocket(message, memory))
}

const others = { unix: listUnix, packet: listPacket, netlink: listNetlink, vsock: listVsock, xdp: listXdp }

/** Lists the sockets of a protocol. */
export const listProtocol = (protocol: SocketProtocol, selection: Selection): Operation<Socket[]> =>
  isInet(protocol) ? listInet(protocol, selection) : others[protocol](selection)
