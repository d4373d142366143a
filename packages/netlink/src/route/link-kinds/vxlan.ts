import {
  atLeast,
  attributes,
  choice,
  enumOf,
  fixedBytes,
  flag,
  type Infer,
  ipv4,
  ipv6,
  seconds,
  struct,
  u8,
  u16be,
  u32,
  u32be,
  writtenAs,
} from '../../codec/index.js'
import { VXLAN_DF, VXLAN_LABEL } from '../link-constants.js'
import { ifindex } from '../shared/ifindex.js'

/** `struct ifla_vxlan_port_range`, linux/if_link.h */
export const iflaVxlanPortRange = struct('ifla_vxlan_port_range', { low: u16be, high: u16be })

/** IFLA_VXLAN_TTL_INHERIT: a flag (`true`) in requests, a byte (0 or 1) in replies. */
const flagOrU8 = choice<true | number>('flag or u8', [flag, u8], {
  ofBytes: (_bytes, start, end) => (start === end ? flag : u8),
  ofValue: (value) => (value === true ? flag : u8),
})

/** IFLA_VXLAN_*, linux/if_link.h. A `u8` without a comment is 0 or 1. */
export const vxlanAttrs = attributes('IFLA_VXLAN', {
  id: [1, u32], // VNI, 24 bits
  group: [2, atLeast(ipv4)], // multicast group or remote address
  link: [3, ifindex],
  local: [4, atLeast(ipv4)],
  ttl: [5, u8],
  tos: [6, u8], // 1: inherit
  learning: [7, u8],
  /** Seconds. */
  ageing: [8, writtenAs(u32, seconds)],
  limit: [9, u32], // maximum number of FDB entries
  portRange: [10, iflaVxlanPortRange], // source ports
  proxy: [11, u8],
  rsc: [12, u8], // route short circuit
  l2miss: [13, u8],
  l3miss: [14, u8],
  port: [15, u16be], // destination port
  group6: [16, atLeast(ipv6)],
  local6: [17, atLeast(ipv6)],
  udpCsum: [18, u8],
  udpZeroCsum6Tx: [19, u8],
  udpZeroCsum6Rx: [20, u8],
  remcsumTx: [21, u8],
  remcsumRx: [22, u8],
  gbp: [23, flag], // group-based policy
  remcsumNopartial: [24, flag],
  collectMetadata: [25, u8],
  label: [26, u32be], // flow label, 20 bits
  gpe: [27, flag], // Generic Protocol Extension
  ttlInherit: [28, flagOrU8],
  df: [29, enumOf(u8, VXLAN_DF)],
  vnifilter: [30, u8],
  localbypass: [31, u8],
  labelPolicy: [32, enumOf(u32, VXLAN_LABEL)],
  reservedBits: [33, fixedBytes(8)], // mask of the VXLAN header
  mcRoute: [34, u8],
})
export interface VxlanAttrs extends Infer<typeof vxlanAttrs> {}
