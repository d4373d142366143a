import { atLeast, attributes, enumOf, ipv4, ipv6, u8, u16be } from '../codec/index.js'
import { ICMP, ICMPV6, IPPROTO } from '../constants/index.js'

/** CTA_IP_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctIpAttrs = attributes('CTA_IP', {
  v4Src: [1, ipv4],
  v4Dst: [2, ipv4],
  v6Src: [3, atLeast(ipv6)],
  v6Dst: [4, atLeast(ipv6)],
})

/** CTA_PROTO_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctProtoAttrs = attributes('CTA_PROTO', {
  num: [1, enumOf(u8, IPPROTO)],
  srcPort: [2, u16be], // of GRE, the key
  dstPort: [3, u16be],
  icmpId: [4, u16be],
  icmpType: [5, enumOf(u8, ICMP)],
  icmpCode: [6, u8],
  icmpv6Id: [7, u16be],
  icmpv6Type: [8, enumOf(u8, ICMPV6)],
  icmpv6Code: [9, u8],
})

/** CTA_TUPLE_*, linux/netfilter/nfnetlink_conntrack.h: one direction of a connection */
export const ctTupleAttrs = attributes('CTA_TUPLE', {
  ip: [1, ctIpAttrs],
  proto: [2, ctProtoAttrs],
  zone: [3, u16be],
})

/** CTA_PROTONAT_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctProtonatAttrs = attributes('CTA_PROTONAT', {
  portMin: [1, u16be],
  portMax: [2, u16be],
})

/** CTA_NAT_*, linux/netfilter/nfnetlink_conntrack.h: the address and ports to translate to */
export const ctNatAttrs = attributes('CTA_NAT', {
  v4Minip: [1, ipv4],
  v4Maxip: [2, ipv4],
  proto: [3, ctProtonatAttrs],
  v6Minip: [4, atLeast(ipv6)],
  v6Maxip: [5, atLeast(ipv6)],
})
