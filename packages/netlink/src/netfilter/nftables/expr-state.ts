import {
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  multi,
  seconds,
  select,
  string,
  u32be,
  u64be,
  writtenAs,
} from '../../codec/index.js'

// The expressions with a state. Elements of sets can contain them, and objects consist of them.

/** NFT_LIMIT_*, linux/netfilter/nf_tables.h: NFTA_LIMIT_TYPE */
export const NFT_LIMIT = constants('NFT_LIMIT', {
  PKTS: 0,
  PKT_BYTES: 1,
})

/** NFT_LIMIT_F_*, linux/netfilter/nf_tables.h */
export const NFT_LIMIT_F = constants('NFT_LIMIT_F', {
  INV: 0x1,
})

/** NFT_QUOTA_F_*, linux/netfilter/nf_tables.h */
export const NFT_QUOTA_F = constants('NFT_QUOTA_F', {
  INV: 0x1,
  DEPLETED: 0x2,
})

/** NFT_CONNLIMIT_F_*, linux/netfilter/nf_tables.h */
export const NFT_CONNLIMIT_F = constants('NFT_CONNLIMIT_F', {
  INV: 0x1,
})

/** NFTA_COUNTER_*, linux/netfilter/nf_tables.h */
export const nftCounterAttrs = attributes('NFTA_COUNTER', {
  bytes: [1, u64be],
  packets: [2, u64be],
  pad: [3, bytes],
})

/** NFTA_LIMIT_*, linux/netfilter/nf_tables.h: `rate` packets or bytes in `unit` seconds */
export const nftLimitAttrs = attributes('NFTA_LIMIT', {
  rate: [1, u64be],
  unit: [2, writtenAs(u64be, seconds)],
  burst: [3, u32be],
  type: [4, enumOf(u32be, NFT_LIMIT)],
  flags: [5, flagsOf(u32be, NFT_LIMIT_F)],
  pad: [6, bytes],
})

/** NFTA_QUOTA_*, linux/netfilter/nf_tables.h */
export const nftQuotaAttrs = attributes('NFTA_QUOTA', {
  bytes: [1, u64be],
  flags: [2, flagsOf(u32be, NFT_QUOTA_F)],
  pad: [3, bytes],
  consumed: [4, u64be], // bytes
})

/** NFTA_CONNLIMIT_*, linux/netfilter/nf_tables.h */
export const nftConnlimitAttrs = attributes('NFTA_CONNLIMIT', {
  count: [1, u32be], // connections
  flags: [2, flagsOf(u32be, NFT_CONNLIMIT_F)],
})

/** NFTA_LAST_*, linux/netfilter/nf_tables.h: time of the last packet */
export const nftLastAttrs = attributes('NFTA_LAST', {
  set: [1, u32be], // 0: no packet so far
  msecs: [2, u64be], // since the last packet
  pad: [3, bytes],
})

/** The expressions that elements of a set may contain, by their names in the kernel (NFT_EXPR_STATEFUL). */
export const nftStatefulExpressions = {
  counter: nftCounterAttrs,
  limit: nftLimitAttrs,
  quota: nftQuotaAttrs,
  connlimit: nftConnlimitAttrs,
  last: nftLastAttrs,
} as const

/** NFTA_EXPR_*, linux/netfilter/nf_tables.h, for expressions with a state only */
export const nftStatefulExprAttrs = attributes('NFTA_EXPR', {
  name: [1, string],
  data: [2, select('name', nftStatefulExpressions)],
})

/** NFTA_LIST_*, linux/netfilter/nf_tables.h: a list of expressions with a state */
export const nftStatefulExprListAttrs = attributes('NFTA_LIST', {
  elem: [1, multi(nftStatefulExprAttrs)],
})
