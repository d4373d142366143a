import { perOptions } from '../codec/codec.js'
import {
  AF,
  attributes,
  type ByteOrder,
  bytes,
  constants,
  enumOf,
  flag,
  type Infer,
  message,
  NLA_F_NESTED,
  type Opaque,
  pad,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '../codec/index.js'
import { own } from '../codec/own.js'
import { SOCK } from '../constants/index.js'
import { AF_DIAG } from './family.js'
import { TCP } from './states.js'

/** `struct tipc_sock_diag_req`, linux/tipc_sockets_diag.h */
export const tipcSockDiagReq = struct('tipc_sock_diag_req', {
  family: enumOf(u8, AF),
  protocol: u8, // 0
  _pad: pad(2),
  states: u32, // mask of TIPC states, bits `1 << state`
})

/** Requests have no attributes. */
const noAttrs = attributes('TIPC_DIAG_REQ', {})

/** SOCK_DIAG_BY_FAMILY for AF_TIPC. */
export const tipcDiagRequest = message('tipc_diag request', tipcSockDiagReq, noAttrs)
export interface TipcDiagRequest extends Infer<typeof tipcDiagRequest> {
  family: 30
}

/** TIPC_NLA_CON_*, linux/tipc_netlink.h */
export const tipcDiagConAttrs = attributes('TIPC_NLA_CON', {
  flag: [1, flag],
  node: [2, u32],
  sock: [3, u32],
  type: [4, u32],
  inst: [5, u32],
})

/** TIPC_NLA_SOCK_STAT_*, linux/tipc_netlink.h */
export const tipcDiagSockStatAttrs = attributes('TIPC_NLA_SOCK_STAT', {
  rcvq: [0, u32],
  sendq: [1, u32],
  linkCong: [2, flag],
  connCong: [3, flag],
  drop: [4, u32],
})

/** TIPC_NLA_SOCK_GROUP_*, linux/tipc_netlink.h */
export const tipcDiagSockGroupAttrs = attributes('TIPC_NLA_SOCK_GROUP', {
  id: [0, u32],
  open: [1, flag],
  nodeScope: [2, flag],
  clusterScope: [3, flag],
  instance: [4, u32],
  bcSendNext: [5, u32],
})

/** States of `enum tipc_sk_state`, net/tipc/socket.c */
export const TIPC_STATE = constants('TIPC', {
  ESTABLISHED: TCP.values.ESTABLISHED,
  CONNECTING: TCP.values.SYN_SENT,
  OPEN: TCP.values.CLOSE,
  DISCONNECTING: TCP.values.CLOSE_WAIT,
  LISTEN: TCP.values.LISTEN,
})

/** TIPC_NLA_SOCK_*, linux/tipc_netlink.h */
export const tipcDiagSockAttrs = attributes('TIPC_NLA_SOCK', {
  addr: [1, u32],
  ref: [2, u32],
  con: [3, tipcDiagConAttrs],
  hasPubl: [4, flag],
  stat: [5, tipcDiagSockStatAttrs],
  type: [6, enumOf(u32, SOCK)],
  ino: [7, u32],
  uid: [8, u32],
  tipcState: [9, enumOf(u32, TIPC_STATE)],
  cookie: [10, u64],
  pad: [11, bytes],
  group: [12, tipcDiagSockGroupAttrs],
})

/** TIPC_NLA_*, linux/tipc_netlink.h. These messages contain only this attribute. */
export const tipcDiagAttrs = attributes('TIPC_NLA', {
  sock: [2, tipcDiagSockAttrs],
})

/**
 * An AF_TIPC socket. Unlike the other families, the message has no header. It is empty if the socket's state was not
 * requested.
 */
export interface TipcDiagMessage {
  family: 30
  attrs: Infer<typeof tipcDiagAttrs>
}
export const tipcDiagMessage: Opaque<TipcDiagMessage> = {
  kind: 'opaque',
  members: { attrs: tipcDiagAttrs },
  name: 'tipc_diag',
  parts: (_bytes, from, to) => [{ path: ['attrs'], name: 'attrs', from, to, declaration: tipcDiagAttrs }],
  codec: perOptions((order, lossless) => {
    const attrs = tipcDiagAttrs.codec(order, lossless)
    return {
      name: 'tipc_diag',
      decode: (from, start, end, scope) => ({ family: AF_DIAG.TIPC, attrs: attrs.decode(from, start, end, scope) }),
      encode: (out, value, scope) => attrs.encode(out, own(value, 'attrs') ?? {}, scope),
    }
  }),
}

/** True for a message of TIPC: it is empty or consists of one nest. Messages of other families start with a header. */
export function isTipcMessage(from: Buffer, start: number, end: number, order: ByteOrder): boolean {
  if (start === end) return true
  if (end - start < 4) return false
  const number = u16.codec(order)
  const type = number.read(from, start + 2) & ~NLA_F_NESTED
  return number.read(from, start) === end - start && type === tipcDiagAttrs.table.sock[0]
}
