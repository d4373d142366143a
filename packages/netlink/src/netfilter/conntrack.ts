import {
  attributes,
  bytes,
  dateInNanoseconds,
  enumOf,
  flagsOf,
  hexadecimal,
  type Infer,
  i32be,
  message,
  seconds,
  string,
  struct,
  u8,
  u16be,
  u32,
  u32be,
  u64be,
  writtenAs,
} from '../codec/index.js'
import {
  CT_DCCP,
  CT_DCCP_ROLE,
  IP_CT_EXP,
  IP_CT_TCP,
  IP_CT_TCP_FLAG,
  IPS,
  SCTP_CONNTRACK,
  TCP_CONNTRACK,
} from './conntrack-state.js'
import { ctNatAttrs, ctTupleAttrs } from './conntrack-tuple.js'
import { nfgenmsg } from './nfnetlink.js'

const tcpFlags = flagsOf(u8, IP_CT_TCP_FLAG, IP_CT_EXP, IP_CT_TCP)

/** `struct nf_ct_tcp_flags`, linux/netfilter/nf_conntrack_tcp.h */
export const nfCtTcpFlags = struct('nf_ct_tcp_flags', {
  flags: tcpFlags,
  mask: tcpFlags, // the flags to compare or to set
})

/** CTA_PROTOINFO_TCP_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctProtoinfoTcpAttrs = attributes('CTA_PROTOINFO_TCP', {
  state: [1, enumOf(u8, TCP_CONNTRACK)],
  wscaleOriginal: [2, u8],
  wscaleReply: [3, u8],
  flagsOriginal: [4, nfCtTcpFlags],
  flagsReply: [5, nfCtTcpFlags],
})

/** CTA_PROTOINFO_DCCP_*, linux/netfilter/nfnetlink_conntrack.h; kernels since 6.16 no longer track DCCP */
export const ctProtoinfoDccpAttrs = attributes('CTA_PROTOINFO_DCCP', {
  state: [1, enumOf(u8, CT_DCCP)],
  role: [2, enumOf(u8, CT_DCCP_ROLE)],
  handshakeSeq: [3, u64be],
  pad: [4, bytes],
})

/** CTA_PROTOINFO_SCTP_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctProtoinfoSctpAttrs = attributes('CTA_PROTOINFO_SCTP', {
  state: [1, enumOf(u8, SCTP_CONNTRACK)],
  vtagOriginal: [2, u32be],
  vtagReply: [3, u32be],
})

/** CTA_PROTOINFO_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctProtoinfoAttrs = attributes('CTA_PROTOINFO', {
  tcp: [1, ctProtoinfoTcpAttrs],
  dccp: [2, ctProtoinfoDccpAttrs],
  sctp: [3, ctProtoinfoSctpAttrs],
})

/** CTA_HELP_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctHelpAttrs = attributes('CTA_HELP', {
  name: [1, string],
  info: [2, bytes], // the helper's own
})

/** CTA_COUNTERS_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctCountersAttrs = attributes('CTA_COUNTERS', {
  packets: [1, u64be],
  bytes: [2, u64be],
  packets32: [3, u32be, 'CTA_COUNTERS32_PACKETS'],
  bytes32: [4, u32be, 'CTA_COUNTERS32_BYTES'],
  pad: [5, bytes],
})

/** CTA_TIMESTAMP_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctTimestampAttrs = attributes('CTA_TIMESTAMP', {
  start: [1, writtenAs(u64be, dateInNanoseconds)],
  stop: [2, writtenAs(u64be, dateInNanoseconds)],
  pad: [3, bytes],
})

/** CTA_SEQADJ_*, linux/netfilter/nfnetlink_conntrack.h: offsets of TCP's sequence numbers */
export const ctSeqadjAttrs = attributes('CTA_SEQADJ', {
  correctionPos: [1, u32be],
  offsetBefore: [2, i32be],
  offsetAfter: [3, i32be],
})

