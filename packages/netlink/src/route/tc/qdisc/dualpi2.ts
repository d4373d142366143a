import {
  attributes,
  bytes,
  constants,
  enumOf,
  type Infer,
  i32,
  microseconds,
  struct,
  u8,
  u32,
  writtenAs,
} from '../../../codec/index.js'

/** TC_DUALPI2_DROP_OVERLOAD_*, linux/pkt_sched.h */
export const TC_DUALPI2_DROP_OVERLOAD = constants('TC_DUALPI2_DROP_OVERLOAD', { OVERFLOW: 0, DROP: 1 })

/** TC_DUALPI2_DROP_EARLY_*, linux/pkt_sched.h */
export const TC_DUALPI2_DROP_EARLY = constants('TC_DUALPI2_DROP_EARLY', { DROP_DEQUEUE: 0, DROP_ENQUEUE: 1 })

/** TC_DUALPI2_ECN_MASK_*, linux/pkt_sched.h */
export const TC_DUALPI2_ECN_MASK = constants('TC_DUALPI2_ECN_MASK', { L4S_ECT: 1, CLA_ECT: 2, ANY_ECT: 3 })

/** TC_DUALPI2_SPLIT_GSO_*, linux/pkt_sched.h */
export const TC_DUALPI2_SPLIT_GSO = constants('TC_DUALPI2_SPLIT_GSO', { NO_SPLIT_GSO: 0, SPLIT_GSO: 1 })

/** TCA_DUALPI2_*, linux/pkt_sched.h. Times are in microseconds. */
export const tcaDualpi2Attrs = attributes('TCA_DUALPI2', {
  limit: [1, u32], // packets
  memoryLimit: [2, u32], // bytes
  /** Microseconds. */
  target: [3, writtenAs(u32, microseconds)],
  /** Microseconds. */
  tupdate: [4, writtenAs(u32, microseconds)],
  alpha: [5, u32], // Hz times 256
  beta: [6, u32], // Hz times 256
  stepThreshPkts: [7, u32],
  stepThreshUs: [8, u32],
  minQlenStep: [9, u32], // packets
  coupling: [10, u8],
  dropOverload: [11, enumOf(u8, TC_DUALPI2_DROP_OVERLOAD)],
  dropEarly: [12, enumOf(u8, TC_DUALPI2_DROP_EARLY)],
  cProtection: [13, u8], // percent
  ecnMask: [14, enumOf(u8, TC_DUALPI2_ECN_MASK)],
  splitGso: [15, enumOf(u8, TC_DUALPI2_SPLIT_GSO)],
  pad: [16, bytes],
})
export interface TcaDualpi2Attrs extends Infer<typeof tcaDualpi2Attrs> {}

/** `struct tc_dualpi2_xstats`, linux/pkt_sched.h. Delays are in microseconds, memory is in bytes. */
export const tcDualpi2Xstats = struct('tc_dualpi2_xstats', {
  prob: u32, // probability times 2^32
  delayC: u32,
  delayL: u32,
  packetsInC: u32,
  packetsInL: u32,
  maxq: u32,
  ecnMark: u32,
  stepMarks: u32,
  credit: i32,
  memoryUsed: u32,
  maxMemoryUsed: u32,
  memoryLimit: u32,
})
