import {
  AF,
  addressesOfFamily,
  attributes,
  bytes,
  constants,
  type Infer,
  i32,
  ipAddress,
  message,
  records,
  selectOuter,
  string,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u32be,
  u64,
} from '../codec/index.js'
import { familyGateway, mctpAddress } from './shared/eid.js'
import { encap } from './shared/encap.js'
import { mplsLabelStack } from './shared/mpls-label.js'
import { RTNL_FAMILY } from './shared/multicast-table.js'
import { via } from './shared/via.js'

/** RTN_*, linux/rtnetlink.h: types of route */
export const RTN = constants('RTN', {
  UNSPEC: 0,
  UNICAST: 1,
  LOCAL: 2,
  BROADCAST: 3,
  ANYCAST: 4,
  MULTICAST: 5,
  BLACKHOLE: 6,
  UNREACHABLE: 7,
  PROHIBIT: 8,
  THROW: 9,
  NAT: 10,
  XRESOLVE: 11,
})

/** RT_SCOPE_*, linux/rtnetlink.h: how far away a destination is */
export const RT_SCOPE = constants('RT_SCOPE', { UNIVERSE: 0, SITE: 200, LINK: 253, HOST: 254, NOWHERE: 255 })

/** RT_TABLE_*, linux/rtnetlink.h: tables with a name; others go up to 4294967295 (RTA_TABLE) */
export const RT_TABLE = constants('RT_TABLE', { UNSPEC: 0, COMPAT: 252, DEFAULT: 253, MAIN: 254, LOCAL: 255 })

/** RTPROT_*, linux/rtnetlink.h: who made a route */
export const RTPROT = constants('RTPROT', {
  UNSPEC: 0,
  REDIRECT: 1,
  KERNEL: 2,
  BOOT: 3,
  STATIC: 4,
  GATED: 8,
  RA: 9,
  MRT: 10,
  ZEBRA: 11,
  BIRD: 12,
  DNROUTED: 13,
  XORP: 14,
  NTK: 15,
  DHCP: 16,
  MROUTED: 17,
  KEEPALIVED: 18,
  BABEL: 42,
  OVN: 84,
  OPENR: 99,
  BGP: 186,
  ISIS: 187,
  OSPF: 188,
  RIP: 189,
  EIGRP: 192,
})

/** RTM_F_*, linux/rtnetlink.h: flags of a route, beside the RTNH_F_* of its next hop */
export const RTM_F = constants('RTM_F', {
  NOTIFY: 0x100,
  CLONED: 0x200,
  EQUALIZE: 0x400,
  PREFIX: 0x800,
  LOOKUP_TABLE: 0x1000,
  FIB_MATCH: 0x2000,
  OFFLOAD: 0x4000,
  TRAP: 0x8000,
  OFFLOAD_FAILED: 0x20000000,
})

/** RTNH_F_*, linux/rtnetlink.h: flags of a next hop */
export const RTNH_F = constants('RTNH_F', {
  DEAD: 1,
  PERVASIVE: 2,
  ONLINK: 4,
  OFFLOAD: 8,
  LINKDOWN: 16,
  UNRESOLVED: 32,
  TRAP: 64,
})

/** RTAX_FEATURE_*, linux/rtnetlink.h: bits of the metric `features` */
export const RTAX_FEATURE = constants('RTAX_FEATURE', { ECN: 1, SACK: 2, TIMESTAMP: 4, ALLFRAG: 8, TCP_USEC_TS: 16 })

/** `struct rtmsg`, linux/rtnetlink.h */
export const rtmsg = struct('rtmsg', {
  family: u8, // AF_INET, AF_INET6, AF_MPLS, AF_PHONET, AF_MCTP or RTNL_FAMILY_*
  dstLen: u8, // prefix length of RTA_DST; of AF_MCTP how many endpoint ids follow it
  srcLen: u8, // prefix length of RTA_SRC
  tos: u8,
  table: u8, // RT_TABLE_*; RTA_TABLE counts where it is there
  protocol: u8, // RTPROT_*
  scope: u8, // RT_SCOPE_*
  type: u8, // RTN_*
  flags: u32, // RTM_F_* and RTNH_F_*
})

