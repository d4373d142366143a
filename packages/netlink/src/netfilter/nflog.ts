import {
  attributes,
  bytes,
  centiseconds,
  constants,
  dateInSeconds,
  enumOf,
  fixedBytes,
  flagsOf,
  hexadecimal,
  type Infer,
  message,
  pad,
  string,
  struct,
  u8,
  u16be,
  u32be,
  u64be,
  writtenAs,
} from '../codec/index.js'
import { ARPHRD, ETH_P } from '../constants/index.js'
import { ctAttrs } from './conntrack.js'
import { IP_CT } from './conntrack-state.js'
import { NF_INET, NF_NETDEV, nfgenmsg } from './nfnetlink.js'

/** NFULNL_CFG_CMD_*, linux/netfilter/nfnetlink_log.h */
export const NFULNL_CFG_CMD = constants('NFULNL_CFG_CMD', {
  NONE: 0,
  BIND: 1,
  UNBIND: 2,
  PF_BIND: 3,
  PF_UNBIND: 4,
})

/** NFULNL_COPY_*, linux/netfilter/nfnetlink_log.h: the part of a packet to send */
export const NFULNL_COPY = constants('NFULNL_COPY', {
  NONE: 0,
  META: 1,
  PACKET: 2,
})

/** NFULNL_CFG_F_*, linux/netfilter/nfnetlink_log.h */
export const NFULNL_CFG_F = constants('NFULNL_CFG_F', {
  SEQ: 0x1,
  SEQ_GLOBAL: 0x2,
  CONNTRACK: 0x4,
})

/** `struct nfulnl_msg_packet_hdr`, linux/netfilter/nfnetlink_log.h */
export const nfulnlMsgPacketHdr = struct('nfulnl_msg_packet_hdr', {
  hwProtocol: enumOf(u16be, ETH_P),
  hook: enumOf(u8, NF_INET, NF_NETDEV), // …
  _pad: pad(1),
})

/** `struct nfulnl_msg_packet_hw`, linux/netfilter/nfnetlink_log.h */
export const nfulnlMsgPacketHw = struct('nfulnl_msg_packet_hw', {
  hwAddrlen: u16be, // number of bytes used in `hwAddr`
  _pad: pad(2),
  hwAddr: fixedBytes(8),
})

/** `struct nfulnl_msg_packet_timestamp`, linux/netfilter/nfnetlink_log.h: time since 1970 */
export const nfulnlMsgPacketTimestamp = struct('nfulnl_msg_packet_timestamp', {
  sec: writtenAs(u64be, dateInSeconds),
  usec: u64be,
})

/** NFULA_VLAN_*, linux/netfilter/nfnetlink_log.h */
export const nflogVlanAttrs = attributes('NFULA_VLAN', {
  proto: [1, enumOf(u16be, ETH_P)], // ETH_P_8021Q or ETH_P_8021AD
  tci: [2, u16be],
})

/** NFULA_*, linux/netfilter/nfnetlink_log.h: a logged packet */
export const nflogAttrs = attributes('NFULA', {
  packetHdr: [1, nfulnlMsgPacketHdr],
  mark: [2, writtenAs(u32be, hexadecimal)],
  timestamp: [3, nfulnlMsgPacketTimestamp],
  ifindexIndev: [4, u32be],
  ifindexOutdev: [5, u32be],
  ifindexPhysindev: [6, u32be], // the bridge's port
  ifindexPhysoutdev: [7, u32be],
  hwaddr: [8, nfulnlMsgPacketHw],
  payload: [9, bytes], // the packet from its network header on
  prefix: [10, string],
  uid: [11, u32be],
  seq: [12, u32be],
  seqGlobal: [13, u32be],
  gid: [14, u32be],
  hwtype: [15, enumOf(u16be, ARPHRD)],
  hwheader: [16, bytes],
  hwlen: [17, u16be],
  ct: [18, ctAttrs],
  ctInfo: [19, enumOf(u32be, IP_CT)],
  vlan: [20, nflogVlanAttrs],
  l2hdr: [21, bytes],
})

/** `struct nfulnl_msg_config_cmd`, linux/netfilter/nfnetlink_log.h */
export const nfulnlMsgConfigCmd = struct('nfulnl_msg_config_cmd', {
  command: enumOf(u8, NFULNL_CFG_CMD),
})

/** `struct nfulnl_msg_config_mode`, linux/netfilter/nfnetlink_log.h */
export const nfulnlMsgConfigMode = struct('nfulnl_msg_config_mode', {
  copyRange: u32be, // bytes
  copyMode: enumOf(u8, NFULNL_COPY),
  _pad: pad(1),
})

/** NFULA_CFG_*, linux/netfilter/nfnetlink_log.h */
export const nflogConfigAttrs = attributes('NFULA_CFG', {
  cmd: [1, nfulnlMsgConfigCmd],
  mode: [2, nfulnlMsgConfigMode],
  nlbufsiz: [3, u32be], // bytes
  timeout: [4, writtenAs(u32be, centiseconds)],
  qthresh: [5, u32be], // packets
  flags: [6, flagsOf(u16be, NFULNL_CFG_F)],
})

/** NFULNL_MSG_PACKET; `resId` is the group. */
export const nflogPacketMessage = message('logged packet', nfgenmsg, nflogAttrs)
export interface NflogPacketMessage extends Infer<typeof nflogPacketMessage> {}

/** NFULNL_MSG_CONFIG; `resId` is the group. */
export const nflogConfigMessage = message('log configuration', nfgenmsg, nflogConfigAttrs)
export interface NflogConfigMessage extends Infer<typeof nflogConfigMessage> {}
