import { flagsOf, i32, seconds, struct, u8, u32, writtenAs } from '../../../codec/index.js'
import { TC_RED } from './red.js'

/** `struct tc_sfq_qopt`, linux/pkt_sched.h */
export const tcSfqQopt = struct('tc_sfq_qopt', {
  quantum: u32, // bytes
  /** Seconds. */
  perturbPeriod: writtenAs(i32, seconds),
  limit: u32, // packets
  divisor: u32,
  flows: u32,
})

/** `struct tc_sfqred_stats`, linux/pkt_sched.h: packets */
export const tcSfqredStats = struct('tc_sfqred_stats', {
  probDrop: u32,
  forcedDrop: u32,
  probMark: u32,
  forcedMark: u32,
  probMarkHead: u32,
  forcedMarkHead: u32,
})

/** `struct tc_sfq_qopt_v1`, linux/pkt_sched.h. Older programs and kernels have only `v0`. */
export const tcSfqQoptV1 = struct(
  'tc_sfq_qopt_v1',
  {
    v0: tcSfqQopt,
    depth: u32, // packets
    headdrop: u32,
    limit: u32, // bytes
    qthMin: u32, // bytes
    qthMax: u32, // bytes
    wlog: u8,
    plog: u8,
    scellLog: u8,
    flags: flagsOf(u8, TC_RED),
    maxP: u32, // probability times 2^32
    stats: tcSfqredStats,
  },
  { growable: true },
)

/** `struct tc_sfq_xstats`, linux/pkt_sched.h: statistics of a class */
export const tcSfqXstats = struct('tc_sfq_xstats', { allot: i32 })
