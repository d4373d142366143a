import { attributes, bytes, constants, enumOf, type Infer, string, struct, u16, u32 } from '../../../codec/index.js'
import { actionResult } from '../constants.js'
import { bpfOps, tcfT, tcGen } from './general.js'

/** `struct tc_gact`, linux/tc_act/tc_gact.h */
export const tcGact = struct('tc_gact', tcGen)

/** PGACT_*, linux/tc_act/tc_gact.h: choice of the packets that get `paction` */
export const PGACT = constants('PGACT', { NONE: 0, NETRAND: 1, DETERM: 2 })

/** `struct tc_gact_p`, linux/tc_act/tc_gact.h */
export const tcGactP = struct('tc_gact_p', {
  ptype: enumOf(u16, PGACT),
  pval: u16, // one packet out of this many
  paction: actionResult,
})

/** TCA_GACT_*, linux/tc_act/tc_gact.h */
export const tcaGactAttrs = attributes('TCA_GACT', {
  tm: [1, tcfT],
  parms: [2, tcGact],
  prob: [3, tcGactP],
  pad: [4, bytes],
})
export interface TcaGactAttrs extends Infer<typeof tcaGactAttrs> {}

/** `struct tc_act_bpf`, linux/tc_act/tc_bpf.h */
export const tcActBpf = struct('tc_act_bpf', tcGen)

/** TCA_ACT_BPF_*, linux/tc_act/tc_bpf.h */
export const tcaActBpfAttrs = attributes('TCA_ACT_BPF', {
  tm: [1, tcfT],
  parms: [2, tcActBpf],
  opsLen: [3, u16], // instructions
  ops: [4, bpfOps],
  fd: [5, u32],
  name: [6, string],
  pad: [7, bytes],
  tag: [8, bytes], // 8 bytes: hash of the program
  id: [9, u32],
})
export interface TcaActBpfAttrs extends Infer<typeof tcaActBpfAttrs> {}

/** `struct tc_sample`, linux/tc_act/tc_sample.h */
export const tcSample = struct('tc_sample', tcGen)

/** TCA_SAMPLE_*, linux/tc_act/tc_sample.h */
export const tcaSampleAttrs = attributes('TCA_SAMPLE', {
  tm: [1, tcfT],
  parms: [2, tcSample],
  rate: [3, u32], // one packet out of this many
  truncSize: [4, u32], // bytes
  psampleGroup: [5, u32],
  pad: [6, bytes],
})
export interface TcaSampleAttrs extends Infer<typeof tcaSampleAttrs> {}

/** `struct tc_defact`, linux/tc_act/tc_defact.h */
export const tcDefact = struct('tc_defact', tcGen)

/** TCA_DEF_*, linux/tc_act/tc_defact.h: the action `simple`, which logs a string */
export const tcaDefAttrs = attributes('TCA_DEF', {
  tm: [1, tcfT],
  parms: [2, tcDefact],
  data: [3, string],
  pad: [4, bytes],
})
export interface TcaDefAttrs extends Infer<typeof tcaDefAttrs> {}
