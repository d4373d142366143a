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

/** `struct tc_stats`, linux/pkt_sched.h: the older form of TCA_STATS2; rates in bytes and packets a second */
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
    _pad: pad(4), // kernels of 32 bits may leave it out
  },
  { growable: true },
)

/** `struct tc_estimator`, linux/pkt_sched.h: how a rate is to be estimated */
export const tcEstimator = struct('tc_estimator', {
  interval: i8, // logarithm of seconds, to base 2: -2 is a quarter of a second
  ewmaLog: u8,
})

/** `struct gnet_stats_basic`, linux/gen_stats.h */
export const gnetStatsBasic = struct(
  'gnet_stats_basic',
  { bytes: u64, packets: u32, _pad: pad(4) },
  { growable: true }, // 32-bit kernels leave the padding out
)

/** `struct gnet_stats_rate_est`, linux/gen_stats.h: bytes and packets a second */
export const gnetStatsRateEst = struct('gnet_stats_rate_est', { bps: u32, pps: u32 })

/** `struct gnet_stats_rate_est64`, linux/gen_stats.h: bytes and packets a second */
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
  rate: u32, // bytes a second; 4294967295 where an attribute of 64 bits has it
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

/** TCA_STAB_*, linux/pkt_sched.h: how long a packet of each size is to be taken for */
export const tcaStabAttrs = attributes('TCA_STAB', {
  base: [1, tcSizespec],
  data: [2, array(u16)],
})
export interface TcaStabAttrs extends Infer<typeof tcaStabAttrs> {}

/** `u32[256]` by packet size (TC_RTAB_SIZE bytes): what it takes to send that much, in ticks */
export const rateTable = array(u32)
