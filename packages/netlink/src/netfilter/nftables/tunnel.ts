import {
  atLeast,
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  ipv4,
  ipv6,
  multi,
  u8,
  u16be,
  u32be,
} from '../../codec/index.js'

/** NFT_TUNNEL_*, linux/netfilter/nf_tables.h: NFTA_TUNNEL_KEY */
export const NFT_TUNNEL = constants('NFT_TUNNEL', {
  PATH: 0,
  ID: 1,
})

/** NFT_TUNNEL_MODE_*, linux/netfilter/nf_tables.h */
export const NFT_TUNNEL_MODE = constants('NFT_TUNNEL_MODE', {
  NONE: 0,
  RX: 1,
  TX: 2,
})

/** NFT_TUNNEL_F_*, linux/netfilter/nf_tables.h: NFTA_TUNNEL_KEY_FLAGS */
export const NFT_TUNNEL_F = constants('NFT_TUNNEL_F', {
  ZERO_CSUM_TX: 0x1,
  DONT_FRAGMENT: 0x2,
  SEQ_NUMBER: 0x4,
})

/** NFTA_TUNNEL_*, linux/netfilter/nf_tables.h: the expression: loads a part of the tunnel key */
export const nftTunnelAttrs = attributes('NFTA_TUNNEL', {
  key: [1, enumOf(u32be, NFT_TUNNEL)],
  dreg: [2, u32be],
  mode: [3, enumOf(u32be, NFT_TUNNEL_MODE)],
})

/** NFTA_TUNNEL_KEY_IP_*, linux/netfilter/nf_tables.h */
export const nftTunnelKeyIpAttrs = attributes('NFTA_TUNNEL_KEY_IP', {
  src: [1, atLeast(ipv4)],
  dst: [2, atLeast(ipv4)],
})

/** NFTA_TUNNEL_KEY_IP6_*, linux/netfilter/nf_tables.h */
export const nftTunnelKeyIp6Attrs = attributes('NFTA_TUNNEL_KEY_IP6', {
  src: [1, ipv6],
  dst: [2, ipv6],
  flowlabel: [3, u32be],
})

/** NFTA_TUNNEL_KEY_VXLAN_*, linux/netfilter/nf_tables.h */
export const nftTunnelKeyVxlanAttrs = attributes('NFTA_TUNNEL_KEY_VXLAN', {
  gbp: [1, u32be],
})

/** NFTA_TUNNEL_KEY_ERSPAN_*, linux/netfilter/nf_tables.h */
export const nftTunnelKeyErspanAttrs = attributes('NFTA_TUNNEL_KEY_ERSPAN', {
  version: [1, u32be], // 1 or 2
  v1Index: [2, u32be],
  v2Hwid: [3, u8],
  v2Dir: [4, u8], // 0: ingress, 1: egress
})

/** NFTA_TUNNEL_KEY_GENEVE_*, linux/netfilter/nf_tables.h: one option */
export const nftTunnelKeyGeneveAttrs = attributes('NFTA_TUNNEL_KEY_GENEVE', {
  class: [1, u16be],
  type: [2, u8],
  data: [3, bytes],
})

/** NFTA_TUNNEL_KEY_OPTS_*, linux/netfilter/nf_tables.h */
export const nftTunnelKeyOptsAttrs = attributes('NFTA_TUNNEL_KEY_OPTS', {
  vxlan: [1, nftTunnelKeyVxlanAttrs],
  erspan: [2, nftTunnelKeyErspanAttrs],
  geneve: [3, multi(nftTunnelKeyGeneveAttrs)],
})

/** NFTA_TUNNEL_KEY_*, linux/netfilter/nf_tables.h: the object: the key for packets that enter the tunnel */
export const nftTunnelKeyAttrs = attributes('NFTA_TUNNEL_KEY', {
  id: [1, u32be],
  ip: [2, nftTunnelKeyIpAttrs],
  ip6: [3, nftTunnelKeyIp6Attrs],
  flags: [4, flagsOf(u32be, NFT_TUNNEL_F)],
  tos: [5, u8],
  ttl: [6, u8],
  sport: [7, u16be],
  dport: [8, u16be],
  opts: [9, nftTunnelKeyOptsAttrs],
})
