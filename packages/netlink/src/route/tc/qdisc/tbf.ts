import { attributes, bytes, type Infer, struct, u32, u64 } from '../../../codec/index.js'
import { rateTable, tcRatespec } from '../stats.js'

// A buffer size is the time to send its bytes at the rate. A tick is 64 nanoseconds (/proc/net/psched).

/** `struct tc_tbf_qopt`, linux/pkt_sched.h */
export const tcTbfQopt = struct('tc_tbf_qopt', {
  rate: tcRatespec,
  peakrate: tcRatespec,
  limit: u32, // bytes
  /** Ticks. */
  buffer: u32,
  /** Ticks at the peak rate. */
  mtu: u32,
})

/** TCA_TBF_*, linux/pkt_sched.h. Rates are in bytes per second. */
export const tcaTbfAttrs = attributes('TCA_TBF', {
  parms: [1, tcTbfQopt],
  rtab: [2, rateTable],
  ptab: [3, rateTable],
  rate64: [4, u64],
  prate64: [5, u64],
  burst: [6, u32], // bytes
  pburst: [7, u32], // bytes
  pad: [8, bytes],
})
export interface TcaTbfAttrs extends Infer<typeof tcaTbfAttrs> {}
