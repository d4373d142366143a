import {
  array,
  attributes,
  bytes,
  constants,
  type Declaration,
  enumOf,
  fixedBytes,
  flag,
  flagsOf,
  hexadecimal,
  type Infer,
  ipv4,
  ipv6,
  lazy,
  macaddr,
  pad,
  repeat,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u32be,
  u64be,
  writtenAs,
} from '../../codec/index.js'
import { ETH_P, IPPROTO } from '../../constants/index.js'
import { flagOr } from '../either.js'
import { ovsPort } from './port.js'

/** OVS_CS_F_*, linux/openvswitch.h: connection tracking state of a packet */
export const OVS_CS_F = constants('OVS_CS_F', {
  NEW: 0x1,
  ESTABLISHED: 0x2,
  RELATED: 0x4,
  REPLY_DIR: 0x8,
  INVALID: 0x10,
  TRACKED: 0x20,
  SRC_NAT: 0x40,
  DST_NAT: 0x80,
})

/** OVS_FRAG_TYPE_*, linux/openvswitch.h */
export const OVS_FRAG_TYPE = constants('OVS_FRAG_TYPE', { NONE: 0, FIRST: 1, LATER: 2 })

/** `struct ovs_key_ethernet`, linux/openvswitch.h */
export const ovsKeyEthernet = struct('ovs_key_ethernet', { src: macaddr, dst: macaddr })

/** `struct ovs_key_ipv4`, linux/openvswitch.h */
export const ovsKeyIpv4 = struct('ovs_key_ipv4', { src: ipv4, dst: ipv4, proto: u8, tos: u8, ttl: u8, frag: u8 })

/** `struct ovs_key_ipv6`, linux/openvswitch.h */
export const ovsKeyIpv6 = struct('ovs_key_ipv6', {
  src: ipv6,
  dst: ipv6,
  label: u32be,
  proto: enumOf(u8, IPPROTO),
  tclass: u8,
  hlimit: u8,
  frag: enumOf(u8, OVS_FRAG_TYPE),
})

/** `struct ovs_key_ipv6_exthdrs`, linux/openvswitch.h */
export const ovsKeyIpv6Exthdrs = struct('ovs_key_ipv6_exthdrs', { hdrs: u16 })

/** `struct ovs_key_tcp`, linux/openvswitch.h */
export const ovsKeyTcp = struct('ovs_key_tcp', { src: u16be, dst: u16be })

/** `struct ovs_key_udp`, linux/openvswitch.h */
export const ovsKeyUdp = struct('ovs_key_udp', { src: u16be, dst: u16be })

/** `struct ovs_key_sctp`, linux/openvswitch.h */
export const ovsKeySctp = struct('ovs_key_sctp', { src: u16be, dst: u16be })

/** `struct ovs_key_icmp`, linux/openvswitch.h */
export const ovsKeyIcmp = struct('ovs_key_icmp', { type: u8, code: u8 })

/** `struct ovs_key_icmpv6`, linux/openvswitch.h */
export const ovsKeyIcmpv6 = struct('ovs_key_icmpv6', { type: u8, code: u8 })

/** `struct ovs_key_arp`, linux/openvswitch.h */
export const ovsKeyArp = struct('ovs_key_arp', {
  sip: ipv4,
  tip: ipv4,
  op: u16be,
  sha: macaddr,
  tha: macaddr,
  _pad: pad(2),
})

/** `struct ovs_key_nd`, linux/openvswitch.h */
export const ovsKeyNd = struct('ovs_key_nd', { target: ipv6, sll: macaddr, tll: macaddr })

/** `struct ovs_key_ct_tuple_ipv4`, linux/openvswitch.h */
export const ovsKeyCtTupleIpv4 = struct('ovs_key_ct_tuple_ipv4', {
  ipv4Src: ipv4,
  ipv4Dst: ipv4,
  srcPort: u16be,
  dstPort: u16be,
  ipv4Proto: enumOf(u8, IPPROTO),
  _pad: pad(3),
})

/** `struct ovs_key_ct_tuple_ipv6`, linux/openvswitch.h */
export const ovsKeyCtTupleIpv6 = struct('ovs_key_ct_tuple_ipv6', {
  ipv6Src: ipv6,
  ipv6Dst: ipv6,
  srcPort: u16be,
  dstPort: u16be,
  ipv6Proto: enumOf(u8, IPPROTO),
  _pad: pad(3),
})

/** `struct ovs_nsh_key_base`, linux/openvswitch.h */
export const ovsNshKeyBase = struct('ovs_nsh_key_base', { flags: u8, ttl: u8, mdtype: u8, np: u8, pathHdr: u32be })

/** `struct ovs_nsh_key_md1`, linux/openvswitch.h */
export const ovsNshKeyMd1 = struct('ovs_nsh_key_md1', { context: repeat(u32be, 4) })

/** OVS_VXLAN_EXT_*, linux/openvswitch.h: a flag in a vport, a number in a key */
export const ovsVxlanExtAttrs = attributes('OVS_VXLAN_EXT', {
  gbp: [1, flagOr(u32)],
})
export interface OvsVxlanExtAttrs extends Infer<typeof ovsVxlanExtAttrs> {}

