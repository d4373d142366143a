import {
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  message,
  multi,
  string,
  u32be,
  u64be,
} from '../../codec/index.js'
import { hooknum, NF, nfgenmsg } from '../nfnetlink.js'
import { hookPriority } from '../priorities.js'
import { nftCounterAttrs } from './expr-state.js'

/** NFT_TABLE_F_*, linux/netfilter/nf_tables.h */
export const NFT_TABLE_F = constants('NFT_TABLE_F', {
  DORMANT: 0x1,
  OWNER: 0x2,
  PERSIST: 0x4,
})

/** NFT_CHAIN_*, linux/netfilter/nf_tables.h */
export const NFT_CHAIN = constants('NFT_CHAIN', {
  BASE: 0x1,
  HW_OFFLOAD: 0x2,
  BINDING: 0x4,
})

/** NFTA_TABLE_*, linux/netfilter/nf_tables.h */
export const nftTableAttrs = attributes('NFTA_TABLE', {
  name: [1, string],
  flags: [2, flagsOf(u32be, NFT_TABLE_F)],
  use: [3, u32be], // chains, sets, objects and flow tables in it
  handle: [4, u64be],
  pad: [5, bytes],
  userdata: [6, bytes], // nft's own: type, length and value, 8 bits each of the first two
  owner: [7, u32be], // port id of the owner: the table is deleted when its socket is closed
})

/** NFTA_DEVICE_*, linux/netfilter/nf_tables.h: names of links, or prefixes of names */
export const nftDeviceAttrs = attributes('NFTA_DEVICE', {
  name: [1, multi(string)],
  prefix: [2, multi(string)],
})

/** NFTA_HOOK_*, linux/netfilter/nf_tables.h */
export const nftHookAttrs = attributes('NFTA_HOOK', {
  hooknum: [1, hooknum],
  priority: [2, hookPriority],
  dev: [3, string],
  devs: [4, nftDeviceAttrs],
})

/** NFTA_CHAIN_*, linux/netfilter/nf_tables.h */
export const nftChainAttrs = attributes('NFTA_CHAIN', {
  table: [1, string],
  handle: [2, u64be],
  name: [3, string],
  hook: [4, nftHookAttrs],
  policy: [5, enumOf(u32be, NF)], // NF_DROP or NF_ACCEPT
  use: [6, u32be],
  type: [7, string], // filter, nat or route
  counters: [8, nftCounterAttrs],
  pad: [9, bytes],
  flags: [10, flagsOf(u32be, NFT_CHAIN)],
  id: [11, u32be], // for the other messages of the batch
  userdata: [12, bytes],
})

/** NFT_MSG_NEWTABLE, NFT_MSG_GETTABLE, NFT_MSG_DELTABLE, NFT_MSG_DESTROYTABLE */
export const nftTableMessage = message('nftables table', nfgenmsg, nftTableAttrs)
export interface NftTableMessage extends Infer<typeof nftTableMessage> {}

/** NFT_MSG_NEWCHAIN, NFT_MSG_GETCHAIN, NFT_MSG_DELCHAIN, NFT_MSG_DESTROYCHAIN */
export const nftChainMessage = message('nftables chain', nfgenmsg, nftChainAttrs)
export interface NftChainMessage extends Infer<typeof nftChainMessage> {}
