import {
  array,
  attributes,
  bytes,
  type Infer,
  i16,
  i32,
  i64,
  message,
  nanoseconds,
  struct,
  u32,
  u64,
  writtenAs,
} from '../../../codec/index.js'

// Probabilities and correlations are scaled by 2^32.

/** `struct tc_netem_qopt`, linux/pkt_sched.h */
export const tcNetemQopt = struct('tc_netem_qopt', {
  /** Ticks. */
  latency: u32,
  limit: u32, // packets
  loss: u32,
  gap: u32, // packets
  duplicate: u32,
  /** Ticks. */
  jitter: u32,
})

/** `struct tc_netem_corr`, linux/pkt_sched.h */
export const tcNetemCorr = struct('tc_netem_corr', { delayCorr: u32, lossCorr: u32, dupCorr: u32 })

/** `struct tc_netem_reorder`, linux/pkt_sched.h */
export const tcNetemReorder = struct('tc_netem_reorder', { probability: u32, correlation: u32 })

/** `struct tc_netem_corrupt`, linux/pkt_sched.h */
export const tcNetemCorrupt = struct('tc_netem_corrupt', { probability: u32, correlation: u32 })

/** `struct tc_netem_rate`, linux/pkt_sched.h */
export const tcNetemRate = struct('tc_netem_rate', {
  /** Bytes per second; 4294967295 if TCA_NETEM_RATE64 contains the rate. */
  rate: u32,
  packetOverhead: i32, // bytes
  cellSize: u32, // bytes
  cellOverhead: i32, // bytes
})

/** `struct tc_netem_slot`, linux/pkt_sched.h. Times are in nanoseconds. */
export const tcNetemSlot = struct(
  'tc_netem_slot',
  {
    /** Nanoseconds. */
    minDelay: writtenAs(i64, nanoseconds),
    /** Nanoseconds. */
    maxDelay: writtenAs(i64, nanoseconds),
    maxPackets: i32,
    maxBytes: i32,
    /** Nanoseconds. */
    distDelay: writtenAs(i64, nanoseconds),
    /** Nanoseconds. */
    distJitter: writtenAs(i64, nanoseconds),
  },
  { growable: true }, // older kernels end before `distDelay`
)

/** `struct tc_netem_gimodel`, linux/pkt_sched.h: probabilities of transitions between the loss states */
export const tcNetemGimodel = struct('tc_netem_gimodel', { p13: u32, p31: u32, p32: u32, p14: u32, p23: u32 })

/** `struct tc_netem_gemodel`, linux/pkt_sched.h */
export const tcNetemGemodel = struct('tc_netem_gemodel', { p: u32, r: u32, h: u32, k1: u32 })

/** NETEM_LOSS_*, linux/pkt_sched.h */
export const netemLossAttrs = attributes('NETEM_LOSS', {
  gi: [1, tcNetemGimodel],
  ge: [2, tcNetemGemodel],
})

/** TCA_NETEM_*, linux/pkt_sched.h: attributes after `struct tc_netem_qopt` */
export const tcaNetemAttrs = attributes('TCA_NETEM', {
  corr: [1, tcNetemCorr],
  delayDist: [2, array(i16)],
  reorder: [3, tcNetemReorder],
  corrupt: [4, tcNetemCorrupt],
  loss: [5, netemLossAttrs],
  rate: [6, tcNetemRate],
  ecn: [7, u32],
  /** Bytes per second. */
  rate64: [8, u64],
  pad: [9, bytes],
  /** Nanoseconds. */
  latency64: [10, writtenAs(i64, nanoseconds)],
  /** Nanoseconds. */
  jitter64: [11, writtenAs(i64, nanoseconds)],
  slot: [12, tcNetemSlot],
  slotDist: [13, array(i16)],
  prngSeed: [14, u64],
})

/** TCA_OPTIONS of netem */
export const tcNetemOptions = message('netem', tcNetemQopt, tcaNetemAttrs)
export interface TcNetemOptions extends Infer<typeof tcNetemOptions> {}

/** `struct tc_netem_xstats`, linux/pkt_sched.h: packets */
export const tcNetemXstats = struct('tc_netem_xstats', {
  delayed: u64,
  dropped: u64,
  corrupted: u64,
  duplicated: u64,
  reordered: u64,
  ecnMarked: u64,
  allocationErrors: u64,
})
