import { constants } from '../codec/index.js'

/** IPPROTO_*, linux/in.h and linux/in6.h: the protocols that follow an IP header. */
export const IPPROTO = constants('IPPROTO', {
  ICMP: 1,
  IGMP: 2,
  IPIP: 4,
  TCP: 6,
  UDP: 17,
  DCCP: 33,
  IPV6: 41,
  RSVP: 46,
  GRE: 47,
  ESP: 50,
  AH: 51,
  ICMPV6: 58,
  PIM: 103,
  COMP: 108,
  L2TP: 115,
  SCTP: 132,
  UDPLITE: 136,
  MPLS: 137,
  RAW: 255,
})
