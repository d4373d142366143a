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
import { NF_NETDEV, nfgenmsg } from '../nfnetlink.js'
import { hookPriority } from '../priorities.js'
import { nftDeviceAttrs } from './chain.js'

/** NFT_FLOWTABLE_*, linux/netfilter/nf_tables.h */
export const NFT_FLOWTABLE = constants('NFT_FLOWTABLE', {
  HW_OFFLOAD: 0x1,
  COUNTER: 0x2,
})

/** NFTA_FLOWTABLE_HOOK_*, linux/netfilter/nf_tables.h */
export const nftFlowtableHookAttrs = attributes('NFTA_FLOWTABLE_HOOK', {
  num: [1, enumOf(u32be, NF_NETDEV)], // NF_NETDEV_INGRESS
  priority: [2, hookPriority],
  devs: [3, nftDeviceAttrs],
})

/** NFTA_FLOWTABLE_*, linux/netfilter/nf_tables.h */
export const nftFlowtableAttrs = attributes('NFTA_FLOWTABLE', {
  table: [1, string],
  name: [2, string],
  hook: [3, nftFlowtableHookAttrs],
  use: [4, u32be],
  handle: [5, u64be],
  pad: [6, bytes],
  flags: [7, flagsOf(u32be, NFT_FLOWTABLE)],
})

/** NFT_MSG_NEWFLOWTABLE, NFT_MSG_GETFLOWTABLE, NFT_MSG_DELFLOWTABLE, NFT_MSG_DESTROYFLOWTABLE */
export const nftFlowtableMessage = message('nftables flow table', nfgenmsg, nftFlowtableAttrs)
export interface NftFlowtableMessage extends Infer<typeof nftFlowtableMessage> {}
