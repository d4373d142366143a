import {
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  message,
  string,
  u32be,
  u64be,
} from '../../codec/index.js'
import { ETH_P, IPPROTO } from '../../constants/index.js'
import { nfgenmsg } from '../nfnetlink.js'
import { nftExprListAttrs } from './expr.js'

/** NFT_RULE_COMPAT_F_*, linux/netfilter/nf_tables.h */
export const NFT_RULE_COMPAT_F = constants('NFT_RULE_COMPAT_F', {
  UNUSED: 0x1,
  INV: 0x2,
})

/** NFTA_RULE_COMPAT_*, linux/netfilter/nf_tables.h: context of iptables' matches and targets */
export const nftRuleCompatAttrs = attributes('NFTA_RULE_COMPAT', {
  proto: [1, enumOf(u32be, IPPROTO, ETH_P)], // ETH_P_* in the bridge family
  flags: [2, flagsOf(u32be, NFT_RULE_COMPAT_F)],
})

/** NFTA_RULE_*, linux/netfilter/nf_tables.h */
export const nftRuleAttrs = attributes('NFTA_RULE', {
  table: [1, string],
  chain: [2, string],
  handle: [3, u64be],
  expressions: [4, nftExprListAttrs],
  compat: [5, nftRuleCompatAttrs],
  position: [6, u64be], // the handle of the rule before it
  userdata: [7, bytes], // nft's own: type, length and value, 8 bits each of the first two; type 0 is the comment
  pad: [8, bytes],
  id: [9, u32be], // for the other messages of the batch
  positionId: [10, u32be], // `id` of the rule before it
  chainId: [11, u32be], // NFTA_CHAIN_ID, in the same batch
})

/** NFT_MSG_NEWRULE, NFT_MSG_GETRULE, NFT_MSG_GETRULE_RESET, NFT_MSG_DELRULE, NFT_MSG_DESTROYRULE */
export const nftRuleMessage = message('nftables rule', nfgenmsg, nftRuleAttrs)
export interface NftRuleMessage extends Infer<typeof nftRuleMessage> {}
