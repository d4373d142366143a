import { constants } from '@netloom/netlink/codec'

/** Hop-by-hop options: linux/in6.h. IPPROTO does not contain it, because its number is also that of IPPROTO_IP. */
export const IPPROTO_HOPOPTS = 0
/** Extension headers that are not in linux/in6.h: RFC 7401, RFC 5533. */
export const IPPROTO_HIP = 139
export const IPPROTO_SHIM6 = 140

/** Control bits of TCP: RFC 9293, section 3.1, and RFC 3168 for ECE and CWR. AE is the bit of accurate ECN (RFC 7560). */
export const TCP_FLAG = constants('TCP_FLAG', {
  FIN: 0x01,
  SYN: 0x02,
  RST: 0x04,
  PSH: 0x08,
  ACK: 0x10,
  URG: 0x20,
  ECE: 0x40,
  CWR: 0x80,
  AE: 0x100,
})

/** ARPOP_*, linux/if_arp.h */
export const ARPOP = constants('ARPOP', {
  REQUEST: 1,
  REPLY: 2,
  RREQUEST: 3,
  RREPLY: 4,
  INREQUEST: 8,
  INREPLY: 9,
  NAK: 10,
})

/** Types of ICMP: linux/icmp.h */
export const ICMP = constants('ICMP', {
  ECHOREPLY: 0,
  DEST_UNREACH: 3,
  SOURCE_QUENCH: 4,
  REDIRECT: 5,
  ECHO: 8,
  TIME_EXCEEDED: 11,
  PARAMETERPROB: 12,
  TIMESTAMP: 13,
  TIMESTAMPREPLY: 14,
})

/** Code of ICMP.DEST_UNREACH whose message contains the MTU of the next hop (RFC 1191). */
export const ICMP_FRAG_NEEDED = 4

/** Types of ICMPv6: linux/icmpv6.h, and RFC 4861 for those of neighbour discovery. */
export const ICMPV6 = constants('ICMPV6', {
  DEST_UNREACH: 1,
  PKT_TOOBIG: 2,
  TIME_EXCEED: 3,
  PARAMPROB: 4,
  ECHO_REQUEST: 128,
  ECHO_REPLY: 129,
  MGM_QUERY: 130,
  MGM_REPORT: 131,
  MGM_REDUCTION: 132,
  ROUTER_SOLICITATION: 133,
  ROUTER_ADVERTISEMENT: 134,
  NEIGHBOUR_SOLICITATION: 135,
  NEIGHBOUR_ADVERTISEMENT: 136,
  REDIRECT: 137,
  MLD2_REPORT: 143,
})

/** Values of DHCP's option `messageType`: RFC 2132, section 9.6. */
export const DHCP_MESSAGE = constants('DHCP', {
  DISCOVER: 1,
  OFFER: 2,
  REQUEST: 3,
  DECLINE: 4,
  ACK: 5,
  NAK: 6,
  RELEASE: 7,
  INFORM: 8,
})

/** Ports of DNS and of multicast DNS (RFC 6762). */
export const DNS_PORT = 53
export const MDNS_PORT = 5353

/** Types of DNS records: RFC 1035, section 3.2.2, RFC 2782, RFC 3596, RFC 6891, RFC 9460. */
export const DNS_TYPE = constants('DNS', {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  SVCB: 64,
  HTTPS: 65,
  ANY: 255,
})
