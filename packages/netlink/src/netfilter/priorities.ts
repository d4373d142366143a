import { constants, enumBy, i32be } from '../codec/index.js'
import { NFPROTO } from './nfnetlink.js'

const INT_MIN = -(2 ** 31)
const INT_MAX = 2 ** 31 - 1

/** NF_IP_PRI_*, linux/netfilter_ipv4.h: priorities of hooks; functions with a lower one are called first */
export const NF_IP_PRI = constants('NF_IP_PRI', {
  FIRST: INT_MIN,
  RAW_BEFORE_DEFRAG: -450,
  CONNTRACK_DEFRAG: -400,
  RAW: -300,
  SELINUX_FIRST: -225,
  CONNTRACK: -200,
  MANGLE: -150,
  NAT_DST: -100,
  FILTER: 0,
  SECURITY: 50,
  NAT_SRC: 100,
  SELINUX_LAST: 225,
  CONNTRACK_HELPER: 300,
  CONNTRACK_CONFIRM: INT_MAX,
  LAST: INT_MAX,
})

/** NF_IP6_PRI_*, linux/netfilter_ipv6.h */
export const NF_IP6_PRI = constants('NF_IP6_PRI', {
  FIRST: INT_MIN,
  RAW_BEFORE_DEFRAG: -450,
  CONNTRACK_DEFRAG: -400,
  RAW: -300,
  SELINUX_FIRST: -225,
  CONNTRACK: -200,
  MANGLE: -150,
  NAT_DST: -100,
  FILTER: 0,
  SECURITY: 50,
  NAT_SRC: 100,
  SELINUX_LAST: 225,
  CONNTRACK_HELPER: 300,
  LAST: INT_MAX,
})

/** NF_BR_PRI_*, linux/netfilter_bridge.h */
export const NF_BR_PRI = constants('NF_BR_PRI', {
  FIRST: INT_MIN,
  NAT_DST_BRIDGED: -300,
  FILTER_BRIDGED: -200,
  BRNF: 0,
  NAT_DST_OTHER: 100,
  FILTER_OTHER: 200,
  NAT_SRC: 300,
  LAST: INT_MAX,
})

/** The priority of a hook, whose names depend on the `family` of the header. The families arp and netdev have no names. */
export const hookPriority = enumBy('family', i32be, {
  [NFPROTO.IPV4]: NF_IP_PRI,
  [NFPROTO.INET]: NF_IP_PRI,
  [NFPROTO.IPV6]: NF_IP6_PRI,
  [NFPROTO.BRIDGE]: NF_BR_PRI,
})
