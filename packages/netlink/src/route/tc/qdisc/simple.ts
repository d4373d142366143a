import {
  attributes,
  constants,
  enumOf,
  type Infer,
  i32,
  microseconds,
  repeat,
  struct,
  u8,
  u16,
  u32,
  writtenAs,
} from '../../../codec/index.js'

/** TCA_OPTIONS of kinds without options. The kernel sends it empty, and requests may contain it. */
export const tcaNoOptions = attributes('TCA_OPTIONS', {})
export interface TcaNoOptions extends Infer<typeof tcaNoOptions> {}

/** `struct tc_fifo_qopt`, linux/pkt_sched.h. The limit is in packets for pfifo and pfifo_head_drop, in bytes for bfifo. */
export const tcFifoQopt = struct('tc_fifo_qopt', { limit: u32 })

/** `struct tc_skbprio_qopt`, linux/pkt_sched.h */
export const tcSkbprioQopt = struct('tc_skbprio_qopt', { limit: u32 }) // packets

/** `struct tc_prio_qopt`, linux/pkt_sched.h: prio and pfifo_fast */
export const tcPrioQopt = struct('tc_prio_qopt', {
  bands: i32,
  priomap: repeat(u8, 16), // band of each TC_PRIO_*
})

/** `struct tc_multiq_qopt`, linux/pkt_sched.h */
export const tcMultiqQopt = struct('tc_multiq_qopt', { bands: u16, maxBands: u16 })

/** TCQ_PLUG_*, linux/pkt_sched.h: actions of plug */
export const TCQ_PLUG = constants('TCQ_PLUG', { BUFFER: 0, RELEASE_ONE: 1, RELEASE_INDEFINITE: 2, LIMIT: 3 })

/** `struct tc_plug_qopt`, linux/pkt_sched.h */
export const tcPlugQopt = struct('tc_plug_qopt', {
  action: enumOf(i32, TCQ_PLUG),
  limit: u32, // bytes
})

/** TCA_DRR_*, linux/pkt_sched.h: a class of drr */
export const tcaDrrAttrs = attributes('TCA_DRR', { quantum: [1, u32] }) // bytes
export interface TcaDrrAttrs extends Infer<typeof tcaDrrAttrs> {}

/** `struct tc_drr_stats`, linux/pkt_sched.h */
export const tcDrrStats = struct('tc_drr_stats', { deficit: u32 })

/** TCA_QFQ_*, linux/pkt_sched.h: a class of qfq */
export const tcaQfqAttrs = attributes('TCA_QFQ', {
  weight: [1, u32],
  lmax: [2, u32], // bytes
})
export interface TcaQfqAttrs extends Infer<typeof tcaQfqAttrs> {}

/** `struct tc_qfq_stats`, linux/pkt_sched.h */
export const tcQfqStats = struct('tc_qfq_stats', { weight: u32, lmax: u32 })

/** TCA_HHF_*, linux/pkt_sched.h: the heavy-hitter filter */
export const tcaHhfAttrs = attributes('TCA_HHF', {
  backlogLimit: [1, u32], // packets
  quantum: [2, u32], // bytes
  hhFlowsLimit: [3, u32],
  /** Microseconds. */
  resetTimeout: [4, writtenAs(u32, microseconds)],
  admitBytes: [5, u32],
  /** Microseconds. */
  evictTimeout: [6, writtenAs(u32, microseconds)],
  nonHhWeight: [7, u32],
})
export interface TcaHhfAttrs extends Infer<typeof tcaHhfAttrs> {}

/** `struct tc_hhf_xstats`, linux/pkt_sched.h */
export const tcHhfXstats = struct('tc_hhf_xstats', {
  dropOverlimit: u32,
  hhOverlimit: u32,
  hhTotCount: u32,
  hhCurCount: u32,
})
