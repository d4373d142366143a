import {
  AF,
  addressesOfFamily,
  attributes,
  bytes,
  centiseconds,
  enumOf,
  flagsOf,
  halves,
  hexadecimal,
  type Infer,
  i32,
  ipAddress,
  message,
  milliseconds,
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
  writtenAs,
} from '../codec/index.js'
import { IPPROTO } from '../constants/index.js'
import { ICMPV6_ROUTER_PREF, RT_SCOPE, RT_TABLE, RTAX_FEATURE, RTM_F, RTN, RTNH_F, RTPROT } from './route-constants.js'
import { familyGateway, mctpAddress } from './shared/eid.js'
import { encap, LWTUNNEL_ENCAP } from './shared/encap.js'
import { mplsLabelStack } from './shared/mpls-label.js'
import { RTNL_FAMILY } from './shared/multicast-table.js'
import { via } from './shared/via.js'

/** `struct rtmsg`, linux/rtnetlink.h */
export const rtmsg = struct('rtmsg', {
  family: enumOf(u8, AF, RTNL_FAMILY), // AF_INET, AF_INET6, AF_MPLS, AF_PHONET, AF_MCTP or RTNL_FAMILY_*
  dstLen: u8, // prefix length of RTA_DST; for AF_MCTP the number of endpoint ids after it
  srcLen: u8, // prefix length of RTA_SRC
  tos: u8,
  table: enumOf(u8, RT_TABLE), // replaced by RTA_TABLE
  protocol: enumOf(u8, RTPROT),
  scope: enumOf(u8, RT_SCOPE),
  type: enumOf(u8, RTN),
  flags: flagsOf(u32, RTM_F, RTNH_F),
})

/** RTAX_*, linux/rtnetlink.h. `lock` has a bit for each metric that the kernel must not update. */
export const metricsAttrs = attributes('RTAX', {
  lock: [1, writtenAs(u32, lockedMetrics)],
  mtu: [2, u32],
  window: [3, u32],
  /** In units of 1/8 millisecond. */
  rtt: [4, u32],
  /** In units of 1/4 millisecond. */
  rttvar: [5, u32],
  ssthresh: [6, u32],
  cwnd: [7, u32],
  advmss: [8, u32],
  reordering: [9, u32],
  hoplimit: [10, u32],
  initcwnd: [11, u32],
  features: [12, flagsOf(u32, RTAX_FEATURE)],
  /** Milliseconds. */
  rtoMin: [13, writtenAs(u32, milliseconds)],
  initrwnd: [14, u32],
  quickack: [15, u32],
  ccAlgo: [16, string],
  fastopenNoCookie: [17, u32],
})

/** Returns the metrics whose bits are set: `MTU|HOPLIMIT`. */
function lockedMetrics(bits: number | bigint): string | undefined {
  const names: string[] = []
  for (let number = 0; number < 32; number++)
    if ((Number(bits) >>> number) & 1) names.push(metricsAttrs.nameOf(number).replace('RTAX_', ''))
  return names.length === 0 ? undefined : names.join('|')
}

/** `struct rta_cacheinfo`, linux/rtnetlink.h: times in hundredths of a second */
export const rtaCacheinfo = struct('rta_cacheinfo', {
  clntref: u32,
  lastuse: writtenAs(u32, centiseconds),
  expires: writtenAs(i32, centiseconds),
  error: u32,
  used: u32,
  id: u32,
  ts: writtenAs(u32, centiseconds),
  tsage: writtenAs(u32, centiseconds),
})

/** `struct rta_mfc_stats`, linux/rtnetlink.h */
export const rtaMfcStats = struct('rta_mfc_stats', { packets: u64, bytes: u64, wrongIf: u64 })

/** `struct rtnexthop`, linux/rtnetlink.h */
export const rtnexthop = struct('rtnexthop', {
  len: u16, // including its attributes
  flags: flagsOf(u8, RTNH_F),
  hops: u8, // weight minus one
  ifindex: i32,
})

/** The RTA_* attributes of a next hop in RTA_MULTIPATH. */
export const rtnexthopAttrs = attributes('RTA', {
  gateway: [5, ipAddress],
  flow: [11, writtenAs(u32, halves)],
  via: [18, via],
  newdst: [19, mplsLabelStack], // MPLS: labels that replace the matched one
  encapType: [21, enumOf(u16, LWTUNNEL_ENCAP)],
  encap: [22, encap],
})

/** RTA_DST by the header's family. An MPLS route matches a stack of one label. MCTP has endpoint ids. */
const destination = selectOuter('family', { ...mctpAddress, [AF.MPLS]: mplsLabelStack }, ipAddress)

/** RTA_EXPIRES: seconds; for multicast routes, hundredths of a second in 64 bits */
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
  flow: [11, writtenAs(u32, halves)],
  cacheinfo: [12, rtaCacheinfo],
  session: [13, bytes],
  mpAlgo: [14, bytes],
  table: [15, enumOf(u32, RT_TABLE)],
  mark: [16, writtenAs(u32, hexadecimal)],
  mfcStats: [17, rtaMfcStats],
  via: [18, via],
  newdst: [19, mplsLabelStack], // MPLS: labels that replace the matched one
  pref: [20, enumOf(u8, ICMPV6_ROUTER_PREF)],
  encapType: [21, enumOf(u16, LWTUNNEL_ENCAP)],
  encap: [22, encap],
  expires: [23, expires],
  pad: [24, bytes],
  uid: [25, u32],
  ttlPropagate: [26, u8],
  ipProto: [27, enumOf(u8, IPPROTO)],
  sport: [28, u16be],
  dport: [29, u16be],
  nhId: [30, u32],
  flowlabel: [31, writtenAs(u32be, hexadecimal)],
})

const checkOwn = addressesOfFamily(routeAttrs)
const checkNexthop = addressesOfFamily(rtnexthopAttrs)

/** Checks the addresses of a route. The next hops of a multipath route have the family of the route. */
function checkRoute(request: unknown): void {
  checkOwn(request)
  const { family, attrs } = (request ?? {}) as Partial<RouteMessage>
  const hops = Array.isArray(attrs?.multipath) ? attrs.multipath : []
  for (const hop of hops) checkNexthop({ family, attrs: hop?.attrs })
}

/** RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE */
export const routeMessage = message('route', rtmsg, routeAttrs, checkRoute)
export interface RouteMessage extends Infer<typeof routeMessage> {}
