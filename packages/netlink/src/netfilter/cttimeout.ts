import { AF, attributes, enumOf, type Infer, message, select, string, u8, u16be, u32be } from '../codec/index.js'
import { IPPROTO } from '../constants/index.js'
import { nfgenmsg } from './nfnetlink.js'

/** CTA_TIMEOUT_GENERIC_*, linux/netfilter/nfnetlink_cttimeout.h: seconds, as in all of them */
export const ctTimeoutGenericAttrs = attributes('CTA_TIMEOUT_GENERIC', {
  timeout: [1, u32be],
})

/** CTA_TIMEOUT_TCP_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutTcpAttrs = attributes('CTA_TIMEOUT_TCP', {
  synSent: [1, u32be],
  synRecv: [2, u32be],
  established: [3, u32be],
  finWait: [4, u32be],
  closeWait: [5, u32be],
  lastAck: [6, u32be],
  timeWait: [7, u32be],
  close: [8, u32be],
  synSent2: [9, u32be],
  retrans: [10, u32be],
  unack: [11, u32be],
})

/** CTA_TIMEOUT_UDP_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutUdpAttrs = attributes('CTA_TIMEOUT_UDP', {
  unreplied: [1, u32be],
  replied: [2, u32be],
})

/** CTA_TIMEOUT_UDPLITE_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutUdpliteAttrs = attributes('CTA_TIMEOUT_UDPLITE', {
  unreplied: [1, u32be],
  replied: [2, u32be],
})

/** CTA_TIMEOUT_ICMP_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutIcmpAttrs = attributes('CTA_TIMEOUT_ICMP', {
  timeout: [1, u32be],
})

/** CTA_TIMEOUT_DCCP_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutDccpAttrs = attributes('CTA_TIMEOUT_DCCP', {
  request: [1, u32be],
  respond: [2, u32be],
  partopen: [3, u32be],
  open: [4, u32be],
  closereq: [5, u32be],
  closing: [6, u32be],
  timewait: [7, u32be],
})

/** CTA_TIMEOUT_SCTP_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutSctpAttrs = attributes('CTA_TIMEOUT_SCTP', {
  closed: [1, u32be],
  cookieWait: [2, u32be],
  cookieEchoed: [3, u32be],
  established: [4, u32be],
  shutdownSent: [5, u32be],
  shutdownRecd: [6, u32be],
  shutdownAckSent: [7, u32be],
  heartbeatSent: [8, u32be],
  heartbeatAcked: [9, u32be],
})

/** CTA_TIMEOUT_ICMPV6_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutIcmpv6Attrs = attributes('CTA_TIMEOUT_ICMPV6', {
  timeout: [1, u32be],
})

/** CTA_TIMEOUT_GRE_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutGreAttrs = attributes('CTA_TIMEOUT_GRE', {
  unreplied: [1, u32be],
  replied: [2, u32be],
})

/** The timeouts of a policy, by IPPROTO_*. Protocols without a tracker in the kernel use the generic timeout: IPPROTO_RAW here. */
export const ctTimeoutData = {
  1: ctTimeoutIcmpAttrs,
  6: ctTimeoutTcpAttrs,
  17: ctTimeoutUdpAttrs,
  33: ctTimeoutDccpAttrs,
  47: ctTimeoutGreAttrs,
  58: ctTimeoutIcmpv6Attrs,
  132: ctTimeoutSctpAttrs,
  136: ctTimeoutUdpliteAttrs,
  255: ctTimeoutGenericAttrs,
} as const

/** CTA_TIMEOUT_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutAttrs = attributes('CTA_TIMEOUT', {
  name: [1, string],
  l3proto: [2, enumOf(u16be, AF)],
  l4proto: [3, enumOf(u8, IPPROTO)],
  data: [4, select('l4proto', ctTimeoutData)],
  use: [5, u32be],
})

/** IPCTNL_MSG_TIMEOUT_*, linux/netfilter/nfnetlink_cttimeout.h. Messages about the default timeouts have no `name`. */
export const ctTimeoutMessage = message('conntrack timeout', nfgenmsg, ctTimeoutAttrs)
export interface CtTimeoutMessage extends Infer<typeof ctTimeoutMessage> {}
