import {
  attributes,
  bytes,
  enumOf,
  type Infer,
  message,
  milliseconds,
  select,
  string,
  u8,
  u16be,
  u32,
  u32be,
  u64be,
  writtenAs,
} from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { ctTimeoutData } from '../cttimeout.js'
import { NFPROTO, nfgenmsg } from '../nfnetlink.js'
import { nftSynproxyAttrs } from './expr-act.js'
import { nftConnlimitAttrs, nftCounterAttrs, nftLimitAttrs, nftQuotaAttrs } from './expr-state.js'
import { NFT_OBJECT } from './keys.js'
import { nftTunnelKeyAttrs } from './tunnel.js'

/** NFTA_CT_HELPER_*, linux/netfilter/nf_tables.h */
export const nftCtHelperAttrs = attributes('NFTA_CT_HELPER', {
  name: [1, string],
  l3proto: [2, enumOf(u16be, NFPROTO)],
  l4proto: [3, enumOf(u8, IPPROTO)],
})

/** NFTA_CT_TIMEOUT_*, linux/netfilter/nf_tables.h */
export const nftCtTimeoutAttrs = attributes('NFTA_CT_TIMEOUT', {
  l3proto: [1, enumOf(u16be, NFPROTO)],
  l4proto: [2, enumOf(u8, IPPROTO)],
  data: [3, select('l4proto', ctTimeoutData)],
})

/** NFTA_CT_EXPECT_*, linux/netfilter/nf_tables.h */
export const nftCtExpectAttrs = attributes('NFTA_CT_EXPECT', {
  l3proto: [1, enumOf(u16be, NFPROTO)],
  l4proto: [2, enumOf(u8, IPPROTO)],
  dport: [3, u16be],
  timeout: [4, writtenAs(u32, milliseconds)], // milliseconds; in the host's byte order, unlike all other attributes
  size: [5, u8], // limit per connection
})

/** NFTA_SECMARK_*, linux/netfilter/nf_tables.h */
export const nftSecmarkAttrs = attributes('NFTA_SECMARK', {
  ctx: [1, string],
})

/** NFTA_OBJ_DATA, by NFTA_OBJ_TYPE. */
export const nftObjects = {
  [NFT_OBJECT.COUNTER]: nftCounterAttrs,
  [NFT_OBJECT.QUOTA]: nftQuotaAttrs,
  [NFT_OBJECT.CT_HELPER]: nftCtHelperAttrs,
  [NFT_OBJECT.LIMIT]: nftLimitAttrs,
  [NFT_OBJECT.CONNLIMIT]: nftConnlimitAttrs,
  [NFT_OBJECT.TUNNEL]: nftTunnelKeyAttrs,
  [NFT_OBJECT.CT_TIMEOUT]: nftCtTimeoutAttrs,
  [NFT_OBJECT.SECMARK]: nftSecmarkAttrs,
  [NFT_OBJECT.CT_EXPECT]: nftCtExpectAttrs,
  [NFT_OBJECT.SYNPROXY]: nftSynproxyAttrs,
} as const

/** NFTA_OBJ_*, linux/netfilter/nf_tables.h */
export const nftObjAttrs = attributes('NFTA_OBJ', {
  table: [1, string],
  name: [2, string],
  type: [3, enumOf(u32be, NFT_OBJECT)],
  data: [4, select('type', nftObjects)],
  use: [5, u32be],
  handle: [6, u64be],
  pad: [7, bytes],
  userdata: [8, bytes],
})

/** NFT_MSG_NEWOBJ, NFT_MSG_GETOBJ, NFT_MSG_GETOBJ_RESET, NFT_MSG_DELOBJ, NFT_MSG_DESTROYOBJ */
export const nftObjMessage = message('nftables object', nfgenmsg, nftObjAttrs)
export interface NftObjMessage extends Infer<typeof nftObjMessage> {}
