import {
  array,
  atLeast,
  attributes,
  centiseconds,
  enumOf,
  flagsOf,
  type Infer,
  i32,
  ipv6,
  milliseconds,
  nestedBytes,
  struct,
  u8,
  u32,
  u64,
  writtenAs,
} from '../../codec/index.js'
import { named } from '../../codec/named.js'
import { DEVCONF } from '../devconf-constants.js'
import { IF_INET6, IN6_ADDR_GEN_MODE, MCTP_PHYS_BINDING } from '../link-constants.js'
import { inetConf } from './inet-conf.js'

/** IFLA_INET_*, linux/if_link.h */
export const inetAttrs = attributes('IFLA_INET', { conf: [1, inetConf] })
export interface InetAttrs extends Infer<typeof inetAttrs> {}

/** `struct ifla_cacheinfo`, linux/if_link.h */
export const iflaCacheinfo = struct('ifla_cacheinfo', {
  maxReasmLen: u32, // bytes
  tstamp: writtenAs(u32, centiseconds),
  reachableTime: writtenAs(u32, milliseconds),
  retransTime: writtenAs(u32, milliseconds),
})

/** IFLA_INET6_*, linux/if_link.h */
export const inet6Attrs = attributes('IFLA_INET6', {
  flags: [1, flagsOf(u32, IF_INET6)],
  conf: [2, array(i32, DEVCONF)],
  stats: [3, array(u64)], // indexed by IPSTATS_MIB_*, whose numbers depend on the kernel; element 0 is the number of elements
  mcast: [4, nestedBytes], // never sent by a kernel
  cacheinfo: [5, iflaCacheinfo],
  icmp6stats: [6, array(u64), 'IFLA_INET6_ICMP6STATS'], // indexed by ICMP6_MIB_*; element 0 is the number of elements
  token: [7, atLeast(ipv6)], // lower 64 bits of addresses formed from router advertisements
  addrGenMode: [8, enumOf(u8, IN6_ADDR_GEN_MODE)],
  raMtu: [9, u32],
})
export interface Inet6Attrs extends Infer<typeof inet6Attrs> {}

/** IFLA_MCTP_*, linux/if_link.h */
export const mctpAttrs = attributes('IFLA_MCTP', {
  net: [1, u32],
  physBinding: [2, enumOf(u8, MCTP_PHYS_BINDING)],
})
export interface MctpAttrs extends Infer<typeof mctpAttrs> {}

/** AF_*, sys/socket.h: content of IFLA_AF_SPEC by address family */
export const afSpecAttrs = attributes('AF', {
  inet: [2, named<InetAttrs>(inetAttrs)],
  inet6: [10, named<Inet6Attrs>(inet6Attrs)],
  mctp: [45, named<MctpAttrs>(mctpAttrs)],
})
export interface AfSpecAttrs extends Infer<typeof afSpecAttrs> {}
