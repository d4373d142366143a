import {
  atLeast,
  attributes,
  constants,
  enumOf,
  flag,
  flagsOf,
  hexadecimal,
  type Infer,
  ipAddress,
  ipv4,
  ipv6,
  u8,
  u16,
  u16be,
  u32,
  u32be,
  writtenAs,
} from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { IP6_TNL_F, IP6_TNL_F_CAP, TUNNEL_ENCAP, TUNNEL_ENCAP_FLAG } from '../link-constants.js'
import { ifindex } from '../shared/ifindex.js'

/** SIT_*, linux/if_tunnel.h: flags of a sit tunnel */
export const SIT = constants('SIT', { ISATAP: 1 })

const rows = {
  link: [1, ifindex],
  local: [2, ipAddress],
  remote: [3, ipAddress],
  ttl: [4, u8], // 0: inherit
  tos: [5, u8],
  encapLimit: [6, u8],
  flowinfo: [7, writtenAs(u32be, hexadecimal)], // traffic class and flow label
  proto: [9, enumOf(u8, IPPROTO)], // protocol of the payload; 0: any
  pmtudisc: [10, u8],
  '6rdPrefix': [11, atLeast(ipv6)],
  '6rdRelayPrefix': [12, ipv4],
  '6rdPrefixlen': [13, u16],
  '6rdRelayPrefixlen': [14, u16],
  encapType: [15, enumOf(u16, TUNNEL_ENCAP)],
  encapFlags: [16, flagsOf(u16, TUNNEL_ENCAP_FLAG)],
  encapSport: [17, u16be],
  encapDport: [18, u16be],
  collectMetadata: [19, flag],
  fwmark: [20, writtenAs(u32, hexadecimal)],
} as const

/** IFLA_IPTUN_*, linux/if_tunnel.h: ipip and sit */
export const iptunAttrs = attributes('IFLA_IPTUN', {
  ...rows,
  flags: [8, flagsOf(u16, SIT)], // sit only; declared __be16, but SIT_* is in host byte order
})
export interface IptunAttrs extends Infer<typeof iptunAttrs> {}

/** IFLA_IPTUN_*, linux/if_tunnel.h: ip6tnl. Its flags have a different size and byte order. */
export const ip6tnlAttrs = attributes('IFLA_IPTUN', {
  ...rows,
  flags: [8, flagsOf(u32, IP6_TNL_F, IP6_TNL_F_CAP)],
})
export interface Ip6tnlAttrs extends Infer<typeof ip6tnlAttrs> {}
