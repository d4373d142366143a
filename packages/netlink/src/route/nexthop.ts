import {
  AF,
  addressesOfFamily,
  array,
  attributes,
  bytes,
  centiseconds,
  constants,
  enumOf,
  flag,
  flagsOf,
  type Infer,
  ipAddress,
  message,
  multi,
  pad,
  struct,
  u8,
  u16,
  u32,
  u64,
  uint,
  writtenAs,
} from '../codec/index.js'
import { RT_SCOPE, RTNH_F, RTPROT } from './route-constants.js'
import { encap, LWTUNNEL_ENCAP } from './shared/encap.js'

/** NEXTHOP_GRP_TYPE_*, linux/nexthop.h: type of a group */
export const NEXTHOP_GRP_TYPE = constants('NEXTHOP_GRP_TYPE', { MPATH: 0, RES: 1 }, { RES: 'resilient' })

/** NHA_OP_FLAG_*, linux/nexthop.h: flags of an operation */
export const NHA_OP_FLAG = constants('NHA_OP_FLAG', {
  DUMP_STATS: 0x1,
  DUMP_HW_STATS: 0x2,
  RESP_GRP_RESVD_0: 0x80000000, // in replies, the reserved members of `group` are zero
})

/** `struct nhmsg`, linux/nexthop.h */
export const nhmsg = struct('nhmsg', {
  family: enumOf(u8, AF), // AF_INET or AF_INET6; AF_UNSPEC for groups
  scope: enumOf(u8, RT_SCOPE), // replies only
  protocol: enumOf(u8, RTPROT),
  _resvd: pad(1),
  flags: flagsOf(u32, RTNH_F),
})

/** `struct nexthop_grp`, linux/nexthop.h: a member of a group. `weight` and `weightHigh` contain the 16-bit weight minus one. */
export const nexthopGrp = struct('nexthop_grp', { id: u32, weight: u8, weightHigh: u8, _resvd2: pad(2) })

/** NHA_RES_GROUP_*, linux/nexthop.h: a resilient group. Times are in hundredths of a second. */
export const nexthopResGroupAttrs = attributes('NHA_RES_GROUP', {
  pad: [0, bytes],
  buckets: [1, u16],
  /** Hundredths of a second. */
  idleTimer: [2, writtenAs(u32, centiseconds)],
  /** Hundredths of a second. */
  unbalancedTimer: [3, writtenAs(u32, centiseconds)],
  /** Hundredths of a second. */
  unbalancedTime: [4, writtenAs(u64, centiseconds)],
})

/** NHA_RES_BUCKET_*, linux/nexthop.h */
export const nexthopResBucketAttrs = attributes('NHA_RES_BUCKET', {
  pad: [0, bytes],
  index: [1, u16],
  /** Hundredths of a second. */
  idleTime: [2, writtenAs(u64, centiseconds)],
  nhId: [3, u32],
})

/** NHA_GROUP_STATS_ENTRY_*, linux/nexthop.h */
export const nexthopGroupStatsEntryAttrs = attributes('NHA_GROUP_STATS_ENTRY', {
  id: [1, u32],
  packets: [2, uint],
  packetsHw: [3, uint],
})

/** NHA_GROUP_STATS_*, linux/nexthop.h */
export const nexthopGroupStatsAttrs = attributes('NHA_GROUP_STATS', {
  entry: [1, multi(nexthopGroupStatsEntryAttrs)],
})

/** NHA_*, linux/nexthop.h */
export const nexthopAttrs = attributes('NHA', {
  id: [1, u32], // if absent, the kernel chooses it
  group: [2, array(nexthopGrp)],
  groupType: [3, enumOf(u16, NEXTHOP_GRP_TYPE)],
  blackhole: [4, flag],
  oif: [5, u32], // ifindex
  gateway: [6, ipAddress],
  encapType: [7, enumOf(u16, LWTUNNEL_ENCAP)],
  encap: [8, encap],
  groups: [9, flag], // in dump requests, selects groups only
  master: [10, u32], // in dump requests, ifindex of the master of the links
  fdb: [11, flag],
  resGroup: [12, nexthopResGroupAttrs],
  resBucket: [13, nexthopResBucketAttrs],
  opFlags: [14, flagsOf(u32, NHA_OP_FLAG)],
  groupStats: [15, nexthopGroupStatsAttrs],
  hwStatsEnable: [16, u32],
  hwStatsUsed: [17, u32],
})

/** RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP, and the three RTM_*NEXTHOPBUCKET */
export const nexthopMessage = message('nexthop', nhmsg, nexthopAttrs, addressesOfFamily(nexthopAttrs))
export interface NexthopMessage extends Infer<typeof nexthopMessage> {}
