import { constants } from '../codec/index.js'

/** RTN_*, linux/rtnetlink.h: route types */
export const RTN = constants(
  'RTN',
  {
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
  },
  { UNSPEC: 'none' },
)

/** RT_SCOPE_*, linux/rtnetlink.h: distance to a destination */
export const RT_SCOPE = constants(
  'RT_SCOPE',
  { UNIVERSE: 0, SITE: 200, LINK: 253, HOST: 254, NOWHERE: 255 },
  { UNIVERSE: 'global' },
)

/** RT_TABLE_*, linux/rtnetlink.h: named tables. Other ids go up to 4294967295 (RTA_TABLE). */
export const RT_TABLE = constants('RT_TABLE', { UNSPEC: 0, COMPAT: 252, DEFAULT: 253, MAIN: 254, LOCAL: 255 })

/** RTPROT_*, linux/rtnetlink.h: origin of a route */
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

/** RTM_F_*, linux/rtnetlink.h: flags of a route, in addition to the RTNH_F_* of its next hop */
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

/** ICMPV6_ROUTER_PREF_*, linux/icmpv6.h: preference of an advertised route (RFC 4191). */
export const ICMPV6_ROUTER_PREF = constants('ICMPV6_ROUTER_PREF', { MEDIUM: 0, HIGH: 1, INVALID: 2, LOW: 3 })
