import {
  array,
  attributes,
  enumOf,
  type Infer,
  i8,
  i16,
  i32,
  pad,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '../../codec/index.js'
import { TC_LINKLAYER } from './constants.js'

/** `struct tc_stats`, linux/pkt_sched.h: the older form of TCA_STATS2. Rates are in bytes and packets per second. */
export const tcStats = struct(
  'tc_stats',
  {
    bytes: u64,
    packets: u32,
    drops: u32,
    overlimits: u32,
    bps: u32,
    pps: u32,
    qlen: u32, // packets
    backlog: u32, // bytes
    _pad: pad(4), // 32-bit kernels may omit it
  },
  { growable: true },
)

/** `struct tc_estimator`, linux/pkt_sched.h: parameters of a rate estimator */
export const tcEstimator = struct('tc_estimator', {
  interval: i8, // log2 of seconds: -2 is a quarter of a second
  ewmaLog: u8,
})

/** `struct gnet_stats_basic`, linux/gen_stats.h */
export const gnetStatsBasic = struct(
  'gnet_stats_basic',
  { bytes: u64, packets: u32, _pad: pad(4) },
  { growable: true }, // 32-bit kernels omit the padding
)

/** `struct gnet_stats_rate_est`, linux/gen_stats.h: bytes and packets per second */
export const gnetStatsRateEst = struct('gnet_stats_rate_est', { bps: u32, pps: u32 })

/** `struct gnet_stats_rate_est64`, linux/gen_stats.h: bytes and packets per second */
export const gnetStatsRateEst64 = struct('gnet_stats_rate_est64', { bps: u64, pps: u64 })

/** `struct gnet_stats_queue`, linux/gen_stats.h */
export const gnetStatsQueue = struct('gnet_stats_queue', {
  qlen: u32, // packets
  backlog: u32, // bytes
  drops: u32,
  requeues: u32,
  overlimits: u32,
})

/** `struct tc_ratespec`, linux/pkt_sched.h */
export const tcRatespec = struct('tc_ratespec', {
  cellLog: u8,
  linklayer: enumOf(u8, TC_LINKLAYER),
  overhead: u16, // bytes
  cellAlign: i16,
  mpu: u16, // bytes
  rate: u32, // bytes per second; 4294967295 if a 64-bit attribute contains the rate
})

/** `struct tc_sizespec`, linux/pkt_sched.h */
export const tcSizespec = struct('tc_sizespec', {
  cellLog: u8,
  sizeLog: u8,
  cellAlign: i16,
  overhead: i32, // bytes
  linklayer: enumOf(u32, TC_LINKLAYER),
  mpu: u32, // bytes
  mtu: u32, // bytes
  tsize: u32, // entries of TCA_STAB_DATA
})

/** TCA_STAB_*, linux/pkt_sched.h: size table, the length to account for each packet size */
export const tcaStabAttrs = attributes('TCA_STAB', {
  base: [1, tcSizespec],
  data: [2, array(u16)],
})
export interface TcaStabAttrs extends Infer<typeof tcaStabAttrs> {}

/** `u32[256]` (TC_RTAB_SIZE bytes): time to send a packet, in ticks, by packet size */
export const rateTable = array(u32)
