import { AF, attributes, constants, enumOf, type Infer, i32, message, struct, u8 } from '../codec/index.js'

/** NETCONFA_IFINDEX_*, linux/netconf.h: special values of `ifindex` */
export const NETCONFA_IFINDEX = constants('NETCONFA_IFINDEX', { ALL: -1, DEFAULT: -2 })

/** `struct netconfmsg`, linux/netconf.h, followed by three bytes of padding */
export const netconfmsg = struct('netconfmsg', {
  family: enumOf(u8, AF), // AF_INET, AF_INET6 or AF_MPLS
})

/** NETCONFA_*, linux/netconf.h: sysctls with the same names, for a link or a default */
export const netconfAttrs = attributes('NETCONFA', {
  ifindex: [1, enumOf(i32, NETCONFA_IFINDEX)],
  forwarding: [2, i32],
  rpFilter: [3, i32], // 0: off, 1: strict, 2: loose
  mcForwarding: [4, i32],
  proxyNeigh: [5, i32], // proxy_arp or proxy_ndp
  ignoreRoutesWithLinkdown: [6, i32],
  input: [7, i32], // MPLS
  bcForwarding: [8, i32],
  forceForwarding: [9, i32],
})

/** RTM_NEWNETCONF, RTM_DELNETCONF, RTM_GETNETCONF */
export const netconfMessage = message('netconf', netconfmsg, netconfAttrs)
export interface NetconfMessage extends Infer<typeof netconfMessage> {}
