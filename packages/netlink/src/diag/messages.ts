import { type ByteOrder, choice, type Declaration } from '../codec/index.js'
import { AF_DIAG, byFamily, type UnknownFamily } from './family.js'
import { type Inet6DiagMessage, type InetDiagMessage, inet6DiagMessage, inetDiagMessage } from './inet.js'
import { type Inet6DiagRequest, type InetDiagRequest, inet6DiagRequest, inetDiagRequest } from './inet-request.js'
import { type NetlinkDiagMessage, type NetlinkDiagRequest, netlinkDiagMessage, netlinkDiagRequest } from './netlink.js'
import { type PacketDiagMessage, type PacketDiagRequest, packetDiagMessage, packetDiagRequest } from './packet.js'
import { type SmcDiagMessage, type SmcDiagRequest, smcDiagMessage, smcDiagRequest } from './smc.js'
import { isTipcMessage, type TipcDiagMessage, type TipcDiagRequest, tipcDiagMessage, tipcDiagRequest } from './tipc.js'
import { type UnixDiagMessage, type UnixDiagRequest, unixDiagMessage, unixDiagRequest } from './unix.js'
import { type VsockDiagMessage, type VsockDiagRequest, vsockDiagMessage, vsockDiagRequest } from './vsock.js'
import { type XdpDiagMessage, type XdpDiagRequest, xdpDiagMessage, xdpDiagRequest } from './xdp.js'

/** A request for sockets, or to close one (SOCK_DESTROY). `family` discriminates the types. */
export type SockDiagRequest =
  | UnixDiagRequest
  | InetDiagRequest
  | Inet6DiagRequest
  | NetlinkDiagRequest
  | PacketDiagRequest
  | TipcDiagRequest
  | VsockDiagRequest
  | SmcDiagRequest
  | XdpDiagRequest
  | UnknownFamily

/** SOCK_DIAG_BY_FAMILY and SOCK_DESTROY, to the kernel. All begin with `struct sock_diag_req`, linux/sock_diag.h. */
export const sockDiagRequest: Declaration<SockDiagRequest> = byFamily<SockDiagRequest>('sock_diag request', {
  [AF_DIAG.UNIX]: unixDiagRequest,
  [AF_DIAG.INET]: inetDiagRequest,
  [AF_DIAG.INET6]: inet6DiagRequest,
  [AF_DIAG.NETLINK]: netlinkDiagRequest,
  [AF_DIAG.PACKET]: packetDiagRequest,
  [AF_DIAG.TIPC]: tipcDiagRequest,
  [AF_DIAG.VSOCK]: vsockDiagRequest,
  [AF_DIAG.SMC]: smcDiagRequest,
  [AF_DIAG.XDP]: xdpDiagRequest,
})

/** A socket. `family` discriminates the types. */
export type SockDiagReply =
  | UnixDiagMessage
  | InetDiagMessage
  | Inet6DiagMessage
  | NetlinkDiagMessage
  | PacketDiagMessage
  | TipcDiagMessage
  | VsockDiagMessage
  | SmcDiagMessage
  | XdpDiagMessage
  | UnknownFamily

const withFamily: Declaration<SockDiagReply> = byFamily<SockDiagReply>('sock_diag', {
  [AF_DIAG.UNIX]: unixDiagMessage,
  [AF_DIAG.INET]: inetDiagMessage,
  [AF_DIAG.INET6]: inet6DiagMessage,
  [AF_DIAG.NETLINK]: netlinkDiagMessage,
  [AF_DIAG.PACKET]: packetDiagMessage,
  [AF_DIAG.TIPC]: tipcDiagMessage,
  [AF_DIAG.VSOCK]: vsockDiagMessage,
  [AF_DIAG.SMC]: smcDiagMessage,
  [AF_DIAG.XDP]: xdpDiagMessage,
})

const tipc = tipcDiagMessage as Declaration<SockDiagReply>

/** SOCK_DIAG_BY_FAMILY, from the kernel: a reply, or a notification to a multicast group (SKNLGRP_*). */
export const sockDiagReply: Declaration<SockDiagReply> = choice<SockDiagReply>('sock_diag', [withFamily, tipc], {
  ofBytes: (bytes: Buffer, start: number, end: number, order: ByteOrder) =>
    isTipcMessage(bytes, start, end, order) ? tipc : withFamily,
  ofValue: () => withFamily,
})
