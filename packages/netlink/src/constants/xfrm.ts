import { constants } from '../codec/index.js'

/** XFRM_POLICY_*, linux/xfrm.h: directions of a policy. */
export const XFRM_POLICY_DIR = constants('XFRM_POLICY', { IN: 0, OUT: 1, FWD: 2 })
