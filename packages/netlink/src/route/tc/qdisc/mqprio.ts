import {
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  i32,
  i64,
  message,
  multi,
  nanoseconds,
  repeat,
  struct,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../../../codec/index.js'
import { CLOCK } from '../../../constants/index.js'

/** TC_MQPRIO_HW_OFFLOAD_*, linux/pkt_sched.h */
export const TC_MQPRIO_HW_OFFLOAD = constants('TC_MQPRIO_HW_OFFLOAD', { NONE: 0, TCS: 1 })

/** TC_MQPRIO_MODE_*, linux/pkt_sched.h */
export const TC_MQPRIO_MODE = constants('TC_MQPRIO_MODE', { DCB: 0, CHANNEL: 1 })

/** TC_MQPRIO_SHAPER_*, linux/pkt_sched.h */
export const TC_MQPRIO_SHAPER = constants('TC_MQPRIO_SHAPER', { DCB: 0, BW_RATE: 1 })

/** TC_MQPRIO_F_*, linux/pkt_sched.h: parameters that are set */
export const TC_MQPRIO_F = constants('TC_MQPRIO_F', { MODE: 1, SHAPER: 2, MIN_RATE: 4, MAX_RATE: 8 })

/** TC_FP_*, linux/pkt_sched.h: frame preemption */
export const TC_FP = constants('TC_FP', { EXPRESS: 1, PREEMPTIBLE: 2 })

/** `struct tc_mqprio_qopt`, linux/pkt_sched.h */
export const tcMqprioQopt = struct('tc_mqprio_qopt', {
  numTc: u8,
  prioTcMap: repeat(u8, 16), // traffic class of each TC_PRIO_*
  hw: enumOf(u8, TC_MQPRIO_HW_OFFLOAD),
  count: repeat(u16, 16), // number of queues of each traffic class
  offset: repeat(u16, 16), // first queue of each traffic class
})

/** TCA_MQPRIO_TC_ENTRY_*, linux/pkt_sched.h */
export const tcaMqprioTcEntryAttrs = attributes('TCA_MQPRIO_TC_ENTRY', {
  index: [1, u32],
  fp: [2, enumOf(u32, TC_FP)],
})

/** TCA_MQPRIO_MIN_RATE64: nests itself once per traffic class; bytes per second */
export const tcaMqprioMinRatesAttrs = attributes('TCA_MQPRIO', { minRate64: [3, multi(u64)] })

/** TCA_MQPRIO_MAX_RATE64: nests itself once per traffic class; bytes per second */
export const tcaMqprioMaxRatesAttrs = attributes('TCA_MQPRIO', { maxRate64: [4, multi(u64)] })

/** TCA_MQPRIO_*, linux/pkt_sched.h: attributes after `struct tc_mqprio_qopt` */
export const tcaMqprioAttrs = attributes('TCA_MQPRIO', {
  mode: [1, enumOf(u16, TC_MQPRIO_MODE)],
  shaper: [2, enumOf(u16, TC_MQPRIO_SHAPER)],
  minRate64: [3, tcaMqprioMinRatesAttrs],
  maxRate64: [4, tcaMqprioMaxRatesAttrs],
  tcEntry: [5, multi(tcaMqprioTcEntryAttrs)],
})

/** TCA_OPTIONS of mqprio */
export const tcMqprioOptions = message('mqprio', tcMqprioQopt, tcaMqprioAttrs)
export interface TcMqprioOptions extends Infer<typeof tcMqprioOptions> {}

/** TC_TAPRIO_CMD_*, linux/pkt_sched.h */
export const TC_TAPRIO_CMD = constants('TC_TAPRIO_CMD', { SET_GATES: 0, SET_AND_HOLD: 1, SET_AND_RELEASE: 2 })

/** TCA_TAPRIO_ATTR_FLAG_*, linux/pkt_sched.h */
export const TCA_TAPRIO_ATTR_FLAG = constants('TCA_TAPRIO_ATTR_FLAG', { TXTIME_ASSIST: 1, FULL_OFFLOAD: 2 })

/** TCA_TAPRIO_SCHED_ENTRY_*, linux/pkt_sched.h */
export const tcaTaprioSchedEntryAttrs = attributes('TCA_TAPRIO_SCHED_ENTRY', {
  index: [1, u32],
  cmd: [2, enumOf(u8, TC_TAPRIO_CMD)],
  gateMask: [3, u32],
  /** Nanoseconds. */
  interval: [4, writtenAs(u32, nanoseconds)],
})

/** TCA_TAPRIO_SCHED_ENTRY, linux/pkt_sched.h: the content of TCA_TAPRIO_ATTR_SCHED_ENTRY_LIST */
export const tcaTaprioSchedEntriesAttrs = attributes('TCA_TAPRIO_SCHED', {
  entry: [1, multi(tcaTaprioSchedEntryAttrs)],
})

/** TCA_TAPRIO_TC_ENTRY_*, linux/pkt_sched.h */
export const tcaTaprioTcEntryAttrs = attributes('TCA_TAPRIO_TC_ENTRY', {
  index: [1, u32],
  maxSdu: [2, u32], // bytes
  fp: [3, enumOf(u32, TC_FP)],
})

/** The TCA_TAPRIO_ATTR_* attributes inside TCA_TAPRIO_ATTR_ADMIN_SCHED: the pending schedule. Times are in nanoseconds. */
export const tcaTaprioAdminSchedAttrs = attributes('TCA_TAPRIO_ATTR', {
  schedEntryList: [2, tcaTaprioSchedEntriesAttrs],
  /** Nanoseconds. */
  schedBaseTime: [3, writtenAs(i64, nanoseconds)],
  pad: [6, bytes],
  /** Nanoseconds. */
  schedCycleTime: [8, writtenAs(i64, nanoseconds)],
  /** Nanoseconds. */
  schedCycleTimeExtension: [9, writtenAs(i64, nanoseconds)],
})

/** TCA_TAPRIO_ATTR_*, linux/pkt_sched.h. Times are in nanoseconds. */
export const tcaTaprioAttrs = attributes('TCA_TAPRIO_ATTR', {
  priomap: [1, tcMqprioQopt],
  schedEntryList: [2, tcaTaprioSchedEntriesAttrs],
  /** Nanoseconds. */
  schedBaseTime: [3, writtenAs(i64, nanoseconds)],
  schedSingleEntry: [4, tcaTaprioSchedEntryAttrs],
  schedClockid: [5, enumOf(i32, CLOCK)],
  pad: [6, bytes],
  adminSched: [7, tcaTaprioAdminSchedAttrs],
  /** Nanoseconds. */
  schedCycleTime: [8, writtenAs(i64, nanoseconds)],
  /** Nanoseconds. */
  schedCycleTimeExtension: [9, writtenAs(i64, nanoseconds)],
  flags: [10, flagsOf(u32, TCA_TAPRIO_ATTR_FLAG)],
  /** Nanoseconds. */
  txtimeDelay: [11, writtenAs(u32, nanoseconds)],
  tcEntry: [12, multi(tcaTaprioTcEntryAttrs)],
})
export interface TcaTaprioAttrs extends Infer<typeof tcaTaprioAttrs> {}

/** TCA_TAPRIO_OFFLOAD_STATS_*, linux/pkt_sched.h: TCA_STATS_APP of taprio */
export const tcaTaprioOffloadStatsAttrs = attributes('TCA_TAPRIO_OFFLOAD_STATS', {
  pad: [1, bytes],
  windowDrops: [2, u64],
  txOverruns: [3, u64],
})
export interface TcaTaprioOffloadStatsAttrs extends Infer<typeof tcaTaprioOffloadStatsAttrs> {}
