import {
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  list,
  message,
  milliseconds,
  multi,
  string,
  u32be,
  u64be,
  writtenAs,
} from '../../codec/index.js'
import { nfgenmsg } from '../nfnetlink.js'
import { NFT_DATA, nftDataAttrs } from './data.js'
import { nftTypeText } from './datatype.js'
import { nftStatefulExprAttrs, nftStatefulExprListAttrs } from './expr-state.js'
import { NFT_OBJECT } from './keys.js'

/** NFT_SET_*, linux/netfilter/nf_tables.h */
export const NFT_SET = constants('NFT_SET', {
  ANONYMOUS: 0x1,
  CONSTANT: 0x2,
  INTERVAL: 0x4,
  MAP: 0x8,
  TIMEOUT: 0x10,
  EVAL: 0x20,
  OBJECT: 0x40,
  CONCAT: 0x80,
  EXPR: 0x100,
})

/** NFT_SET_POL_*, linux/netfilter/nf_tables.h */
export const NFT_SET_POL = constants('NFT_SET_POL', {
  PERFORMANCE: 0,
  MEMORY: 1,
})

/** NFT_SET_ELEM_*, linux/netfilter/nf_tables.h */
export const NFT_SET_ELEM = constants('NFT_SET_ELEM', {
  INTERVAL_END: 0x1,
  CATCHALL: 0x2,
})

/** NFTA_SET_FIELD_*, linux/netfilter/nf_tables.h */
export const nftSetFieldAttrs = attributes('NFTA_SET_FIELD', {
  len: [1, u32be], // bytes, though the header says bits (`nft_set_desc_concat_parse`)
})

/** NFTA_LIST_*, linux/netfilter/nf_tables.h: the fields of a concatenation */
export const nftSetFieldListAttrs = attributes('NFTA_LIST', {
  elem: [1, multi(nftSetFieldAttrs)],
})

/** NFTA_SET_DESC_*, linux/netfilter/nf_tables.h */
export const nftSetDescAttrs = attributes('NFTA_SET_DESC', {
  size: [1, u32be], // elements
  concat: [2, nftSetFieldListAttrs],
})

/** NFTA_SET_*, linux/netfilter/nf_tables.h */
export const nftSetAttrs = attributes('NFTA_SET', {
  table: [1, string],
  name: [2, string],
  flags: [3, flagsOf(u32be, NFT_SET)],
  keyType: [4, writtenAs(u32be, nftTypeText)],
  keyLen: [5, u32be], // bytes
  dataType: [6, writtenAs(enumOf(u32be, NFT_DATA), nftTypeText)], // NFT_DATA_VERDICT, or a number of user space
  dataLen: [7, u32be], // bytes
  policy: [8, enumOf(u32be, NFT_SET_POL)],
  desc: [9, nftSetDescAttrs],
  id: [10, u32be], // for the other messages of the batch
  timeout: [11, writtenAs(u64be, milliseconds)],
  gcInterval: [12, writtenAs(u32be, milliseconds)],
  userdata: [13, bytes],
  pad: [14, bytes],
  objType: [15, enumOf(u32be, NFT_OBJECT)],
  handle: [16, u64be],
  expr: [17, nftStatefulExprAttrs],
  expressions: [18, nftStatefulExprListAttrs],
  type: [19, string], // of its data structure in the kernel
  count: [20, u32be], // elements
})

/** NFTA_SET_ELEM_*, linux/netfilter/nf_tables.h */
export const nftSetElemAttrs = attributes('NFTA_SET_ELEM', {
  key: [1, nftDataAttrs],
  data: [2, nftDataAttrs],
  flags: [3, flagsOf(u32be, NFT_SET_ELEM)],
  timeout: [4, writtenAs(u64be, milliseconds)],
  expiration: [5, writtenAs(u64be, milliseconds)], // milliseconds left
  userdata: [6, bytes],
  expr: [7, nftStatefulExprAttrs],
  pad: [8, bytes],
  objref: [9, string],
  keyEnd: [10, nftDataAttrs],
  expressions: [11, nftStatefulExprListAttrs],
})

/**
 * NFTA_SET_ELEM_LIST_*, linux/netfilter/nf_tables.h. The kernel numbers all elements NFTA_LIST_ELEM; nft numbers its elements
 * consecutively.
 */
export const nftSetElemListAttrs = attributes('NFTA_SET_ELEM_LIST', {
  table: [1, string],
  set: [2, string],
  elements: [3, list(nftSetElemAttrs)],
  setId: [4, u32be], // NFTA_SET_ID, in the same batch
})

/** NFT_MSG_NEWSET, NFT_MSG_GETSET, NFT_MSG_DELSET, NFT_MSG_DESTROYSET */
export const nftSetMessage = message('nftables set', nfgenmsg, nftSetAttrs)
export interface NftSetMessage extends Infer<typeof nftSetMessage> {}

/** NFT_MSG_NEWSETELEM, NFT_MSG_GETSETELEM, NFT_MSG_GETSETELEM_RESET, NFT_MSG_DELSETELEM, NFT_MSG_DESTROYSETELEM */
export const nftSetElemMessage = message('nftables set elements', nfgenmsg, nftSetElemListAttrs)
export interface NftSetElemMessage extends Infer<typeof nftSetElemMessage> {}
