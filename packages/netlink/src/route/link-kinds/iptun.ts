import {
  atLeast,
  attributes,
  constants,
  flag,
  type Infer,
  ipAddress,
  ipv4,
  ipv6,
  u8,
  u16,
  u16be,
  u32,
  u32be,
} from '../../codec/index.js'
import { ifindex } from '../shared/ifindex.js'

/** SIT_*, linux/if_tunnel.h: flags of sit */
export const SIT = constants('SIT', { ISATAP: 1 })

const rows = {
  link: [1, ifindex],
  local: [2, ipAddress],
  remote: [3, ipAddress],
  ttl: [4, u8], // 0: inherit
  tos: [5, u8],
  encapLimit: [6, u8],
  flowinfo: [7, u32be], // traffic class and flow label
  proto: [9, u8], // IPPROTO_* of what is inside; 0: any
  pmtudisc: [10, u8],
  '6rdPrefix': [11, atLeast(ipv6)],
  '6rdRelayPrefix': [12, ipv4],
  '6rdPrefixlen': [13, u16],
  '6rdRelayPrefixlen': [14, u16],
  encapType: [15, u16], // TUNNEL_ENCAP_*
  encapFlags: [16, u16], // TUNNEL_ENCAP_FLAG_*
  encapSport: [17, u16be],
  encapDport: [18, u16be],
  collectMetadata: [19, flag],
  fwmark: [20, u32],
} as const

/** IFLA_IPTUN_*, linux/if_tunnel.h: ipip and sit */
export const iptunAttrs = attributes('IFLA_IPTUN', {
  ...rows,
  flags: [8, u16], // SIT_*; of sit only. The kernel's __be16, but these constants are in the host's order
})
export interface IptunAttrs extends Infer<typeof iptunAttrs> {}

/** IFLA_IPTUN_*, linux/if_tunnel.h: ip6tnl, whose flags have another size and byte order */
export const ip6tnlAttrs = attributes('IFLA_IPTUN', {
  ...rows,
  flags: [8, u32], // IP6_TNL_F_*, linux/ip6_tunnel.h
})
export interface Ip6tnlAttrs extends Infer<typeof ip6tnlAttrs> {}
