import {
  array,
  attributes,
  bytes,
  charArray,
  constants,
  enumOf,
  flagsOf,
  followed,
  type Infer,
  masked,
  pad,
  string,
  struct,
  u8,
  u16,
  u32,
} from '../../../codec/index.js'
import { canFilter } from '../../shared/can-filter.js'
import { TCF_META_ID } from './ematch-meta.js'

/** TCF_EM_ALIGN_*, linux/tc_ematch/tc_em_cmp.h: width of a comparison */
export const TCF_EM_ALIGN = constants('TCF_EM_ALIGN', { U8: 1, U16: 2, U32: 4 })

/** TCF_EM_CMP_*, linux/tc_ematch/tc_em_cmp.h: flags of a comparison */
export const TCF_EM_CMP = constants('TCF_EM_CMP', { TRANS: 1 })

/** TCF_EM_OPND_*, linux/pkt_cls.h: comparison operators */
export const TCF_EM_OPND = constants('TCF_EM_OPND', { EQ: 0, GT: 1, LT: 2 })

/** TCF_LAYER_*, linux/pkt_cls.h: base of an offset */
export const TCF_LAYER = constants('TCF_LAYER', { LINK: 0, NETWORK: 1, TRANSPORT: 2 })

/** `struct tcf_em_cmp`, linux/tc_ematch/tc_em_cmp.h. On little-endian machines, the first of two bit fields is the lower half. */
export const tcfEmCmp = struct('tcf_em_cmp', {
  val: u32,
  mask: u32,
  off: u16, // bytes
  alignFlags: u8, // align (TCF_EM_ALIGN_*) and flags (TCF_EM_CMP_*), 4 bits each
  layerOpnd: u8, // layer (TCF_LAYER_*) and opnd (TCF_EM_OPND_*), 4 bits each
})

/** `struct tcf_em_nbyte`, linux/tc_ematch/tc_em_nbyte.h. On little-endian machines, `len` is in the lower 12 bits. */
export const tcfEmNbyte = struct('tcf_em_nbyte', {
  off: u16, // bytes
  lenLayer: u16, // len in bytes (12 bits) and layer (TCF_LAYER_*, 4 bits)
})
export const tcfEmNbytePattern = followed(tcfEmNbyte, 'pattern', bytes)

/** `struct tcf_em_text`, linux/tc_ematch/tc_em_text.h. On little-endian machines, `from_layer` is in the lower 4 bits. */
export const tcfEmText = struct('tcf_em_text', {
  algo: charArray(16),
  fromOffset: u16,
  toOffset: u16,
  patternLen: u16,
  fromToLayer: u8, // from_layer and to_layer (TCF_LAYER_*), 4 bits each
  pad: pad(1),
})
export const tcfEmTextPattern = followed(tcfEmText, 'pattern', bytes)

export { canFilter }
export const canFilters = array(canFilter)

/** `struct xt_set_info`, linux/netfilter/xt_set.h */
export const xtSetInfo = struct('xt_set_info', { index: u16, dim: u8, flags: u8 })

/** TCF_META_TYPE_*, linux/tc_ematch/tc_em_meta.h: the upper 4 bits of `kind` */
export const TCF_META_TYPE = constants('TCF_META_TYPE', { VAR: 0, INT: 1 })

/** `struct tcf_meta_val`, linux/tc_ematch/tc_em_meta.h */
export const tcfMetaVal = struct('tcf_meta_val', {
  kind: flagsOf(u16, masked(0x07ff, TCF_META_ID), masked(0xf000, TCF_META_TYPE, 12)),
  shift: u8,
  op: enumOf(u8, TCF_EM_OPND),
})

/** `struct tcf_meta_hdr`, linux/tc_ematch/tc_em_meta.h */
export const tcfMetaHdr = struct('tcf_meta_hdr', { left: tcfMetaVal, right: tcfMetaVal })

/** TCA_EM_META_*, linux/tc_ematch/tc_em_meta.h. Depending on its type in `hdr`, an operand is text or a number of 4 or 8 bytes. */
export const tcaEmMetaAttrs = attributes('TCA_EM_META', {
  hdr: [1, tcfMetaHdr],
  lvalue: [2, bytes],
  rvalue: [3, bytes],
})
export interface TcaEmMetaAttrs extends Infer<typeof tcaEmMetaAttrs> {}

/** TCA_EM_IPT_*, linux/tc_ematch/tc_em_ipt.h */
export const tcaEmIptAttrs = attributes('TCA_EM_IPT', {
  hook: [1, u32],
  matchName: [2, string],
  matchRevision: [3, u8],
  nfproto: [4, u8],
  matchData: [5, bytes], // in the format of the match
})
export interface TcaEmIptAttrs extends Infer<typeof tcaEmIptAttrs> {}
