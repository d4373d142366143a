import {
  attributes,
  bytes,
  constants,
  enumOf,
  hexadecimal,
  type Infer,
  i32,
  list,
  microseconds,
  u32,
  u64,
  writtenAs,
} from '../../../codec/index.js'

/** CAKE_FLOW_*, linux/pkt_sched.h */
export const CAKE_FLOW = constants('CAKE_FLOW', {
  NONE: 0,
  SRC_IP: 1,
  DST_IP: 2,
  HOSTS: 3,
  FLOWS: 4,
  DUAL_SRC: 5,
  DUAL_DST: 6,
  TRIPLE: 7,
})

/** CAKE_DIFFSERV_*, linux/pkt_sched.h */
export const CAKE_DIFFSERV = constants('CAKE_DIFFSERV', {
  DIFFSERV3: 0,
  DIFFSERV4: 1,
  DIFFSERV8: 2,
  BESTEFFORT: 3,
  PRECEDENCE: 4,
})

/** CAKE_ACK_*, linux/pkt_sched.h */
export const CAKE_ACK = constants('CAKE_ACK', { NONE: 0, FILTER: 1, AGGRESSIVE: 2 })

/** CAKE_ATM_*, linux/pkt_sched.h */
export const CAKE_ATM = constants('CAKE_ATM', { NONE: 0, ATM: 1, PTM: 2 })

/** TCA_CAKE_*, linux/pkt_sched.h. Times are in microseconds. */
export const tcaCakeAttrs = attributes('TCA_CAKE', {
  pad: [1, bytes],
  /** Bytes per second; 0: unlimited. */
  baseRate64: [2, u64],
  diffservMode: [3, enumOf(u32, CAKE_DIFFSERV)],
  atm: [4, enumOf(u32, CAKE_ATM)],
  flowMode: [5, enumOf(u32, CAKE_FLOW)],
  overhead: [6, i32], // bytes
  /** Microseconds. */
  rtt: [7, writtenAs(u32, microseconds)],
  /** Microseconds. */
  target: [8, writtenAs(u32, microseconds)],
  autorate: [9, u32],
  memory: [10, u32], // bytes
  nat: [11, u32],
  raw: [12, u32],
  wash: [13, u32],
  mpu: [14, u32], // bytes
  ingress: [15, u32],
  ackFilter: [16, enumOf(u32, CAKE_ACK)],
  splitGso: [17, u32],
  fwmark: [18, writtenAs(u32, hexadecimal)], // mask
})
export interface TcaCakeAttrs extends Infer<typeof tcaCakeAttrs> {}

/** TCA_CAKE_TIN_STATS_*, linux/pkt_sched.h */
export const tcaCakeTinStatsAttrs = attributes('TCA_CAKE_TIN_STATS', {
  pad: [1, bytes],
  sentPackets: [2, u32],
  sentBytes64: [3, u64],
  droppedPackets: [4, u32],
  droppedBytes64: [5, u64],
  acksDroppedPackets: [6, u32],
  acksDroppedBytes64: [7, u64],
  ecnMarkedPackets: [8, u32],
  ecnMarkedBytes64: [9, u64],
  backlogPackets: [10, u32],
  backlogBytes: [11, u32],
  /** Bytes per second. */
  thresholdRate64: [12, u64],
  targetUs: [13, u32],
  intervalUs: [14, u32],
  wayIndirectHits: [15, u32],
  wayMisses: [16, u32],
  wayCollisions: [17, u32],
  peakDelayUs: [18, u32],
  avgDelayUs: [19, u32],
  baseDelayUs: [20, u32],
  sparseFlows: [21, u32],
  bulkFlows: [22, u32],
  unresponsiveFlows: [23, u32],
  maxSkblen: [24, u32], // bytes
  flowQuantum: [25, u32], // bytes
})

/** TCA_CAKE_STATS_*, linux/pkt_sched.h. `deficit` and later attributes are for classes, the others for the qdisc. */
export const tcaCakeStatsAttrs = attributes('TCA_CAKE_STATS', {
  pad: [1, bytes],
  /** Bytes per second. */
  capacityEstimate64: [2, u64],
  memoryLimit: [3, u32], // bytes
  memoryUsed: [4, u32], // bytes
  avgNetoff: [5, u32], // bytes
  minNetlen: [6, u32], // bytes
  maxNetlen: [7, u32], // bytes
  minAdjlen: [8, u32], // bytes
  maxAdjlen: [9, u32], // bytes
  tinStats: [10, list(tcaCakeTinStatsAttrs)],
  deficit: [11, i32],
  cobaltCount: [12, u32],
  dropping: [13, u32],
  dropNextUs: [14, i32],
  pDrop: [15, u32],
  blueTimerUs: [16, i32],
  activeQueues: [17, u32],
})
export interface TcaCakeStatsAttrs extends Infer<typeof tcaCakeStatsAttrs> {}
