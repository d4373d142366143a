import {
  AF,
  attributes,
  bytes,
  constants,
  dateInSeconds,
  enumOf,
  fixedBytes,
  flagsOf,
  hexadecimal,
  type Infer,
  message,
  pad,
  struct,
  u8,
  u16be,
  u32be,
  u64be,
  unterminated,
  writtenAs,
} from '../codec/index.js'
import { ETH_P } from '../constants/index.js'
import { ctAttrs } from './conntrack.js'
import { IP_CT } from './conntrack-state.js'
import { ctExpectAttrs } from './expectation.js'
import { NF_INET, NF_NETDEV, nfgenmsg } from './nfnetlink.js'
import { verdictParts } from './verdict.js'

/** NFQNL_CFG_CMD_*, linux/netfilter/nfnetlink_queue.h */
export const NFQNL_CFG_CMD = constants('NFQNL_CFG_CMD', {
  NONE: 0,
  BIND: 1,
  UNBIND: 2,
  PF_BIND: 3,
  PF_UNBIND: 4,
})

/** NFQNL_COPY_*, linux/netfilter/nfnetlink_queue.h: the part of a packet to send */
export const NFQNL_COPY = constants('NFQNL_COPY', {
  NONE: 0,
  META: 1,
  PACKET: 2,
})

/** NFQA_CFG_F_*, linux/netfilter/nfnetlink_queue.h */
export const NFQA_CFG_F = constants('NFQA_CFG_F', {
  FAIL_OPEN: 0x1,
  CONNTRACK: 0x2,
  GSO: 0x4,
  UID_GID: 0x8,
  SECCTX: 0x10,
})

/** NFQA_SKB_*, linux/netfilter/nfnetlink_queue.h: NFQA_SKB_INFO */
export const NFQA_SKB = constants('NFQA_SKB', {
  CSUMNOTREADY: 0x1,
  GSO: 0x2,
  CSUM_NOTVERIFIED: 0x4,
})

/** `struct nfqnl_msg_packet_hdr`, linux/netfilter/nfnetlink_queue.h */
export const nfqnlMsgPacketHdr = struct('nfqnl_msg_packet_hdr', {
  packetId: u32be, // in the queue; the verdict names it
  hwProtocol: enumOf(u16be, ETH_P),
  hook: enumOf(u8, NF_INET, NF_NETDEV), // …
})

/** `struct nfqnl_msg_packet_hw`, linux/netfilter/nfnetlink_queue.h */
export const nfqnlMsgPacketHw = struct('nfqnl_msg_packet_hw', {
  hwAddrlen: u16be, // number of bytes used in `hwAddr`
  _pad: pad(2),
  hwAddr: fixedBytes(8),
})

/** `struct nfqnl_msg_packet_timestamp`, linux/netfilter/nfnetlink_queue.h: time since 1970 */
export const nfqnlMsgPacketTimestamp = struct('nfqnl_msg_packet_timestamp', {
  sec: writtenAs(u64be, dateInSeconds),
  usec: u64be,
})

/** `struct nfqnl_msg_verdict_hdr`, linux/netfilter/nfnetlink_queue.h */
export const nfqnlMsgVerdictHdr = struct('nfqnl_msg_verdict_hdr', {
  verdict: flagsOf(u32be, ...verdictParts),
  id: u32be, // of the packet; in a batch, the last one it holds for
})

/** NFQA_VLAN_*, linux/netfilter/nfnetlink_queue.h */
export const nfqueueVlanAttrs = attributes('NFQA_VLAN', {
  proto: [1, enumOf(u16be, ETH_P)], // ETH_P_8021Q or ETH_P_8021AD
  tci: [2, u16be],
})

/** NFQA_*, linux/netfilter/nfnetlink_queue.h: a packet in a queue, and the verdict on it */
export const nfqueueAttrs = attributes('NFQA', {
  packetHdr: [1, nfqnlMsgPacketHdr],
  verdictHdr: [2, nfqnlMsgVerdictHdr],
  mark: [3, writtenAs(u32be, hexadecimal)],
  timestamp: [4, nfqnlMsgPacketTimestamp],
  ifindexIndev: [5, u32be],
  ifindexOutdev: [6, u32be],
  ifindexPhysindev: [7, u32be], // the bridge's port
  ifindexPhysoutdev: [8, u32be],
  hwaddr: [9, nfqnlMsgPacketHw],
  payload: [10, bytes], // the packet from its network header on; in a verdict, its replacement
  ct: [11, ctAttrs],
  ctInfo: [12, enumOf(u32be, IP_CT)],
  capLen: [13, u32be], // bytes of the whole packet, if `payload` is shorter
  skbInfo: [14, flagsOf(u32be, NFQA_SKB)],
  exp: [15, ctExpectAttrs],
  uid: [16, u32be],
  gid: [17, u32be],
  secctx: [18, unterminated],
  vlan: [19, nfqueueVlanAttrs],
  l2hdr: [20, bytes],
  priority: [21, u32be],
  cgroupClassid: [22, u32be],
})

/** `struct nfqnl_msg_config_cmd`, linux/netfilter/nfnetlink_queue.h */
export const nfqnlMsgConfigCmd = struct('nfqnl_msg_config_cmd', {
  command: enumOf(u8, NFQNL_CFG_CMD),
  _pad: pad(1),
  pf: enumOf(u16be, AF),
})

/** `struct nfqnl_msg_config_params`, linux/netfilter/nfnetlink_queue.h */
export const nfqnlMsgConfigParams = struct('nfqnl_msg_config_params', {
  copyRange: u32be, // bytes
  copyMode: enumOf(u8, NFQNL_COPY),
})

/** NFQA_CFG_*, linux/netfilter/nfnetlink_queue.h */
export const nfqueueConfigAttrs = attributes('NFQA_CFG', {
  cmd: [1, nfqnlMsgConfigCmd],
  params: [2, nfqnlMsgConfigParams],
  queueMaxlen: [3, u32be], // packets
  mask: [4, u32be], // mask of the `flags` to change
  flags: [5, flagsOf(u32be, NFQA_CFG_F)],
})

/** NFQNL_MSG_PACKET, NFQNL_MSG_VERDICT, NFQNL_MSG_VERDICT_BATCH; `resId` is the queue. */
export const nfqueueMessage = message('queued packet', nfgenmsg, nfqueueAttrs)
export interface NfqueueMessage extends Infer<typeof nfqueueMessage> {}

/** NFQNL_MSG_CONFIG; `resId` is the queue. */
export const nfqueueConfigMessage = message('queue configuration', nfgenmsg, nfqueueConfigAttrs)
export interface NfqueueConfigMessage extends Infer<typeof nfqueueConfigMessage> {}
