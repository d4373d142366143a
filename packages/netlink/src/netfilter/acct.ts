import { attributes, bytes, constants, flagsOf, type Infer, message, string, u32be, u64be } from '../codec/index.js'
import { nfgenmsg } from './nfnetlink.js'

/** NFACCT_F_*, linux/netfilter/nfnetlink_acct.h */
export const NFACCT_F = constants('NFACCT_F', {
  QUOTA_PKTS: 0x1,
  QUOTA_BYTES: 0x2,
  OVERQUOTA: 0x4,
})

/** NFACCT_FILTER_*, linux/netfilter/nfnetlink_acct.h: the accounting objects to dump, by NFACCT_F_* */
export const acctFilterAttrs = attributes('NFACCT_FILTER', {
  mask: [1, u32be],
  value: [2, u32be],
})

/** NFACCT_*, linux/netfilter/nfnetlink_acct.h */
export const acctAttrs = attributes('NFACCT', {
  name: [1, string],
  pkts: [2, u64be],
  bytes: [3, u64be],
  use: [4, u32be],
  flags: [5, flagsOf(u32be, NFACCT_F)],
  quota: [6, u64be], // packets or bytes, as `flags` say
  filter: [7, acctFilterAttrs],
  pad: [8, bytes],
})

/** NFNL_MSG_ACCT_* */
export const acctMessage = message('accounting object', nfgenmsg, acctAttrs)
export interface AcctMessage extends Infer<typeof acctMessage> {}
