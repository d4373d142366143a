import { attributes, constants, enumBy, enumOf, flagsOf, string, u8, u16be, u32be } from '../../codec/index.js'
import { NFPROTO } from '../nfnetlink.js'
import { nftRegister } from './data.js'
import { NFT_OBJECT } from './keys.js'

// The expressions that do something with the packet.

/** NF_LOG_*, linux/netfilter/nf_log.h: parts of a packet to log: `flags` of a log expression */
export const NF_LOG = constants('NF_LOG', {
  TCPSEQ: 0x01,
  TCPOPT: 0x02,
  IPOPT: 0x04,
  UID: 0x08,
  NFLOG: 0x10,
  MACDECODE: 0x20,
  MASK: 0x2f,
})

/** NFT_LOGLEVEL_*, linux/netfilter/nf_tables.h */
export const NFT_LOGLEVEL = constants('NFT_LOGLEVEL', {
  EMERG: 0,
  ALERT: 1,
  CRIT: 2,
  ERR: 3,
  WARNING: 4,
  NOTICE: 5,
  INFO: 6,
  DEBUG: 7,
  AUDIT: 8,
})

/** NFT_QUEUE_FLAG_*, linux/netfilter/nf_tables.h */
export const NFT_QUEUE_FLAG = constants('NFT_QUEUE_FLAG', {
  BYPASS: 0x1,
  CPU_FANOUT: 0x2,
})

/** NFT_REJECT_*, linux/netfilter/nf_tables.h: NFTA_REJECT_TYPE */
export const NFT_REJECT = constants('NFT_REJECT', {
  ICMP_UNREACH: 0,
  TCP_RST: 1,
  ICMPX_UNREACH: 2,
})

/** NFT_REJECT_ICMPX_*, linux/netfilter/nf_tables.h: NFTA_REJECT_ICMP_CODE of NFT_REJECT_ICMPX_UNREACH */
export const NFT_REJECT_ICMPX = constants('NFT_REJECT_ICMPX', {
  NO_ROUTE: 0,
  PORT_UNREACH: 1,
  HOST_UNREACH: 2,
  ADMIN_PROHIBITED: 3,
})

/** NFT_NAT_*, linux/netfilter/nf_tables.h: NFTA_NAT_TYPE */
export const NFT_NAT = constants('NFT_NAT', {
  SNAT: 0,
  DNAT: 1,
})

/** NF_NAT_RANGE_*, linux/netfilter/nf_nat.h: flags of nat, masq and redir */
export const NF_NAT_RANGE = constants('NF_NAT_RANGE', {
  MAP_IPS: 0x1,
  PROTO_SPECIFIED: 0x2,
  PROTO_RANDOM: 0x4,
  PERSISTENT: 0x8,
  PROTO_RANDOM_FULLY: 0x10,
  PROTO_OFFSET: 0x20,
  NETMAP: 0x40,
})

/** NF_SYNPROXY_OPT_*, linux/netfilter/nf_synproxy.h: NFTA_SYNPROXY_FLAGS */
export const NF_SYNPROXY_OPT = constants('NF_SYNPROXY_OPT', {
  MSS: 0x1,
  WSCALE: 0x2,
  SACK_PERM: 0x4,
  TIMESTAMP: 0x8,
  ECN: 0x10,
})

/** NFTA_LOG_*, linux/netfilter/nf_tables.h: to nflog if `group` is set, otherwise to the kernel's log */
export const nftLogAttrs = attributes('NFTA_LOG', {
  group: [1, u16be],
  prefix: [2, string],
  snaplen: [3, u32be], // bytes
  qthreshold: [4, u16be], // packets
  level: [5, enumOf(u32be, NFT_LOGLEVEL)],
  flags: [6, flagsOf(u32be, NF_LOG)],
})

/** NFTA_QUEUE_*, linux/netfilter/nf_tables.h */
export const nftQueueAttrs = attributes('NFTA_QUEUE', {
  num: [1, u16be],
  total: [2, u16be], // queues, from `num` on
  flags: [3, flagsOf(u16be, NFT_QUEUE_FLAG)],
  sregQnum: [4, nftRegister], // replaces `num`
})

/** NFTA_REJECT_*, linux/netfilter/nf_tables.h */
export const nftRejectAttrs = attributes('NFTA_REJECT', {
  type: [1, enumOf(u32be, NFT_REJECT)],
  icmpCode: [2, enumBy('type', u8, { [NFT_REJECT.ICMPX_UNREACH]: NFT_REJECT_ICMPX })], // or the code of the family's ICMP
})

/** NFTA_NAT_*, linux/netfilter/nf_tables.h: registers contain the address and ports to translate to */
export const nftNatAttrs = attributes('NFTA_NAT', {
  type: [1, enumOf(u32be, NFT_NAT)],
  family: [2, enumOf(u32be, NFPROTO)],
  regAddrMin: [3, nftRegister],
  regAddrMax: [4, nftRegister],
  regProtoMin: [5, nftRegister],
  regProtoMax: [6, nftRegister],
  flags: [7, flagsOf(u32be, NF_NAT_RANGE)],
})

/** NFTA_MASQ_*, linux/netfilter/nf_tables.h */
export const nftMasqAttrs = attributes('NFTA_MASQ', {
  flags: [1, flagsOf(u32be, NF_NAT_RANGE)],
  regProtoMin: [2, nftRegister],
  regProtoMax: [3, nftRegister],
})

/** NFTA_REDIR_*, linux/netfilter/nf_tables.h */
export const nftRedirAttrs = attributes('NFTA_REDIR', {
  regProtoMin: [1, nftRegister],
  regProtoMax: [2, nftRegister],
  flags: [3, flagsOf(u32be, NF_NAT_RANGE)],
})

/** NFTA_TPROXY_*, linux/netfilter/nf_tables.h */
export const nftTproxyAttrs = attributes('NFTA_TPROXY', {
  family: [1, enumOf(u32be, NFPROTO)],
  regAddr: [2, nftRegister],
  regPort: [3, nftRegister],
})

/** NFTA_DUP_*, linux/netfilter/nf_tables.h */
export const nftDupAttrs = attributes('NFTA_DUP', {
  sregAddr: [1, nftRegister],
  sregDev: [2, nftRegister],
})

/** NFTA_FWD_*, linux/netfilter/nf_tables.h */
export const nftFwdAttrs = attributes('NFTA_FWD', {
  sregDev: [1, nftRegister],
  sregAddr: [2, nftRegister],
  nfproto: [3, enumOf(u32be, NFPROTO)],
})

/** NFTA_SYNPROXY_*, linux/netfilter/nf_tables.h: the expression and the object of that name */
export const nftSynproxyAttrs = attributes('NFTA_SYNPROXY', {
  mss: [1, u16be],
  wscale: [2, u8],
  flags: [3, flagsOf(u32be, NF_SYNPROXY_OPT)],
})

/** NFTA_FLOW_*, linux/netfilter/nf_tables.h: hands the connection to a flow table */
export const nftFlowAttrs = attributes('NFTA_FLOW', {
  tableName: [1, string],
})

/** NFTA_OBJREF_*, linux/netfilter/nf_tables.h: an object by its name, or by the result of a map */
export const nftObjrefAttrs = attributes('NFTA_OBJREF', {
  immType: [1, enumOf(u32be, NFT_OBJECT)],
  immName: [2, string],
  setSreg: [3, u32be],
  setName: [4, string],
  setId: [5, u32be], // NFTA_SET_ID, in the same batch
})

/** The expression `notrack` has no attributes. */
export const nftNotrackAttrs = attributes('NFTA_NOTRACK', {})
