import { attributes, constants, enumOf, flagsOf, multi, select, string, u32be } from '../../codec/index.js'
import { nftMatchAttrs, nftTargetAttrs } from './compat.js'
import {
  nftDupAttrs,
  nftFlowAttrs,
  nftFwdAttrs,
  nftLogAttrs,
  nftMasqAttrs,
  nftNatAttrs,
  nftNotrackAttrs,
  nftObjrefAttrs,
  nftQueueAttrs,
  nftRedirAttrs,
  nftRejectAttrs,
  nftSynproxyAttrs,
  nftTproxyAttrs,
} from './expr-act.js'
import {
  nftBitwiseAttrs,
  nftByteorderAttrs,
  nftCmpAttrs,
  nftDynsetAttrs,
  nftLookupAttrs,
  nftRangeAttrs,
} from './expr-compute.js'
import {
  nftCtAttrs,
  nftExthdrAttrs,
  nftFibAttrs,
  nftHashAttrs,
  nftImmediateAttrs,
  nftMetaAttrs,
  nftNgAttrs,
  nftOsfAttrs,
  nftPayloadAttrs,
  nftRtAttrs,
  nftSocketAttrs,
  nftXfrmAttrs,
} from './expr-load.js'
import { nftStatefulExpressions } from './expr-state.js'
import { nftTunnelAttrs } from './tunnel.js'

/** NFT_INNER_*, linux/netfilter/nf_tables.h: NFTA_INNER_TYPE */
export const NFT_INNER = constants('NFT_INNER', {
  UNSPEC: 0,
  VXLAN: 1,
  GENEVE: 2,
})

/** NFT_INNER_*, linux/netfilter/nf_tables.h: NFTA_INNER_FLAGS */
export const NFT_INNER_FLAGS = constants('NFT_INNER', {
  HDRSIZE: 0x1,
  LL: 0x2,
  NH: 0x4,
  TH: 0x8,
})

/** NFTA_EXPR_*, linux/netfilter/nf_tables.h: the expressions that look into a tunnel (`inner_ops` in the kernel) */
export const nftInnerExprAttrs = attributes('NFTA_EXPR', {
  name: [1, string],
  data: [2, select('name', { payload: nftPayloadAttrs, meta: nftMetaAttrs })],
})

/** NFTA_INNER_*, linux/netfilter/nf_tables.h */
export const nftInnerAttrs = attributes('NFTA_INNER', {
  num: [1, u32be], // depth; the kernel supports 0 only
  type: [2, enumOf(u32be, NFT_INNER)],
  flags: [3, flagsOf(u32be, NFT_INNER_FLAGS)],
  hdrsize: [4, u32be], // bytes
  expr: [5, nftInnerExprAttrs],
})

/** Every expression, by its name in the kernel (`struct nft_expr_type`). */
export const nftExpressions = {
  ...nftStatefulExpressions,
  bitwise: nftBitwiseAttrs,
  byteorder: nftByteorderAttrs,
  cmp: nftCmpAttrs,
  ct: nftCtAttrs,
  dup: nftDupAttrs,
  dynset: nftDynsetAttrs,
  exthdr: nftExthdrAttrs,
  fib: nftFibAttrs,
  flow_offload: nftFlowAttrs,
  fwd: nftFwdAttrs,
  hash: nftHashAttrs,
  immediate: nftImmediateAttrs,
  inner: nftInnerAttrs,
  log: nftLogAttrs,
  lookup: nftLookupAttrs,
  masq: nftMasqAttrs,
  match: nftMatchAttrs,
  meta: nftMetaAttrs,
  nat: nftNatAttrs,
  notrack: nftNotrackAttrs,
  numgen: nftNgAttrs,
  objref: nftObjrefAttrs,
  osf: nftOsfAttrs,
  payload: nftPayloadAttrs,
  queue: nftQueueAttrs,
  range: nftRangeAttrs,
  redir: nftRedirAttrs,
  reject: nftRejectAttrs,
  rt: nftRtAttrs,
  socket: nftSocketAttrs,
  synproxy: nftSynproxyAttrs,
  target: nftTargetAttrs,
  tproxy: nftTproxyAttrs,
  tunnel: nftTunnelAttrs,
  xfrm: nftXfrmAttrs,
} as const

/** NFTA_EXPR_*, linux/netfilter/nf_tables.h: one step of a rule */
export const nftExprAttrs = attributes('NFTA_EXPR', {
  name: [1, string],
  data: [2, select('name', nftExpressions)],
})

/** NFTA_LIST_*, linux/netfilter/nf_tables.h: a list of expressions */
export const nftExprListAttrs = attributes('NFTA_LIST', {
  elem: [1, multi(nftExprAttrs)],
})