/** RTAX_*, linux/rtnetlink.h. `lock` has a bit for each metric that must not be learnt. */
export const metricsAttrs = attributes('RTAX', {
  lock: [1, u32],
  mtu: [2, u32],
  window: [3, u32],
  rtt: [4, u32], // eighths of a millisecond
  rttvar: [5, u32], // quarters of a millisecond
  ssthresh: [6, u32],
  cwnd: [7, u32],
  advmss: [8, u32],
  reordering: [9, u32],
  hoplimit: [10, u32],
  initcwnd: [11, u32],
  features: [12, u32], // RTAX_FEATURE_*
  rtoMin: [13, u32], // milliseconds
  initrwnd: [14, u32],
  quickack: [15, u32],
  ccAlgo: [16, string],
  fastopenNoCookie: [17, u32],
})

/** `struct rta_cacheinfo`, linux/rtnetlink.h: times in hundredths of a second */
export const rtaCacheinfo = struct('rta_cacheinfo', {
  clntref: u32,
  lastuse: u32,
  expires: i32,
  error: u32,
  used: u32,
  id: u32,
  ts: u32,
  tsage: u32,
})

/** `struct rta_mfc_stats`, linux/rtnetlink.h */
export const rtaMfcStats = struct('rta_mfc_stats', { packets: u64, bytes: u64, wrongIf: u64 })

/** `struct rtnexthop`, linux/rtnetlink.h */
export const rtnexthop = struct('rtnexthop', {
  len: u16, // with its attributes
  flags: u8, // RTNH_F_*
  hops: u8, // weight less one
  ifindex: i32,
})

/** The part of RTA_* that a next hop of RTA_MULTIPATH carries. */
export const rtnexthopAttrs = attributes('RTA', {
  gateway: [5, ipAddress],
  flow: [11, u32],
  via: [18, via],
  newdst: [19, mplsLabelStack], // of MPLS: the labels that take the place of the one that matched
  encapType: [21, u16], // LWTUNNEL_ENCAP_*
  encap: [22, encap],
})

/** RTA_DST by the header's family: what an MPLS route matches is a stack of one label, MCTP has endpoint ids */
const destination = selectOuter('family', { ...mctpAddress, [AF.MPLS]: mplsLabelStack }, ipAddress)

/** RTA_EXPIRES: seconds; of multicast routes hundredths of a second, 64 bits of them */
const expires = selectOuter('family', { [RTNL_FAMILY.IPMR]: u64, [RTNL_FAMILY.IP6MR]: u64 }, u32)

/** RTA_*, linux/rtnetlink.h. `protoinfo`, `session` and `mpAlgo` are no longer used. */
export const routeAttrs = attributes('RTA', {
  dst: [1, destination],
  src: [2, ipAddress],
  iif: [3, u32], // ifindex
  oif: [4, u32], // ifindex
  gateway: [5, familyGateway],
  priority: [6, u32], // the metric that `ip route` prints
  prefsrc: [7, ipAddress],
  metrics: [8, metricsAttrs],
  multipath: [9, records(message('rtnexthop', rtnexthop, rtnexthopAttrs))],
  protoinfo: [10, bytes],
  flow: [11, u32],
  cacheinfo: [12, rtaCacheinfo],
  session: [13, bytes],
  mpAlgo: [14, bytes],
  table: [15, u32],
  mark: [16, u32],
  mfcStats: [17, rtaMfcStats],
  via: [18, via],
  newdst: [19, mplsLabelStack], // of MPLS: the labels that take the place of the one that matched
  pref: [20, u8], // ICMPV6_ROUTER_PREF_*
  encapType: [21, u16], // LWTUNNEL_ENCAP_*
  encap: [22, encap],
  expires: [23, expires],
  pad: [24, bytes],
  uid: [25, u32],
  ttlPropagate: [26, u8],
  ipProto: [27, u8],
  sport: [28, u16be],
  dport: [29, u16be],
  nhId: [30, u32],
  flowlabel: [31, u32be],
})

const checkOwn = addressesOfFamily(routeAttrs)
const checkNexthop = addressesOfFamily(rtnexthopAttrs)

/** The next hops of a multipath route have no family of their own. */
function checkRoute(request: unknown): void {
  checkOwn(request)
  const { family, attrs } = (request ?? {}) as Partial<RouteMessage>
  const hops = Array.isArray(attrs?.multipath) ? attrs.multipath : []
  for (const hop of hops) checkNexthop({ family, attrs: hop?.attrs })
}

/** RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE */
export const routeMessage = message('route', rtmsg, routeAttrs, checkRoute)
export interface RouteMessage extends Infer<typeof routeMessage> {}
