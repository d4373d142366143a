import {
  atLeast,
  attributes,
  enumOf,
  flag,
  type Infer,
  ipv4,
  ipv6,
  struct,
  u8,
  u16be,
  u32,
  u32be,
} from '../../codec/index.js'
import { GENEVE_DF } from '../link-constants.js'

/** `struct ifla_geneve_port_range`, linux/if_link.h */
export const iflaGenevePortRange = struct('ifla_geneve_port_range', { low: u16be, high: u16be })

/** IFLA_GENEVE_*, linux/if_link.h. A `u8` without a comment is 0 or 1. */
export const geneveAttrs = attributes('IFLA_GENEVE', {
  id: [1, u32], // VNI, 24 bits
  remote: [2, atLeast(ipv4)],
  ttl: [3, u8],
  tos: [4, u8], // 1: inherit
  port: [5, u16be], // destination port
  collectMetadata: [6, flag],
  remote6: [7, atLeast(ipv6)],
  udpCsum: [8, u8],
  udpZeroCsum6Tx: [9, u8],
  udpZeroCsum6Rx: [10, u8],
  label: [11, u32be], // flow label, 20 bits
  ttlInherit: [12, u8],
  df: [13, enumOf(u8, GENEVE_DF)],
  innerProtoInherit: [14, flag],
  portRange: [15, iflaGenevePortRange], // source ports
  groHint: [16, flag],
  local: [17, ipv4],
  local6: [18, ipv6],
})
export interface GeneveAttrs extends Infer<typeof geneveAttrs> {}
