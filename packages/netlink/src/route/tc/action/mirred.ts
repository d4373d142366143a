import { attributes, bytes, constants, enumOf, type Infer, i32, struct, u32 } from '../../../codec/index.js'
import { tcfT, tcGen } from './general.js'

/** TCA_EGRESS_*, linux/tc_act/tc_mirred.h: `eaction` of mirred */
export const TCA_EGRESS = constants('TCA_EGRESS', { REDIR: 1, MIRROR: 2 })

/** TCA_INGRESS_*, linux/tc_act/tc_mirred.h: `eaction` of mirred */
export const TCA_INGRESS = constants('TCA_INGRESS', { REDIR: 3, MIRROR: 4 })

/** `struct tc_mirred`, linux/tc_act/tc_mirred.h */
export const tcMirred = struct('tc_mirred', {
  ...tcGen,
  eaction: enumOf(i32, TCA_EGRESS, TCA_INGRESS),
  ifindex: u32,
})

/** TCA_MIRRED_*, linux/tc_act/tc_mirred.h */
export const tcaMirredAttrs = attributes('TCA_MIRRED', {
  tm: [1, tcfT],
  parms: [2, tcMirred],
  pad: [3, bytes],
  blockid: [4, u32],
})
export interface TcaMirredAttrs extends Infer<typeof tcaMirredAttrs> {}
