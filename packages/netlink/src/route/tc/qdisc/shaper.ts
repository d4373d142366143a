import {
  attributes,
  bytes,
  constants,
  enumOf,
  flag,
  flagsOf,
  hexadecimal,
  type Infer,
  i32,
  microseconds,
  nanoseconds,
  pad,
  struct,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../../../codec/index.js'
import { CLOCK } from '../../../constants/index.js'
import { rateTable, tcRatespec } from '../stats.js'

// A buffer size is the time to send its bytes at the rate. A tick is 64 nanoseconds (/proc/net/psched).

/** `struct tc_htb_opt`, linux/pkt_sched.h: parameters of a class */
export const tcHtbOpt = struct('tc_htb_opt', {
  rate: tcRatespec,
  ceil: tcRatespec,
  /** Ticks. */
  buffer: u32,
  /** Ticks. */
  cbuffer: u32,
  quantum: u32, // bytes
  level: u32, // replies only; 0: leaf
  prio: u32,
})

/** `struct tc_htb_glob`, linux/pkt_sched.h: parameters of the qdisc */
export const tcHtbGlob = struct('tc_htb_glob', {
  version: u32, // 3 in requests; in replies, the upper half, with the minor version in the lower
  rate2quantum: u32,
  defcls: writtenAs(u32, hexadecimal), // minor number of the default class
  debug: u32,
  directPkts: u32, // replies only
})

/** TCA_HTB_*, linux/pkt_sched.h: attributes of the qdisc and its classes. Rates are in bytes per second. */
export const tcaHtbAttrs = attributes('TCA_HTB', {
  parms: [1, tcHtbOpt],
  init: [2, tcHtbGlob],
  ctab: [3, rateTable],
  rtab: [4, rateTable],
  directQlen: [5, u32], // packets
  rate64: [6, u64],
  ceil64: [7, u64],
  pad: [8, bytes],
  offload: [9, flag],
})
export interface TcaHtbAttrs extends Infer<typeof tcaHtbAttrs> {}

/** `struct tc_htb_xstats`, linux/pkt_sched.h */
export const tcHtbXstats = struct('tc_htb_xstats', {
  lends: u32,
  borrows: u32,
  giants: u32,
  /** Ticks. */
  tokens: i32,
  /** Ticks. */
  ctokens: i32,
})

/** `struct tc_hfsc_qopt`, linux/pkt_sched.h: parameters of the qdisc */
export const tcHfscQopt = struct('tc_hfsc_qopt', { defcls: writtenAs(u16, hexadecimal) }) // minor number of the default class

/** `struct tc_service_curve`, linux/pkt_sched.h */
export const tcServiceCurve = struct('tc_service_curve', {
  /** Bytes per second, until `d`. */
  m1: u32,
  /** Microseconds. */
  d: writtenAs(u32, microseconds),
  /** Bytes per second, after `d`. */
  m2: u32,
})

/** TCA_HFSC_*, linux/pkt_sched.h: the real-time, fair-share and upper-limit curves of a class */
export const tcaHfscAttrs = attributes('TCA_HFSC', {
  rsc: [1, tcServiceCurve],
  fsc: [2, tcServiceCurve],
  usc: [3, tcServiceCurve],
})
export interface TcaHfscAttrs extends Infer<typeof tcaHfscAttrs> {}

/** `struct tc_hfsc_stats`, linux/pkt_sched.h */
export const tcHfscStats = struct('tc_hfsc_stats', {
  work: u64, // bytes
  rtwork: u64, // bytes sent under the real-time curve
  period: u32,
  level: u32,
})

/** `struct tc_cbs_qopt`, linux/pkt_sched.h. Credits are in bytes, slopes in kbit/s. */
export const tcCbsQopt = struct('tc_cbs_qopt', {
  offload: u8,
  _pad: pad(3),
  hicredit: i32,
  locredit: i32,
  idleslope: i32,
  sendslope: i32,
})

/** TCA_CBS_*, linux/pkt_sched.h */
export const tcaCbsAttrs = attributes('TCA_CBS', { parms: [1, tcCbsQopt] })
export interface TcaCbsAttrs extends Infer<typeof tcaCbsAttrs> {}

/** TC_ETF_*, linux/pkt_sched.h: flags of etf */
export const TC_ETF = constants('TC_ETF', { DEADLINE_MODE_ON: 1, OFFLOAD_ON: 2, SKIP_SOCK_CHECK: 4 })

/** `struct tc_etf_qopt`, linux/pkt_sched.h */
export const tcEtfQopt = struct('tc_etf_qopt', {
  /** Nanoseconds. */
  delta: writtenAs(i32, nanoseconds),
  clockid: enumOf(i32, CLOCK),
  flags: flagsOf(u32, TC_ETF),
})

/** TCA_ETF_*, linux/pkt_sched.h */
export const tcaEtfAttrs = attributes('TCA_ETF', { parms: [1, tcEtfQopt] })
export interface TcaEtfAttrs extends Infer<typeof tcaEtfAttrs> {}
