import { attributes, bytes, type Infer, message, string, u32be } from '../../codec/index.js'
import { nfgenmsg } from '../nfnetlink.js'

/** NFTA_TARGET_*, linux/netfilter/nf_tables_compat.h: a target of iptables */
export const nftTargetAttrs = attributes('NFTA_TARGET', {
  name: [1, string],
  rev: [2, u32be],
  info: [3, bytes], // the C struct of that name and revision, linux/netfilter/xt_*.h
})

/** NFTA_MATCH_*, linux/netfilter/nf_tables_compat.h: a match of iptables */
export const nftMatchAttrs = attributes('NFTA_MATCH', {
  name: [1, string],
  rev: [2, u32be],
  info: [3, bytes], // the C struct of that name and revision, linux/netfilter/xt_*.h
})

/** NFTA_COMPAT_*, linux/netfilter/nf_tables_compat.h */
export const nftCompatAttrs = attributes('NFTA_COMPAT', {
  name: [1, string],
  rev: [2, u32be],
  type: [3, u32be], // 0: a match, 1: a target
})

/** NFNL_MSG_COMPAT_GET: checks if the kernel has a match or target in this revision */
export const nftCompatMessage = message('nftables compat', nfgenmsg, nftCompatAttrs)
export interface NftCompatMessage extends Infer<typeof nftCompatMessage> {}
