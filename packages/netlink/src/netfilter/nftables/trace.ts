import {
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  hexadecimal,
  type Infer,
  message,
  string,
  u8,
  u16be,
  u32be,
  u64be,
  writtenAs,
} from '../../codec/index.js'
import { ARPHRD } from '../../constants/index.js'
import { IP_CT_DIR, IPS, NF_CT_STATE } from '../conntrack-state.js'
import { NF, NFPROTO, nfgenmsg } from '../nfnetlink.js'
import { nftVerdictAttrs } from './data.js'

/** NFT_TRACETYPE_*, linux/netfilter/nf_tables.h */
export const NFT_TRACETYPE = constants('NFT_TRACETYPE', {
  UNSPEC: 0,
  POLICY: 1,
  RETURN: 2,
  RULE: 3,
})

/** NF_CT_STATE_BIT() of IP_CT_*, linux/netfilter/nf_conntrack_common.h: bits as in the expression `ct state`. */
const CT_STATE = constants('IP_CT', { ESTABLISHED: 0x02, RELATED: 0x04, NEW: 0x08 })

/** NFTA_TRACE_*, linux/netfilter/nf_tables.h: one step of a traced packet (`meta nftrace set 1`) */
export const nftTraceAttrs = attributes('NFTA_TRACE', {
  table: [1, string],
  chain: [2, string],
  ruleHandle: [3, u64be],
  type: [4, enumOf(u32be, NFT_TRACETYPE)],
  verdict: [5, nftVerdictAttrs],
  id: [6, u32be], // the same for all steps of a packet
  llHeader: [7, bytes],
  networkHeader: [8, bytes],
  transportHeader: [9, bytes],
  iif: [10, u32be],
  iiftype: [11, enumOf(u16be, ARPHRD)],
  oif: [12, u32be],
  oiftype: [13, enumOf(u16be, ARPHRD)],
  mark: [14, writtenAs(u32be, hexadecimal)],
  nfproto: [15, enumOf(u32be, NFPROTO)],
  policy: [16, enumOf(u32be, NF)], // NF_DROP or NF_ACCEPT
  pad: [17, bytes],
  ctId: [18, u32be],
  ctDirection: [19, enumOf(u8, IP_CT_DIR)],
  ctStatus: [20, flagsOf(u32be, IPS)],
  ctState: [21, flagsOf(u32be, CT_STATE, NF_CT_STATE)],
})

/** NFTA_GEN_*, linux/netfilter/nf_tables.h: the generation of the ruleset, and the process that committed it */
export const nftGenAttrs = attributes('NFTA_GEN', {
  id: [1, u32be],
  procPid: [2, u32be],
  procName: [3, string],
})

/** NFT_MSG_TRACE */
export const nftTraceMessage = message('nftables trace', nfgenmsg, nftTraceAttrs)
export interface NftTraceMessage extends Infer<typeof nftTraceMessage> {}

/** NFT_MSG_NEWGEN, NFT_MSG_GETGEN */
export const nftGenMessage = message('nftables generation', nfgenmsg, nftGenAttrs)
export interface NftGenMessage extends Infer<typeof nftGenMessage> {}
