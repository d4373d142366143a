import { attributes, constants, enumOf, type Infer, message, select, string, u8, u32be } from '../codec/index.js'
import { hooknum, NFPROTO, nfgenmsg } from './nfnetlink.js'
import { hookPriority } from './priorities.js'

/** NFNL_HOOK_TYPE_*, linux/netfilter/nfnetlink_hook.h */
export const NFNL_HOOK_TYPE = constants('NFNL_HOOK_TYPE', {
  NFTABLES: 1,
  BPF: 2,
  NFT_FLOWTABLE: 3,
})

/** NFNLA_CHAIN_*, linux/netfilter/nfnetlink_hook.h: a chain or a flow table of nftables */
export const hookChainAttrs = attributes('NFNLA_CHAIN', {
  table: [1, string],
  family: [2, enumOf(u8, NFPROTO)],
  name: [3, string],
})

/** NFNLA_HOOK_BPF_*, linux/netfilter/nfnetlink_hook.h */
export const hookBpfAttrs = attributes('NFNLA_HOOK_BPF', {
  id: [1, u32be], // of the program
})

/** NFNLA_HOOK_INFO_*, linux/netfilter/nfnetlink_hook.h: the user of a hook */
export const hookInfoAttrs = attributes('NFNLA_HOOK_INFO', {
  desc: [
    1,
    select('type', {
      [NFNL_HOOK_TYPE.NFTABLES]: hookChainAttrs,
      [NFNL_HOOK_TYPE.BPF]: hookBpfAttrs,
      [NFNL_HOOK_TYPE.NFT_FLOWTABLE]: hookChainAttrs,
    }),
  ],
  type: [2, enumOf(u32be, NFNL_HOOK_TYPE)],
})

/** NFNLA_HOOK_*, linux/netfilter/nfnetlink_hook.h: a function that is called for packets */
export const hookAttrs = attributes('NFNLA_HOOK', {
  hooknum: [1, hooknum],
  priority: [2, hookPriority],
  dev: [3, string],
  functionName: [4, string],
  moduleName: [5, string],
  chainInfo: [6, hookInfoAttrs],
})

/** NFNL_MSG_HOOK_GET: the functions of one hook, in the order of their priority */
export const hookMessage = message('netfilter hook', nfgenmsg, hookAttrs)
export interface HookMessage extends Infer<typeof hookMessage> {}
