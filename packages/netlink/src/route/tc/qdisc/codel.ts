import {
  attributes,
  constants,
  enumOf,
  type Infer,
  i32,
  microseconds,
  pad,
  struct,
  u8,
  u32,
  u64,
  writtenAs,
} from '../../../codec/index.js'

/** TCA_CODEL_*, linux/pkt_sched.h. Times are in microseconds. */
export const tcaCodelAttrs = attributes('TCA_CODEL', {
  /** Microseconds. */
  target: [1, writtenAs(u32, microseconds)],
  limit: [2, u32], // packets
  /** Microseconds. */
  interval: [3, writtenAs(u32, microseconds)],
  ecn: [4, u32],
  /** Microseconds. */
  ceThreshold: [5, writtenAs(u32, microseconds)],
})
export interface TcaCodelAttrs extends Infer<typeof tcaCodelAttrs> {}

/** `struct tc_codel_xstats`, linux/pkt_sched.h. Times are in microseconds. */
export const tcCodelXstats = struct(
  'tc_codel_xstats',
  {
    maxpacket: u32, // bytes
    count: u32,
    lastcount: u32,
    ldelay: u32,
    dropNext: i32,
    dropOverlimit: u32,
    ecnMark: u32,
    dropping: u32,
    ceMark: u32, // since Linux 4.2
  },
  { growable: true },
)

/** TCA_FQ_CODEL_*, linux/pkt_sched.h. Times are in microseconds. */
export const tcaFqCodelAttrs = attributes('TCA_FQ_CODEL', {
  /** Microseconds. */
  target: [1, writtenAs(u32, microseconds)],
  limit: [2, u32], // packets
  /** Microseconds. */
  interval: [3, writtenAs(u32, microseconds)],
  ecn: [4, u32],
  flows: [5, u32],
  quantum: [6, u32], // bytes
  /** Microseconds. */
  ceThreshold: [7, writtenAs(u32, microseconds)],
  dropBatchSize: [8, u32], // packets
  memoryLimit: [9, u32], // bytes
  ceThresholdSelector: [10, u8], // mask for the DS field
  ceThresholdMask: [11, u8],
})
export interface TcaFqCodelAttrs extends Infer<typeof tcaFqCodelAttrs> {}

/** TCA_FQ_CODEL_XSTATS_*, linux/pkt_sched.h: type of the statistics */
export const TCA_FQ_CODEL_XSTATS = constants('TCA_FQ_CODEL_XSTATS', { QDISC: 0, CLASS: 1 })

/** `struct tc_fq_codel_qd_stats`, linux/pkt_sched.h */
export const tcFqCodelQdStats = struct('tc_fq_codel_qd_stats', {
  maxpacket: u32, // bytes
  dropOverlimit: u32,
  ecnMark: u32,
  newFlowCount: u32,
  newFlowsLen: u32,
  oldFlowsLen: u32,
  ceMark: u32,
  memoryUsage: u32, // bytes
  dropOvermemory: u32,
})

/** `struct tc_fq_codel_cl_stats`, linux/pkt_sched.h */
export const tcFqCodelClStats = struct('tc_fq_codel_cl_stats', {
  deficit: i32,
  /** Microseconds. */
  ldelay: writtenAs(u32, microseconds),
  count: u32,
  lastcount: u32,
  dropping: u32,
  /** Microseconds. */
  dropNext: writtenAs(i32, microseconds),
})

/** `struct tc_fq_codel_xstats`, linux/pkt_sched.h, for the qdisc: `type` is TCA_FQ_CODEL_XSTATS_QDISC */
export const tcFqCodelXstats = struct(
  'tc_fq_codel_xstats',
  { type: enumOf(u32, TCA_FQ_CODEL_XSTATS), qdiscStats: tcFqCodelQdStats },
  { growable: true }, // older kernels have fewer counters
)

/** `struct tc_fq_codel_xstats`, linux/pkt_sched.h, for a class: `type` is TCA_FQ_CODEL_XSTATS_CLASS */
export const tcFqCodelClassXstats = struct(
  'tc_fq_codel_xstats',
  { type: enumOf(u32, TCA_FQ_CODEL_XSTATS), classStats: tcFqCodelClStats, _pad: pad(12) }, // the rest of the union
  { growable: true },
)

/** TCA_PIE_*, linux/pkt_sched.h. Times are in microseconds. */
export const tcaPieAttrs = attributes('TCA_PIE', {
  /** Microseconds. */
  target: [1, writtenAs(u32, microseconds)],
  limit: [2, u32], // packets
  /** Microseconds. */
  tupdate: [3, writtenAs(u32, microseconds)],
  alpha: [4, u32],
  beta: [5, u32],
  ecn: [6, u32],
  bytemode: [7, u32],
  dqRateEstimator: [8, u32],
})
export interface TcaPieAttrs extends Infer<typeof tcaPieAttrs> {}

/** `struct tc_pie_xstats`, linux/pkt_sched.h */
export const tcPieXstats = struct('tc_pie_xstats', {
  prob: u64, // probability times 2^64
  /** Microseconds. */
  delay: writtenAs(u32, microseconds),
  /** Bytes per second. */
  avgDqRate: u32,
  dqRateEstimating: u32,
  packetsIn: u32,
  dropped: u32,
  overlimit: u32,
  maxq: u32,
  ecnMark: u32,
})

/** TCA_FQ_PIE_*, linux/pkt_sched.h. Times are in microseconds. */
export const tcaFqPieAttrs = attributes('TCA_FQ_PIE', {
  limit: [1, u32], // packets
  flows: [2, u32],
  /** Microseconds. */
  target: [3, writtenAs(u32, microseconds)],
  /** Microseconds. */
  tupdate: [4, writtenAs(u32, microseconds)],
  alpha: [5, u32],
  beta: [6, u32],
  quantum: [7, u32], // bytes
  memoryLimit: [8, u32], // bytes
  ecnProb: [9, u32], // percent
  ecn: [10, u32],
  bytemode: [11, u32],
  dqRateEstimator: [12, u32],
})
export interface TcaFqPieAttrs extends Infer<typeof tcaFqPieAttrs> {}

/** `struct tc_fq_pie_xstats`, linux/pkt_sched.h */
export const tcFqPieXstats = struct('tc_fq_pie_xstats', {
  packetsIn: u32,
  dropped: u32,
  overlimit: u32,
  overmemory: u32,
  ecnMark: u32,
  newFlowCount: u32,
  newFlowsLen: u32,
  oldFlowsLen: u32,
  memoryUsage: u32, // bytes
})