/** OVS_TUNNEL_KEY_ATTR_*, linux/openvswitch.h */
export const ovsTunnelKeyAttrs = attributes('OVS_TUNNEL_KEY_ATTR', {
  id: [0, u64be],
  ipv4Src: [1, ipv4],
  ipv4Dst: [2, ipv4],
  tos: [3, u8],
  ttl: [4, u8],
  dontFragment: [5, flag],
  csum: [6, flag],
  oam: [7, flag],
  geneveOpts: [8, bytes], // options as they stand in packets
  tpSrc: [9, u16be],
  tpDst: [10, u16be],
  vxlanOpts: [11, ovsVxlanExtAttrs],
  ipv6Src: [12, ipv6],
  ipv6Dst: [13, ipv6],
  pad: [14, bytes],
  erspanOpts: [15, bytes],
  ipv4InfoBridge: [16, flag],
})
export interface OvsTunnelKeyAttrs extends Infer<typeof ovsTunnelKeyAttrs> {}

/** OVS_NSH_KEY_ATTR_*, linux/openvswitch.h */
export const ovsNshKeyAttrs = attributes('OVS_NSH_KEY_ATTR', {
  base: [1, ovsNshKeyBase],
  md1: [2, ovsNshKeyMd1],
  md2: [3, bytes],
})
export interface OvsNshKeyAttrs extends Infer<typeof ovsNshKeyAttrs> {}

/** The packet after a VLAN tag. */
const encapsulated = lazy((): Declaration<OvsKeyAttrs> => ovsKeyAttrs)

/** OVS_KEY_ATTR_*, linux/openvswitch.h: fields of a packet; in a mask, the bits to compare */
export const ovsKeyAttrs = attributes('OVS_KEY_ATTR', {
  encap: [1, encapsulated],
  priority: [2, u32],
  inPort: [3, ovsPort],
  ethernet: [4, ovsKeyEthernet],
  vlan: [5, u16be], // the tag
  ethertype: [6, enumOf(u16be, ETH_P)],
  ipv4: [7, ovsKeyIpv4],
  ipv6: [8, ovsKeyIpv6],
  tcp: [9, ovsKeyTcp],
  udp: [10, ovsKeyUdp],
  icmp: [11, ovsKeyIcmp],
  icmpv6: [12, ovsKeyIcmpv6],
  arp: [13, ovsKeyArp],
  nd: [14, ovsKeyNd],
  skbMark: [15, writtenAs(u32, hexadecimal)],
  tunnel: [16, ovsTunnelKeyAttrs],
  sctp: [17, ovsKeySctp],
  tcpFlags: [18, u16be],
  dpHash: [19, u32],
  recircId: [20, u32],
  mpls: [21, array(u32be)], // label stack entries
  ctState: [22, flagsOf(u32, OVS_CS_F)],
  ctZone: [23, u16],
  ctMark: [24, writtenAs(u32, hexadecimal)],
  ctLabels: [25, fixedBytes(16)],
  ctOrigTupleIpv4: [26, ovsKeyCtTupleIpv4],
  ctOrigTupleIpv6: [27, ovsKeyCtTupleIpv6],
  nsh: [28, ovsNshKeyAttrs],
  packetType: [29, u32be],
  ndExtensions: [30, bytes],
  tunnelInfo: [31, bytes],
  ipv6Exthdrs: [32, ovsKeyIpv6Exthdrs],
})
export interface OvsKeyAttrs extends Infer<typeof ovsKeyAttrs> {}

/** OVS_NSH_KEY_ATTR_*, linux/openvswitch.h: each followed by its mask */
export const ovsMaskedNshKeyAttrs = attributes('OVS_NSH_KEY_ATTR', {
  base: [1, repeat(ovsNshKeyBase, 2)],
  md1: [2, repeat(ovsNshKeyMd1, 2)],
})
export interface OvsMaskedNshKeyAttrs extends Infer<typeof ovsMaskedNshKeyAttrs> {}

/** OVS_KEY_ATTR_*, linux/openvswitch.h: fields to set, each followed by its mask */
export const ovsMaskedKeyAttrs = attributes('OVS_KEY_ATTR', {
  priority: [2, repeat(u32, 2)],
  ethernet: [4, repeat(ovsKeyEthernet, 2)],
  ipv4: [7, repeat(ovsKeyIpv4, 2)],
  ipv6: [8, repeat(ovsKeyIpv6, 2)],
  tcp: [9, repeat(ovsKeyTcp, 2)],
  udp: [10, repeat(ovsKeyUdp, 2)],
  icmp: [11, repeat(ovsKeyIcmp, 2)],
  icmpv6: [12, repeat(ovsKeyIcmpv6, 2)],
  nd: [14, repeat(ovsKeyNd, 2)],
  skbMark: [15, repeat(u32, 2)],
  tunnel: [16, ovsTunnelKeyAttrs],
  sctp: [17, repeat(ovsKeySctp, 2)],
  dpHash: [19, repeat(u32, 2)],
  mpls: [21, array(u32be)],
  ctMark: [24, repeat(u32, 2)],
  ctLabels: [25, repeat(fixedBytes(16), 2)],
  nsh: [28, ovsMaskedNshKeyAttrs],
})
export interface OvsMaskedKeyAttrs extends Infer<typeof ovsMaskedKeyAttrs> {}