/** CTA_SECCTX_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctSecctxAttrs = attributes('CTA_SECCTX', {
  name: [1, string],
})

/** CTA_SYNPROXY_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctSynproxyAttrs = attributes('CTA_SYNPROXY', {
  isn: [1, u32be],
  its: [2, u32be],
  tsoff: [3, u32be],
})

/**
 * CTA_FILTER_*, linux/netfilter/nfnetlink_conntrack.h: the parts of the tuples that a dump compares, one bit each, in the host's
 * byte order
 */
export const ctFilterAttrs = attributes('CTA_FILTER', {
  origFlags: [1, u32],
  replyFlags: [2, u32],
})

/** CTA_*, linux/netfilter/nfnetlink_conntrack.h: one tracked connection */
export const ctAttrs = attributes('CTA', {
  tupleOrig: [1, ctTupleAttrs],
  tupleReply: [2, ctTupleAttrs],
  status: [3, flagsOf(u32be, IPS)],
  protoinfo: [4, ctProtoinfoAttrs],
  help: [5, ctHelpAttrs],
  natSrc: [6, ctNatAttrs],
  timeout: [7, writtenAs(u32be, seconds)],
  mark: [8, writtenAs(u32be, hexadecimal)],
  countersOrig: [9, ctCountersAttrs],
  countersReply: [10, ctCountersAttrs],
  use: [11, u32be],
  id: [12, u32be],
  natDst: [13, ctNatAttrs],
  tupleMaster: [14, ctTupleAttrs],
  seqAdjOrig: [15, ctSeqadjAttrs],
  seqAdjReply: [16, ctSeqadjAttrs],
  secmark: [17, u32be],
  zone: [18, u16be],
  secctx: [19, ctSecctxAttrs],
  timestamp: [20, ctTimestampAttrs],
  markMask: [21, writtenAs(u32be, hexadecimal)],
  labels: [22, bytes], // a bit map, of words of the host
  labelsMask: [23, bytes],
  synproxy: [24, ctSynproxyAttrs],
  filter: [25, ctFilterAttrs],
  statusMask: [26, u32be],
  timestampEvent: [27, writtenAs(u64be, dateInNanoseconds)],
})

/** CTA_STATS_*, linux/netfilter/nfnetlink_conntrack.h: counters of one CPU */
export const ctStatsAttrs = attributes('CTA_STATS', {
  searched: [1, u32be],
  found: [2, u32be],
  new: [3, u32be],
  invalid: [4, u32be],
  ignore: [5, u32be],
  delete: [6, u32be],
  deleteList: [7, u32be],
  insert: [8, u32be],
  insertFailed: [9, u32be],
  drop: [10, u32be],
  earlyDrop: [11, u32be],
  error: [12, u32be],
  searchRestart: [13, u32be],
  clashResolve: [14, u32be],
  chainToolong: [15, u32be],
})

/** CTA_STATS_GLOBAL_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctStatsGlobalAttrs = attributes('CTA_STATS_GLOBAL', {
  entries: [1, u32be],
  maxEntries: [2, u32be],
})

/** IPCTNL_MSG_CT_*, except for the statistics */
export const conntrackMessage = message('conntrack', nfgenmsg, ctAttrs)
export interface ConntrackMessage extends Infer<typeof conntrackMessage> {}

/** IPCTNL_MSG_CT_GET_STATS_CPU; `resId` is the CPU. */
export const conntrackStatsCpuMessage = message('conntrack statistics', nfgenmsg, ctStatsAttrs)
export interface ConntrackStatsCpuMessage extends Infer<typeof conntrackStatsCpuMessage> {}

/** IPCTNL_MSG_CT_GET_STATS */
export const conntrackStatsMessage = message('conntrack global statistics', nfgenmsg, ctStatsGlobalAttrs)
export interface ConntrackStatsMessage extends Infer<typeof conntrackStatsMessage> {}
