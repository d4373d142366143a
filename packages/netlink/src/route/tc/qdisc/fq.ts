import {
  array,
  attributes,
  hexadecimal,
  type Infer,
  i32,
  i64,
  microseconds,
  nanoseconds,
  repeat,
  struct,
  u8,
  u32,
  u64,
  writtenAs,
} from '../../../codec/index.js'
import { tcPrioQopt } from './simple.js'

/** TCA_FQ_*, linux/pkt_sched.h. Times are in microseconds, rates in bytes per second. */
export const tcaFqAttrs = attributes('TCA_FQ', {
  plimit: [1, u32], // packets
  flowPlimit: [2, u32], // packets
  quantum: [3, u32], // bytes
  initialQuantum: [4, u32], // bytes
  rateEnable: [5, u32],
  flowDefaultRate: [6, u32],
  flowMaxRate: [7, u32],
  bucketsLog: [8, u32],
  /** Microseconds. */
  flowRefillDelay: [9, writtenAs(u32, microseconds)],
  orphanMask: [10, writtenAs(u32, hexadecimal)],
  lowRateThreshold: [11, u32],
  /** Microseconds. */
  ceThreshold: [12, writtenAs(u32, microseconds)],
  /** Nanoseconds. */
  timerSlack: [13, writtenAs(u32, nanoseconds)],
  /** Microseconds. */
  horizon: [14, writtenAs(u32, microseconds)],
  horizonDrop: [15, u8],
  priomap: [16, tcPrioQopt],
  weights: [17, array(i32)], // one weight for each of the three bands
  /** Microseconds. */
  offloadHorizon: [18, writtenAs(u32, microseconds)],
})
export interface TcaFqAttrs extends Infer<typeof tcaFqAttrs> {}

/** `struct tc_fq_qd_stats`, linux/pkt_sched.h */
export const tcFqQdStats = struct(
  'tc_fq_qd_stats',
  {
    gcFlows: u64,
    highprioPackets: u64,
    tcpRetrans: u64,
    throttled: u64,
    flowsPlimit: u64,
    pktsTooLong: u64,
    allocationErrors: u64,
    /** Nanoseconds. */
    timeNextDelayedFlow: writtenAs(i64, nanoseconds),
    flows: u32,
    inactiveFlows: u32,
    throttledFlows: u32,
    unthrottleLatencyNs: u32,
    ceMark: u64,
    horizonDrops: u64,
    horizonCaps: u64,
    fastpathPackets: u64,
    bandDrops: repeat(u64, 3),
    bandPktCount: repeat(u32, 3),
    pad: u32,
  },
  { growable: true }, // older kernels have fewer counters
)
