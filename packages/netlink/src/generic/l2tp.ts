import {
  atMost,
  attributes,
  bytes,
  constants,
  type Declaration,
  enumOf,
  flag,
  type Infer,
  i32,
  ipv4,
  ipv6,
  milliseconds,
  string,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import { creates, gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** L2TP_PWTYPE_*, linux/l2tp.h: pseudowires */
export const L2TP_PWTYPE = constants('L2TP_PWTYPE', {
  NONE: 0,
  ETH_VLAN: 4,
  ETH: 5,
  PPP: 7,
  PPP_AC: 8,
  IP: 11,
})

/** L2TP_L2SPECTYPE_*, linux/l2tp.h */
export const L2TP_L2SPECTYPE = constants('L2TP_L2SPECTYPE', {
  NONE: 0,
  DEFAULT: 1,
})

/** L2TP_ENCAPTYPE_*, linux/l2tp.h */
export const L2TP_ENCAPTYPE = constants('L2TP_ENCAPTYPE', {
  UDP: 0,
  IP: 1,
})

/** The L2TP_ATTR_* attributes inside L2TP_ATTR_STATS, linux/l2tp.h */
export const l2tpStatsAttrs = attributes('L2TP_ATTR', {
  txPackets: [1, u64],
  txBytes: [2, u64],
  txErrors: [3, u64],
  rxPackets: [4, u64],
  rxBytes: [5, u64],
  rxSeqDiscards: [6, u64],
  rxOosPackets: [7, u64],
  rxErrors: [8, u64],
  statsPad: [9, bytes],
  rxCookieDiscards: [10, u64],
  rxInvalid: [11, u64],
})
export interface L2tpStatsAttrs extends Infer<typeof l2tpStatsAttrs> {}

/** L2TP_ATTR_*, linux/l2tp.h */
export const l2tpAttrs = attributes('L2TP_ATTR', {
  pwType: [1, enumOf(u16, L2TP_PWTYPE)],
  encapType: [2, enumOf(u16, L2TP_ENCAPTYPE)],
  offset: [3, u16], // no longer has an effect; the same for the next
  dataSeq: [4, u8],
  l2specType: [5, enumOf(u8, L2TP_L2SPECTYPE)],
  l2specLen: [6, u8],
  protoVersion: [7, u8], // 2 or 3
  ifname: [8, string],
  connId: [9, u32],
  peerConnId: [10, u32],
  sessionId: [11, u32],
  peerSessionId: [12, u32],
  udpCsum: [13, u8],
  vlanId: [14, u16],
  cookie: [15, bytes], // 4 or 8 bytes
  peerCookie: [16, bytes],
  debug: [17, u32], // no longer has an effect
  recvSeq: [18, u8],
  sendSeq: [19, u8],
  lnsMode: [20, u8],
  usingIpsec: [21, u8],
  recvTimeout: [22, writtenAs(u64, milliseconds)],
  fd: [23, i32], // of a UDP socket
  ipSaddr: [24, ipv4],
  ipDaddr: [25, ipv4],
  udpSport: [26, u16],
  udpDport: [27, u16],
  mtu: [28, u16],
  mru: [29, u16],
  stats: [30, l2tpStatsAttrs],
  ip6Saddr: [31, atMost(ipv6)],
  ip6Daddr: [32, atMost(ipv6)],
  udpZeroCsum6Tx: [33, flag],
  udpZeroCsum6Rx: [34, flag],
  pad: [35, bytes],
})
export interface L2tpAttrs extends Infer<typeof l2tpAttrs> {}

/** A message of the family. */
export interface L2tpMessage extends GenericMessage<L2tpAttrs> {}
const l2tpMessage: Declaration<L2tpMessage> = genericMessage<L2tpAttrs>('l2tp', l2tpAttrs)

/** L2TP_GENL_NAME, linux/l2tp.h: tunnels and sessions */
export const l2tp = genericFamily('l2tp', {
  version: 1,
  messages: {
    L2TP_CMD_NOOP: [0, l2tpMessage],
    L2TP_CMD_TUNNEL_CREATE: creates(1, l2tpMessage),
    L2TP_CMD_TUNNEL_DELETE: [2, l2tpMessage],
    L2TP_CMD_TUNNEL_MODIFY: [3, l2tpMessage],
    L2TP_CMD_TUNNEL_GET: gets(4, l2tpMessage),
    L2TP_CMD_SESSION_CREATE: creates(5, l2tpMessage),
    L2TP_CMD_SESSION_DELETE: [6, l2tpMessage],
    L2TP_CMD_SESSION_MODIFY: [7, l2tpMessage],
    L2TP_CMD_SESSION_GET: gets(8, l2tpMessage),
  },
})
