import {
  AF,
  array,
  attributes,
  bytes,
  constants,
  enumOf,
  fixedBytes,
  hexadecimal,
  type Infer,
  ipv4,
  ipv6,
  message,
  milliseconds,
  pad,
  secret,
  sockaddrStorage,
  string,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import { IPPROTO } from '../constants/index.js'
import { bitFields, withBitFields } from './bits.js'
import { addressByFamily, anyAddress } from './inet-address.js'
import { inetDiagInfo } from './inet-info.js'
import { inetUlpInfoAttrs } from './inet-ulp.js'
import { cookie, skDiagBpfStorageRepAttrs, skMeminfo } from './sock-diag.js'
import { TCP } from './states.js'
import { tcpBbrInfo, tcpDctcpInfo, tcpvegasInfo } from './tcp-info.js'

/** IDIAG_TIMER_*, linux/inet_diag.h */
export const IDIAG_TIMER = constants('IDIAG_TIMER', {
  OFF: 0,
  ON: 1,
  KEEPALIVE: 2,
  TIMEWAIT: 3,
  PROBE0: 4,
  DELACK: 5,
})

const ports = { sport: u16be, dport: u16be }
const rest = { if: u32, cookie } // index of a link

/** `struct inet_diag_sockid`, linux/inet_diag.h, for AF_INET. */
export const inetDiagSockid = struct('inet_diag_sockid', {
  ...ports,
  src: ipv4,
  _src: pad(12),
  dst: ipv4,
  _dst: pad(12),
  ...rest,
})

/** `struct inet_diag_sockid`, linux/inet_diag.h, for AF_INET6. */
export const inet6DiagSockid = struct('inet_diag_sockid', { ...ports, src: ipv6, dst: ipv6, ...rest })

/** `struct inet_diag_sockid`, linux/inet_diag.h, in messages without a family. */
export const anyDiagSockid = struct('inet_diag_sockid', { ...ports, src: anyAddress, dst: anyAddress, ...rest })

const state = {
  family: enumOf(u8, AF),
  state: enumOf(u8, TCP),
  timer: enumOf(u8, IDIAG_TIMER),
  retrans: u8,
}

const numbers = {
  expires: writtenAs(u32, milliseconds), // milliseconds until the timer expires
  rqueue: u32, // bytes; for a listening socket, number of pending connections
  wqueue: u32, // bytes; for a listening socket, limit of pending connections
  uid: u32,
  inode: u32,
}

/** `struct inet_diag_msg`, linux/inet_diag.h */
export const inetDiagMsg = struct('inet_diag_msg', { ...state, id: inetDiagSockid, ...numbers })
export const inet6DiagMsg = struct('inet_diag_msg', { ...state, id: inet6DiagSockid, ...numbers })

/** `struct inet_diag_meminfo`, linux/inet_diag.h. Sizes in bytes. */
export const inetDiagMeminfo = struct('inet_diag_meminfo', { rmem: u32, wmem: u32, fmem: u32, tmem: u32 })

/** `struct inet_diag_sockopt`, linux/inet_diag.h. Each member is 0 or 1. */
export const inetDiagSockopt = withBitFields(
  struct('inet_diag_sockopt', {
    ...bitFields(8, {
      recverr: 1,
      isIcsk: 1,
      freebind: 1,
      hdrincl: 1,
      mcLoop: 1,
      transparent: 1,
      mcAll: 1,
      nodefrag: 1,
    }),
    ...bitFields(8, { bindAddressNoPort: 1, recverrRfc4884: 1, deferConnect: 1, unused: 5 }),
  }),
)

/** `struct tcp_diag_md5sig`, linux/tcp.h */
export const tcpDiagMd5sig = struct('tcp_diag_md5sig', {
  family: enumOf(u8, AF),
  prefixlen: u8,
  keylen: u16,
  addr: addressByFamily(4),
  key: secret(fixedBytes(80)), // `keylen` bytes of it are used
})

/** INET_DIAG_*, linux/inet_diag.h */
export const inetDiagAttrs = attributes('INET_DIAG', {
  meminfo: [1, inetDiagMeminfo],
  info: [2, inetDiagInfo],
  vegasinfo: [3, tcpvegasInfo],
  cong: [4, string],
  tos: [5, u8],
  tclass: [6, u8],
  skmeminfo: [7, skMeminfo],
  shutdown: [8, u8], // bit 0: closed for receiving; bit 1: closed for sending
  dctcpinfo: [9, tcpDctcpInfo],
  protocol: [10, enumOf(u8, IPPROTO)], // only for raw sockets and closed sockets
  skv6only: [11, u8],
  locals: [12, array(sockaddrStorage)], // SCTP's own addresses
  peers: [13, array(sockaddrStorage)],
  pad: [14, bytes],
  mark: [15, writtenAs(u32, hexadecimal)],
  bbrinfo: [16, tcpBbrInfo],
  classId: [17, u32],
  md5sig: [18, array(tcpDiagMd5sig)],
  ulpInfo: [19, inetUlpInfoAttrs],
  skBpfStorages: [20, skDiagBpfStorageRepAttrs],
  cgroupId: [21, u64],
  sockopt: [22, inetDiagSockopt],
})

/** An AF_INET socket, in a reply or a notification to SKNLGRP_INET_*. */
export const inetDiagMessage = message('inet_diag', inetDiagMsg, inetDiagAttrs)
export interface InetDiagMessage extends Infer<typeof inetDiagMessage> {
  family: 2
}

/** An AF_INET6 socket, in a reply or a notification to SKNLGRP_INET6_*. */
export const inet6DiagMessage = message('inet_diag', inet6DiagMsg, inetDiagAttrs)
export interface Inet6DiagMessage extends Infer<typeof inet6DiagMessage> {
  family: 10
}
