import { constants } from '../codec/index.js'

/** IPS_*, linux/netfilter/nf_conntrack_common.h: CTA_STATUS */
export const IPS = constants('IPS', {
  EXPECTED: 0x1,
  SEEN_REPLY: 0x2,
  ASSURED: 0x4,
  CONFIRMED: 0x8,
  SRC_NAT: 0x10,
  DST_NAT: 0x20,
  SEQ_ADJUST: 0x40,
  SRC_NAT_DONE: 0x80,
  DST_NAT_DONE: 0x100,
  DYING: 0x200,
  FIXED_TIMEOUT: 0x400,
  TEMPLATE: 0x800,
  UNTRACKED: 0x1000,
  HELPER: 0x2000,
  OFFLOAD: 0x4000,
  HW_OFFLOAD: 0x8000,
})

/** IP_CT_*, linux/netfilter/nf_conntrack_common.h: relation of a packet to its connection: NFULA_CT_INFO, NFQA_CT_INFO */
export const IP_CT = constants('IP_CT', {
  ESTABLISHED: 0,
  RELATED: 1,
  NEW: 2,
  IS_REPLY: 3,
  ESTABLISHED_REPLY: 3,
  RELATED_REPLY: 4,
  NUMBER: 5,
  NEW_REPLY: 5,
})

/** IP_CT_DIR_*, linux/netfilter/nf_conntrack_tuple_common.h */
export const IP_CT_DIR = constants('IP_CT_DIR', {
  ORIGINAL: 0,
  REPLY: 1,
})

/** IPEXP_*, linux/netfilter/nf_conntrack_common.h */
export const IPEXP = constants('IPEXP', {
  NEW: 0,
  DESTROY: 1,
})

/** NF_CT_EXPECT_*, linux/netfilter/nf_conntrack_common.h: CTA_EXPECT_FLAGS */
export const NF_CT_EXPECT = constants('NF_CT_EXPECT', {
  PERMANENT: 0x1,
  INACTIVE: 0x2,
  USERSPACE: 0x4,
})

/** TCP_CONNTRACK_*, linux/netfilter/nf_conntrack_tcp.h: CTA_PROTOINFO_TCP_STATE */
export const TCP_CONNTRACK = constants('TCP_CONNTRACK', {
  NONE: 0,
  SYN_SENT: 1,
  SYN_RECV: 2,
  ESTABLISHED: 3,
  FIN_WAIT: 4,
  CLOSE_WAIT: 5,
  LAST_ACK: 6,
  TIME_WAIT: 7,
  CLOSE: 8,
  SYN_SENT2: 9,
  LISTEN: 9,
  IGNORE: 11,
  RETRANS: 12,
  UNACK: 13,
})

/** NF_CT_STATE_*, linux/netfilter/nf_conntrack_common.h: bits of `ct state` of nftables next to those of IP_CT_* */
export const NF_CT_STATE = constants('NF_CT_STATE', { INVALID_BIT: 0x01, UNTRACKED_BIT: 0x40 })

/** IP_CT_EXP_*, linux/netfilter/nf_conntrack_tcp.h: a flag next to IP_CT_TCP_FLAG_* */
export const IP_CT_EXP = constants('IP_CT_EXP', { CHALLENGE_ACK: 0x40 })

/** IP_CT_TCP_*, linux/netfilter/nf_conntrack_tcp.h: a flag next to IP_CT_TCP_FLAG_* */
export const IP_CT_TCP = constants('IP_CT_TCP', { SIMULTANEOUS_OPEN: 0x80 })

/** IP_CT_TCP_FLAG_*, linux/netfilter/nf_conntrack_tcp.h: CTA_PROTOINFO_TCP_FLAGS_* */
export const IP_CT_TCP_FLAG = constants('IP_CT_TCP_FLAG', {
  WINDOW_SCALE: 0x1,
  SACK_PERM: 0x2,
  CLOSE_INIT: 0x4,
  BE_LIBERAL: 0x8,
  DATA_UNACKNOWLEDGED: 0x10,
  MAXACK_SET: 0x20,
})

/** CT_DCCP_*, linux/netfilter/nf_conntrack_dccp.h of kernels before 6.16: CTA_PROTOINFO_DCCP_STATE */
export const CT_DCCP = constants('CT_DCCP', {
  NONE: 0,
  REQUEST: 1,
  RESPOND: 2,
  PARTOPEN: 3,
  OPEN: 4,
  CLOSEREQ: 5,
  CLOSING: 6,
  TIMEWAIT: 7,
  IGNORE: 8,
  INVALID: 9,
})

/** CT_DCCP_ROLE_*, linux/netfilter/nf_conntrack_dccp.h of kernels before 6.16: CTA_PROTOINFO_DCCP_ROLE */
export const CT_DCCP_ROLE = constants('CT_DCCP_ROLE', { CLIENT: 0, SERVER: 1 })

/** SCTP_CONNTRACK_*, linux/netfilter/nf_conntrack_sctp.h: CTA_PROTOINFO_SCTP_STATE */
export const SCTP_CONNTRACK = constants('SCTP_CONNTRACK', {
  NONE: 0,
  CLOSED: 1,
  COOKIE_WAIT: 2,
  COOKIE_ECHOED: 3,
  ESTABLISHED: 4,
  SHUTDOWN_SENT: 5,
  SHUTDOWN_RECD: 6,
  SHUTDOWN_ACK_SENT: 7,
  HEARTBEAT_SENT: 8,
  HEARTBEAT_ACKED: 9,
})
