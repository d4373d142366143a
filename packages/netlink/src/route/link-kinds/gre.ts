import {
  attributes,
  constants,
  enumOf,
  flag,
  flagsOf,
  hexadecimal,
  type Infer,
  ipAddress,
  u8,
  u16,
  u16be,
  u32,
  u32be,
  writtenAs,
} from '../../codec/index.js'
import { IP6_TNL_F, IP6_TNL_F_CAP, TUNNEL_ENCAP, TUNNEL_ENCAP_FLAG } from '../link-constants.js'
import { ifindex } from '../shared/ifindex.js'

/** GRE_*, linux/if_tunnel.h: flags of a GRE header. The kernel's constants are big-endian, like the fields. */
export const GRE = constants('GRE', {
  CSUM: 0x8000,
  ROUTING: 0x4000,
  KEY: 0x2000,
  SEQ: 0x1000,
  STRICT: 0x0800,
  REC: 0x0700,
  ACK: 0x0080,
  FLAGS: 0x0078,
})

/** IFLA_GRE_*, linux/if_tunnel.h: gre, gretap, erspan, ip6gre, ip6gretap and ip6erspan */
export const greAttrs = attributes('IFLA_GRE', {
  link: [1, ifindex],
  iflags: [2, flagsOf(u16be, GRE)],
  oflags: [3, flagsOf(u16be, GRE)],
  ikey: [4, u32be],
  okey: [5, u32be],
  local: [6, ipAddress],
  remote: [7, ipAddress],
  ttl: [8, u8], // 0: inherit
  tos: [9, u8],
  pmtudisc: [10, u8],
  encapLimit: [11, u8],
  flowinfo: [12, writtenAs(u32be, hexadecimal)], // traffic class and flow label
  flags: [13, flagsOf(u32, IP6_TNL_F, IP6_TNL_F_CAP)], // IPv6 only
  encapType: [14, enumOf(u16, TUNNEL_ENCAP)],
  encapFlags: [15, flagsOf(u16, TUNNEL_ENCAP_FLAG)],
  encapSport: [16, u16be],
  encapDport: [17, u16be],
  collectMetadata: [18, flag],
  ignoreDf: [19, u8],
  fwmark: [20, writtenAs(u32, hexadecimal)],
  erspanIndex: [21, u32], // version 1; 20 bits
  erspanVer: [22, u8],
  erspanDir: [23, u8], // version 2; 0: ingress, 1: egress
  erspanHwid: [24, u16], // version 2
})
export interface GreAttrs extends Infer<typeof greAttrs> {}
