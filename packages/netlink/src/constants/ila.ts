import { constants } from '../codec/index.js'

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
