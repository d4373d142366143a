import {
  array,
  attributes,
  bitsOf,
  bytes,
  enumOf,
  flagsOf,
  followed,
  hexadecimal,
  type Infer,
  ipv4,
  ipv6,
  pad,
  string,
  struct,
  u8,
  u16be,
  u32,
  u32be,
  u64,
  writtenAs,
} from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { RT_TABLE } from '../route-constants.js'
import { IOAM6_IPTUNNEL_MODE, SEG6_LOCAL_ACTION, SEG6_LOCAL_FLV_OP } from './encap-constants.js'
import { IPV6_SRCRT, seg6IptunnelEncap, segmentRoutingHeader } from './encap-srh.js'

/** SEG6_IPTUNNEL_*, linux/seg6_iptunnel.h */
export const seg6IptunnelAttrs = attributes('SEG6_IPTUNNEL', {
  srh: [1, seg6IptunnelEncap],
  src: [2, ipv6],
})
export interface Seg6IptunnelAttrs extends Infer<typeof seg6IptunnelAttrs> {}

/** SEG6_LOCAL_BPF_*, linux/seg6_local.h */
export const seg6LocalBpfAttrs = attributes('SEG6_LOCAL_BPF', {
  prog: [1, u32], // file descriptor in requests, program id in replies
  progName: [2, string],
})

/** SEG6_LOCAL_CNT_*, linux/seg6_local.h. In requests, zeros enable the counters. */
export const seg6LocalCountersAttrs = attributes('SEG6_LOCAL_CNT', {
  pad: [1, bytes],
  packets: [2, u64],
  bytes: [3, u64],
  errors: [4, u64],
})

/** SEG6_LOCAL_FLV_*, linux/seg6_local.h */
export const seg6LocalFlavorsAttrs = attributes('SEG6_LOCAL_FLV', {
  operation: [1, flagsOf(u32, bitsOf(SEG6_LOCAL_FLV_OP))],
  lcblockBits: [2, u8],
  lcnodeFnBits: [3, u8],
})

/** SEG6_LOCAL_*, linux/seg6_local.h: action of a node for packets to one of its segments */
export const seg6LocalAttrs = attributes('SEG6_LOCAL', {
  action: [1, enumOf(u32, SEG6_LOCAL_ACTION)],
  srh: [2, segmentRoutingHeader],
  table: [3, enumOf(u32, RT_TABLE)],
  nh4: [4, ipv4],
  nh6: [5, ipv6],
  iif: [6, u32], // ifindex
  oif: [7, u32], // ifindex
  bpf: [8, seg6LocalBpfAttrs],
  vrftable: [9, enumOf(u32, RT_TABLE)],
  counters: [10, seg6LocalCountersAttrs],
  flavors: [11, seg6LocalFlavorsAttrs],
})
export interface Seg6LocalAttrs extends Infer<typeof seg6LocalAttrs> {}

/** `struct ipv6_rpl_sr_hdr`, linux/rpl.h: the header of RFC 6554, without its addresses, which are not compressed */
export const ipv6RplSrHdr = struct('ipv6_rpl_sr_hdr', {
  nexthdr: enumOf(u8, IPPROTO),
  hdrlen: u8, // length in 8-byte units, without the first 8 bytes
  type: enumOf(u8, IPV6_SRCRT),
  segmentsLeft: u8,
  cmpr: u8, // CmprI in the upper 4 bits, CmprE in the lower: elided bytes of an address
  pad: u8, // bytes of padding, in the upper 4 bits
  _reserved1: pad(2),
})

/** RPL_IPTUNNEL_*, linux/rpl_iptunnel.h */
export const rplIptunnelAttrs = attributes('RPL_IPTUNNEL', {
  srh: [1, followed(ipv6RplSrHdr, 'segments', array(ipv6))],
})
export interface RplIptunnelAttrs extends Infer<typeof rplIptunnelAttrs> {}

/** `struct ioam6_trace_hdr`, linux/ioam6.h, without its data */
export const ioam6TraceHdr = struct('ioam6_trace_hdr', {
  namespaceId: u16be,
  nodelen: u8, // data per node in 4-byte units, in the upper 5 bits; bit 0x04: overflow
  remlen: u8, // remaining 4-byte units, in the lower 7 bits
  typeBe32: writtenAs(u32be, hexadecimal), // IOAM trace type in the upper 24 bits
})

/** IOAM6_IPTUNNEL_*, linux/ioam6_iptunnel.h */
export const ioam6IptunnelAttrs = attributes('IOAM6_IPTUNNEL', {
  mode: [1, enumOf(u8, IOAM6_IPTUNNEL_MODE)],
  dst: [2, ipv6],
  trace: [3, ioam6TraceHdr],
  freqK: [4, u32], // `freqK` out of `freqN` packets carry a trace
  freqN: [5, u32],
  src: [6, ipv6],
})
export interface Ioam6IptunnelAttrs extends Infer<typeof ioam6IptunnelAttrs> {}
