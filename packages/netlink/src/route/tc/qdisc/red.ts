import {
  array,
  attributes,
  bitfield32Of,
  bytes,
  constants,
  flagsOf,
  type Infer,
  milliseconds,
  multi,
  pad,
  struct,
  u8,
  u32,
  u64,
  writtenAs,
} from '../../../codec/index.js'

/** TC_RED_*, linux/pkt_sched.h: flags of red, choke, gred and sfq */
export const TC_RED = constants('TC_RED', { ECN: 1, HARDDROP: 2, ADAPTATIVE: 4, NODROP: 8 })

/** Parameters of the qdiscs with random early detection. Limits are in bytes, or in packets for choke. */
const redQopt = {
  limit: u32,
  qthMin: u32,
  qthMax: u32,
  wlog: u8,
  plog: u8,
  scellLog: u8,
  flags: flagsOf(u8, TC_RED),
}

/** `struct tc_red_qopt`, linux/pkt_sched.h */
export const tcRedQopt = struct('tc_red_qopt', redQopt)

/** TCA_RED_*, linux/pkt_sched.h */
export const tcaRedAttrs = attributes('TCA_RED', {
  parms: [1, tcRedQopt],
  stab: [2, bytes], // 256 bytes: decay of the average queue length over idle time
  maxP: [3, u32], // probability times 2^32
  flags: [4, bitfield32Of(TC_RED)],
  earlyDropBlock: [5, u32],
  markBlock: [6, u32],
})
export interface TcaRedAttrs extends Infer<typeof tcaRedAttrs> {}

/** `struct tc_red_xstats`, linux/pkt_sched.h: packets */
export const tcRedXstats = struct('tc_red_xstats', { early: u32, pdrop: u32, other: u32, marked: u32 })

/** `struct tc_choke_qopt`, linux/pkt_sched.h */
export const tcChokeQopt = struct('tc_choke_qopt', redQopt)

/** TCA_CHOKE_*, linux/pkt_sched.h */
export const tcaChokeAttrs = attributes('TCA_CHOKE', {
  parms: [1, tcChokeQopt],
  stab: [2, bytes], // 256 bytes: decay of the average queue length over idle time
  maxP: [3, u32], // probability times 2^32
})
export interface TcaChokeAttrs extends Infer<typeof tcaChokeAttrs> {}

/** `struct tc_choke_xstats`, linux/pkt_sched.h: packets */
export const tcChokeXstats = struct('tc_choke_xstats', {
  early: u32,
  pdrop: u32,
  other: u32,
  marked: u32,
  matched: u32,
})

/** `struct tc_gred_qopt`, linux/pkt_sched.h: a virtual queue. Sizes are in bytes, except `packets` and the drops. */
export const tcGredQopt = struct('tc_gred_qopt', {
  limit: u32,
  qthMin: u32,
  qthMax: u32,
  dp: u32,
  backlog: u32,
  qave: u32,
  forced: u32,
  early: u32,
  other: u32,
  pdrop: u32,
  wlog: u8,
  plog: u8,
  scellLog: u8,
  prio: u8,
  packets: u32,
  bytesin: u32,
})

/** `struct tc_gred_sopt`, linux/pkt_sched.h */
export const tcGredSopt = struct('tc_gred_sopt', {
  dps: u32, // number of virtual queues
  defDp: u32,
  grio: u8,
  flags: flagsOf(u8, TC_RED),
  pad1: pad(2),
})

/** TCA_GRED_VQ_*, linux/pkt_sched.h: a virtual queue */
export const tcaGredVqAttrs = attributes('TCA_GRED_VQ', {
  pad: [1, bytes],
  dp: [2, u32],
  statBytes: [3, u64],
  statPackets: [4, u32],
  statBacklog: [5, u32],
  statProbDrop: [6, u32],
  statProbMark: [7, u32],
  statForcedDrop: [8, u32],
  statForcedMark: [9, u32],
  statPdrop: [10, u32],
  statOther: [11, u32],
  flags: [12, flagsOf(u32, TC_RED)],
})

/** TCA_GRED_VQ_ENTRY, linux/pkt_sched.h */
export const tcaGredVqListAttrs = attributes('TCA_GRED_VQ', { entry: [1, multi(tcaGredVqAttrs)] })

/** TCA_GRED_*, linux/pkt_sched.h. A request contains one virtual queue. The kernel sends all sixteen. */
export const tcaGredAttrs = attributes('TCA_GRED', {
  parms: [1, array(tcGredQopt)],
  stab: [2, bytes], // 256 bytes: decay of the average queue length over idle time
  dps: [3, tcGredSopt],
  maxP: [4, array(u32)], // probabilities times 2^32
  limit: [5, u32], // bytes
  vqList: [6, tcaGredVqListAttrs],
})
export interface TcaGredAttrs extends Infer<typeof tcaGredAttrs> {}

/** `struct tc_sfb_qopt`, linux/pkt_sched.h */
export const tcSfbQopt = struct('tc_sfb_qopt', {
  /** Milliseconds. */
  rehashInterval: writtenAs(u32, milliseconds),
  /** Milliseconds. */
  warmupTime: writtenAs(u32, milliseconds),
  max: u32, // packets
  binSize: u32, // packets
  increment: u32, // probability times 65535
  decrement: u32, // probability times 65535
  limit: u32, // packets
  /** Packets per second. */
  penaltyRate: u32,
  penaltyBurst: u32, // packets
})

/** TCA_SFB_*, linux/pkt_sched.h */
export const tcaSfbAttrs = attributes('TCA_SFB', { parms: [1, tcSfbQopt] })
export interface TcaSfbAttrs extends Infer<typeof tcaSfbAttrs> {}

/** `struct tc_sfb_xstats`, linux/pkt_sched.h: packets, and probabilities times 65535 */
export const tcSfbXstats = struct('tc_sfb_xstats', {
  earlydrop: u32,
  penaltydrop: u32,
  bucketdrop: u32,
  queuedrop: u32,
  childdrop: u32,
  marked: u32,
  maxqlen: u32,
  maxprob: u32,
  avgprob: u32,
})
