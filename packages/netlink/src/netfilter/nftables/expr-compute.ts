import {
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  milliseconds,
  string,
  u32be,
  u64be,
  writtenAs,
} from '../../codec/index.js'
import { nftDataAttrs, nftRegister } from './data.js'
import { nftStatefulExprAttrs, nftStatefulExprListAttrs } from './expr-state.js'

// The expressions that compare, change and look up registers.

/** NFT_CMP_*, linux/netfilter/nf_tables.h */
export const NFT_CMP = constants('NFT_CMP', {
  EQ: 0,
  NEQ: 1,
  LT: 2,
  LTE: 3,
  GT: 4,
  GTE: 5,
})

/** NFT_RANGE_*, linux/netfilter/nf_tables.h */
export const NFT_RANGE = constants('NFT_RANGE', {
  EQ: 0,
  NEQ: 1,
})

/** NFT_BITWISE_*, linux/netfilter/nf_tables.h */
export const NFT_BITWISE = constants('NFT_BITWISE', {
  MASK_XOR: 0,
  LSHIFT: 1,
  RSHIFT: 2,
  AND: 3,
  OR: 4,
  XOR: 5,
})

/** NFT_BYTEORDER_*, linux/netfilter/nf_tables.h */
export const NFT_BYTEORDER = constants('NFT_BYTEORDER', {
  NTOH: 0,
  HTON: 1,
})

/** NFT_LOOKUP_F_*, linux/netfilter/nf_tables.h */
export const NFT_LOOKUP_F = constants('NFT_LOOKUP_F', {
  INV: 0x1,
})

/** NFT_DYNSET_OP_*, linux/netfilter/nf_tables.h */
export const NFT_DYNSET_OP = constants('NFT_DYNSET_OP', {
  ADD: 0,
  UPDATE: 1,
  DELETE: 2,
})

/** NFT_DYNSET_F_*, linux/netfilter/nf_tables.h */
export const NFT_DYNSET_F = constants('NFT_DYNSET_F', {
  INV: 0x1,
  EXPR: 0x2,
})

/** NFTA_CMP_*, linux/netfilter/nf_tables.h */
export const nftCmpAttrs = attributes('NFTA_CMP', {
  sreg: [1, nftRegister],
  op: [2, enumOf(u32be, NFT_CMP)],
  data: [3, nftDataAttrs],
})

/** NFTA_RANGE_*, linux/netfilter/nf_tables.h: both ends are included */
export const nftRangeAttrs = attributes('NFTA_RANGE', {
  sreg: [1, nftRegister],
  op: [2, enumOf(u32be, NFT_RANGE)],
  fromData: [3, nftDataAttrs],
  toData: [4, nftDataAttrs],
})

/** NFTA_BITWISE_*, linux/netfilter/nf_tables.h */
export const nftBitwiseAttrs = attributes('NFTA_BITWISE', {
  sreg: [1, nftRegister],
  dreg: [2, nftRegister],
  len: [3, u32be], // bytes
  mask: [4, nftDataAttrs],
  xor: [5, nftDataAttrs],
  op: [6, enumOf(u32be, NFT_BITWISE)],
  data: [7, nftDataAttrs], // the distance of a shift, a u32 in the host's byte order; the operand of other operations without `sreg2`
  sreg2: [8, nftRegister],
})

/** NFTA_BYTEORDER_*, linux/netfilter/nf_tables.h */
export const nftByteorderAttrs = attributes('NFTA_BYTEORDER', {
  sreg: [1, nftRegister],
  dreg: [2, nftRegister],
  op: [3, enumOf(u32be, NFT_BYTEORDER)],
  len: [4, u32be], // bytes
  size: [5, u32be], // bytes of each number
})

/** NFTA_LOOKUP_*, linux/netfilter/nf_tables.h: looks a register up in a set; with a map, the data is written to `dreg` */
export const nftLookupAttrs = attributes('NFTA_LOOKUP', {
  set: [1, string],
  sreg: [2, nftRegister],
  dreg: [3, nftRegister],
  setId: [4, u32be], // NFTA_SET_ID, in the same batch
  flags: [5, flagsOf(u32be, NFT_LOOKUP_F)],
})

/** NFTA_DYNSET_*, linux/netfilter/nf_tables.h: changes a set */
export const nftDynsetAttrs = attributes('NFTA_DYNSET', {
  setName: [1, string],
  setId: [2, u32be], // NFTA_SET_ID, in the same batch
  op: [3, enumOf(u32be, NFT_DYNSET_OP)],
  sregKey: [4, nftRegister],
  sregData: [5, nftRegister],
  timeout: [6, writtenAs(u64be, milliseconds)],
  expr: [7, nftStatefulExprAttrs],
  pad: [8, bytes],
  flags: [9, flagsOf(u32be, NFT_DYNSET_F)],
  expressions: [10, nftStatefulExprListAttrs],
})
