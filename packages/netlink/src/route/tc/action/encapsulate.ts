import {
  array,
  atLeast,
  attributes,
  bytes,
  constants,
  enumOf,
  flag,
  type Infer,
  i32,
  ipv4,
  ipv6,
  macaddr,
  multi,
  pad,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u32be,
} from '../../../codec/index.js'
import { ETH_P } from '../../../constants/index.js'
import { tcfT, tcGen } from './general.js'

/** TCA_VLAN_ACT_*, linux/tc_act/tc_vlan.h */
export const TCA_VLAN_ACT = constants('TCA_VLAN_ACT', { POP: 1, PUSH: 2, MODIFY: 3, POP_ETH: 4, PUSH_ETH: 5 })

/** `struct tc_vlan`, linux/tc_act/tc_vlan.h */
export const tcVlan = struct('tc_vlan', {
  ...tcGen,
  vAction: enumOf(i32, TCA_VLAN_ACT),
})

/** TCA_VLAN_*, linux/tc_act/tc_vlan.h */
export const tcaVlanAttrs = attributes('TCA_VLAN', {
  tm: [1, tcfT],
  parms: [2, tcVlan],
  pushVlanId: [3, u16],
  pushVlanProtocol: [4, enumOf(u16be, ETH_P)], // 8021Q or 8021AD
  pad: [5, bytes],
  pushVlanPriority: [6, u8],
  pushEthDst: [7, macaddr],
  pushEthSrc: [8, macaddr],
})
export interface TcaVlanAttrs extends Infer<typeof tcaVlanAttrs> {}

/** TCA_MPLS_ACT_*, linux/tc_act/tc_mpls.h */
export const TCA_MPLS_ACT = constants('TCA_MPLS_ACT', { POP: 1, PUSH: 2, MODIFY: 3, DEC_TTL: 4, MAC_PUSH: 5 })

/** `struct tc_mpls`, linux/tc_act/tc_mpls.h */
export const tcMpls = struct('tc_mpls', {
  ...tcGen,
  mAction: enumOf(i32, TCA_MPLS_ACT),
})

/** TCA_MPLS_*, linux/tc_act/tc_mpls.h */
export const tcaMplsAttrs = attributes('TCA_MPLS', {
  tm: [1, tcfT],
  parms: [2, tcMpls],
  pad: [3, bytes],
  proto: [4, enumOf(u16be, ETH_P)],
  label: [5, u32],
  tc: [6, u8],
  ttl: [7, u8],
  bos: [8, u8],
})
export interface TcaMplsAttrs extends Infer<typeof tcaMplsAttrs> {}

/** TCA_TUNNEL_KEY_ENC_OPT_GENEVE_*, linux/tc_act/tc_tunnel_key.h. The kernel repeats all three attributes for each option. */
export const tcaTunnelKeyEncOptGeneveAttrs = attributes('TCA_TUNNEL_KEY_ENC_OPT_GENEVE', {
  class: [1, multi(u16be)],
  type: [2, multi(u8)],
  data: [3, multi(bytes)], // 4 to 128 bytes
})

/** TCA_TUNNEL_KEY_ENC_OPT_VXLAN_*, linux/tc_act/tc_tunnel_key.h */
export const tcaTunnelKeyEncOptVxlanAttrs = attributes('TCA_TUNNEL_KEY_ENC_OPT_VXLAN', { gbp: [1, u32] })

/** TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_*, linux/tc_act/tc_tunnel_key.h */
export const tcaTunnelKeyEncOptErspanAttrs = attributes('TCA_TUNNEL_KEY_ENC_OPT_ERSPAN', {
  ver: [1, u8],
  index: [2, u32be],
  dir: [3, u8],
  hwid: [4, u8],
})

/** TCA_TUNNEL_KEY_ENC_OPTS_*, linux/tc_act/tc_tunnel_key.h */
export const tcaTunnelKeyEncOptsAttrs = attributes('TCA_TUNNEL_KEY_ENC_OPTS', {
  geneve: [1, multi(tcaTunnelKeyEncOptGeneveAttrs)],
  vxlan: [2, tcaTunnelKeyEncOptVxlanAttrs],
  erspan: [3, tcaTunnelKeyEncOptErspanAttrs],
})

/** TCA_TUNNEL_KEY_ACT_*, linux/tc_act/tc_tunnel_key.h */
export const TCA_TUNNEL_KEY_ACT = constants('TCA_TUNNEL_KEY_ACT', { SET: 1, RELEASE: 2 })

/** `struct tc_tunnel_key`, linux/tc_act/tc_tunnel_key.h */
export const tcTunnelKey = struct('tc_tunnel_key', {
  ...tcGen,
  tAction: enumOf(i32, TCA_TUNNEL_KEY_ACT),
})

/** TCA_TUNNEL_KEY_*, linux/tc_act/tc_tunnel_key.h */
export const tcaTunnelKeyAttrs = attributes('TCA_TUNNEL_KEY', {
  tm: [1, tcfT],
  parms: [2, tcTunnelKey],
  encIpv4Src: [3, ipv4],
  encIpv4Dst: [4, ipv4],
  encIpv6Src: [5, atLeast(ipv6)],
  encIpv6Dst: [6, atLeast(ipv6)],
  encKeyId: [7, u32be], // 32 bits (tunnel_key_dump), although the header documents 64
  pad: [8, bytes],
  encDstPort: [9, u16be],
  noCsum: [10, u8],
  encOpts: [11, tcaTunnelKeyEncOptsAttrs],
  encTos: [12, u8],
  encTtl: [13, u8],
  noFrag: [14, flag],
})
export interface TcaTunnelKeyAttrs extends Infer<typeof tcaTunnelKeyAttrs> {}

/** IFE_*, linux/tc_act/tc_ife.h: `flags` of ife */
export const IFE = constants('IFE', { ENCODE: 1, DECODE: 0 })

/** `struct tc_ife`, linux/tc_act/tc_ife.h */
export const tcIfe = struct('tc_ife', {
  ...tcGen,
  flags: enumOf(u16, IFE),
  _pad: pad(2),
})

/** IFE_META_*, linux/ife.h. `[]` sends the value of the packet, and `[5]` always sends 5. */
export const ifeMetaAttrs = attributes('IFE_META', {
  skbmark: [1, array(u32)],
  hashid: [2, array(u32)],
  prio: [3, array(u32)],
  qmap: [4, array(u32)],
  tcindex: [5, array(u16)],
})

/** TCA_IFE_*, linux/tc_act/tc_ife.h */
export const tcaIfeAttrs = attributes('TCA_IFE', {
  parms: [1, tcIfe],
  tm: [2, tcfT],
  dmac: [3, atLeast(macaddr)],
  smac: [4, atLeast(macaddr)],
  type: [5, enumOf(u16, ETH_P)], // host byte order
  metalst: [6, ifeMetaAttrs],
  pad: [7, bytes],
})
export interface TcaIfeAttrs extends Infer<typeof tcaIfeAttrs> {}
