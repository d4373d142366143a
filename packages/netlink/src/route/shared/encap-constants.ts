import { constants } from '../../codec/index.js'

/** SEG6_LOCAL_ACTION_*, linux/seg6_local.h: what a node does at a segment */
export const SEG6_LOCAL_ACTION = constants('SEG6_LOCAL_ACTION', {
  UNSPEC: 0,
  END: 1,
  END_X: 2,
  END_T: 3,
  END_DX2: 4,
  END_DX6: 5,
  END_DX4: 6,
  END_DT6: 7,
  END_DT4: 8,
  END_B6: 9,
  END_B6_ENCAP: 10,
  END_BM: 11,
  END_S: 12,
  END_AS: 13,
  END_AM: 14,
  END_BPF: 15,
  END_DT46: 16,
})

/** SEG6_LOCAL_FLV_OP_*, linux/seg6_local.h: numbers of the bits of `operation` */
export const SEG6_LOCAL_FLV_OP = constants('SEG6_LOCAL_FLV_OP', { UNSPEC: 0, PSP: 1, USP: 2, USD: 3, NEXT_CSID: 4 })

/** ILA_DIR_*, linux/ila.h */
export const ILA_DIR = constants('ILA_DIR', { IN: 0x1, OUT: 0x2 })

/** ILA_CSUM_*, linux/ila.h */
export const ILA_CSUM = constants('ILA_CSUM', {
  ADJUST_TRANSPORT: 0,
  NEUTRAL_MAP: 1,
  NO_ACTION: 2,
  NEUTRAL_MAP_AUTO: 3,
})

/** ILA_ATYPE_*, linux/ila.h */
export const ILA_ATYPE = constants('ILA_ATYPE', {
  IID: 0,
  LUID: 1,
  VIRT_V4: 2,
  VIRT_UNI_V6: 3,
  VIRT_MULTI_V6: 4,
  NONLOCAL_ADDR: 5,
  RSVD_1: 6,
  RSVD_2: 7,
  USE_FORMAT: 32,
})

/** ILA_HOOK_*, linux/ila.h */
export const ILA_HOOK = constants('ILA_HOOK', { ROUTE_OUTPUT: 0, ROUTE_INPUT: 1 })

/** IOAM6_IPTUNNEL_MODE_*, linux/ioam6_iptunnel.h */
export const IOAM6_IPTUNNEL_MODE = constants('IOAM6_IPTUNNEL_MODE', { INLINE: 1, ENCAP: 2, AUTO: 3 })
