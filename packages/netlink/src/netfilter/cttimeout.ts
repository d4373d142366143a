import {
  AF,
  attributes,
  enumOf,
  type Infer,
  message,
  seconds,
  select,
  string,
  u8,
  u16be,
  u32be,
  writtenAs,
} from '../codec/index.js'
import { IPPROTO } from '../constants/index.js'
import { nfgenmsg } from './nfnetlink.js'

const timeout = writtenAs(u32be, seconds)

/** CTA_TIMEOUT_GENERIC_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutGenericAttrs = attributes('CTA_TIMEOUT_GENERIC', {
  timeout: [1, timeout],
})

/** CTA_TIMEOUT_TCP_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutTcpAttrs = attributes('CTA_TIMEOUT_TCP', {
  synSent: [1, timeout],
  synRecv: [2, timeout],
  established: [3, timeout],
  finWait: [4, timeout],
  closeWait: [5, timeout],
  lastAck: [6, timeout],
  timeWait: [7, timeout],
  close: [8, timeout],
  synSent2: [9, timeout],
  retrans: [10, timeout],
  unack: [11, timeout],
})

/** CTA_TIMEOUT_UDP_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutUdpAttrs = attributes('CTA_TIMEOUT_UDP', {
  unreplied: [1, timeout],
  replied: [2, timeout],
})

/** CTA_TIMEOUT_UDPLITE_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutUdpliteAttrs = attributes('CTA_TIMEOUT_UDPLITE', {
  unreplied: [1, timeout],
  replied: [2, timeout],
})

/** CTA_TIMEOUT_ICMP_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutIcmpAttrs = attributes('CTA_TIMEOUT_ICMP', {
  timeout: [1, timeout],
})

/** CTA_TIMEOUT_DCCP_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutDccpAttrs = attributes('CTA_TIMEOUT_DCCP', {
  request: [1, timeout],
  respond: [2, timeout],
  partopen: [3, timeout],
  open: [4, timeout],
  closereq: [5, timeout],
  closing: [6, timeout],
  timewait: [7, timeout],
})

/** CTA_TIMEOUT_SCTP_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutSctpAttrs = attributes('CTA_TIMEOUT_SCTP', {
  closed: [1, timeout],
  cookieWait: [2, timeout],
  cookieEchoed: [3, timeout],
  established: [4, timeout],
  shutdownSent: [5, timeout],
  shutdownRecd: [6, timeout],
  shutdownAckSent: [7, timeout],
  heartbeatSent: [8, timeout],
  heartbeatAcked: [9, timeout],
})

/** CTA_TIMEOUT_ICMPV6_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutIcmpv6Attrs = attributes('CTA_TIMEOUT_ICMPV6', {
  timeout: [1, timeout],
})

/** CTA_TIMEOUT_GRE_*, linux/netfilter/nfnetlink_cttimeout.h */
export const ctTimeoutGreAttrs = attributes('CTA_TIMEOUT_GRE', {
  unreplied: [1, timeout],
  replied: [2, timeout],
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
