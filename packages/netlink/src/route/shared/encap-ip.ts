import {
  atLeast,
  attributes,
  bytes,
  constants,
  flagsOf,
  type Infer,
  ipv4,
  ipv6,
  multi,
  u8,
  u16be,
  u32,
  u32be,
  u64be,
} from '../../codec/index.js'

/** TUNNEL_*, linux/if_tunnel.h: flags of a tunnel packet. The kernel's constants are big-endian, like the fields. */
export const TUNNEL = constants('TUNNEL', {
  CSUM: 0x01,
  ROUTING: 0x02,
  KEY: 0x04,
  SEQ: 0x08,
  STRICT: 0x10,
  REC: 0x20,
  VERSION: 0x40,
  NO_KEY: 0x80,
  DONT_FRAGMENT: 0x0100,
  OAM: 0x0200,
  CRIT_OPT: 0x0400,
  GENEVE_OPT: 0x0800,
  VXLAN_OPT: 0x1000,
  NOCACHE: 0x2000,
  ERSPAN_OPT: 0x4000,
  GTP_OPT: 0x8000,
})

/** LWTUNNEL_IP_OPT_GENEVE_*, linux/lwtunnel.h: one Geneve option */
export const lwtunnelGeneveAttrs = attributes('LWTUNNEL_IP_OPT_GENEVE', {
  class: [1, u16be],
  type: [2, u8],
  data: [3, bytes], // 4 to 128 bytes, a multiple of 4
})

/** LWTUNNEL_IP_OPT_VXLAN_*, linux/lwtunnel.h */
export const lwtunnelVxlanAttrs = attributes('LWTUNNEL_IP_OPT_VXLAN', {
  gbp: [1, u32], // group-based policy
})

/** LWTUNNEL_IP_OPT_ERSPAN_*, linux/lwtunnel.h */
export const lwtunnelErspanAttrs = attributes('LWTUNNEL_IP_OPT_ERSPAN', {
  ver: [1, u8],
  index: [2, u32be], // version 1
  dir: [3, u8], // version 2
  hwid: [4, u8], // version 2
})

/** LWTUNNEL_IP_OPTS_*, linux/lwtunnel.h: tunnel options, of one kind only */
export const lwtunnelOptsAttrs = attributes('LWTUNNEL_IP_OPTS', {
  geneve: [1, multi(lwtunnelGeneveAttrs)],
  vxlan: [2, lwtunnelVxlanAttrs],
  erspan: [3, lwtunnelErspanAttrs],
})

/** LWTUNNEL_IP_*, linux/lwtunnel.h: metadata for an external tunnel (LWTUNNEL_ENCAP_IP) */
export const lwtunnelIpAttrs = attributes('LWTUNNEL_IP', {
  id: [1, u64be], // key or VNI
  dst: [2, atLeast(ipv4)],
  src: [3, atLeast(ipv4)],
  ttl: [4, u8],
  tos: [5, u8],
  flags: [6, flagsOf(u16be, TUNNEL)],
  pad: [7, bytes],
  opts: [8, lwtunnelOptsAttrs],
})
export interface LwtunnelIpAttrs extends Infer<typeof lwtunnelIpAttrs> {}

/** LWTUNNEL_IP6_*, linux/lwtunnel.h: metadata for an external tunnel (LWTUNNEL_ENCAP_IP6) */
export const lwtunnelIp6Attrs = attributes('LWTUNNEL_IP6', {
  id: [1, u64be], // key or VNI
  dst: [2, ipv6],
  src: [3, ipv6],
  hoplimit: [4, u8],
  tc: [5, u8],
  flags: [6, flagsOf(u16be, TUNNEL)],
  pad: [7, bytes],
  opts: [8, lwtunnelOptsAttrs],
})
export interface LwtunnelIp6Attrs extends Infer<typeof lwtunnelIp6Attrs> {}
