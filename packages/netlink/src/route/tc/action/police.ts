import { attributes, bytes, type Infer, i32, struct, u32, u64 } from '../../../codec/index.js'
import { actionResult } from '../constants.js'
import { rateTable, tcRatespec } from '../stats.js'
import { tcfT } from './general.js'

/** `struct tc_police`, linux/pkt_cls.h */
export const tcPolice = struct('tc_police', {
  index: u32,
  action: actionResult, // for packets above the rate
  limit: u32,
  burst: u32, // ticks
  mtu: u32, // bytes
  rate: tcRatespec,
  peakrate: tcRatespec,
  refcnt: i32,
  bindcnt: i32,
  capab: u32,
})

/** TCA_POLICE_*, linux/pkt_cls.h. Rates are in bytes per second. */
export const tcaPoliceAttrs = attributes('TCA_POLICE', {
  tbf: [1, tcPolice],
  rate: [2, rateTable],
  peakrate: [3, rateTable],
  avrate: [4, u32],
  result: [5, actionResult], // for packets within the rate
  tm: [6, tcfT],
  pad: [7, bytes],
  rate64: [8, u64],
  peakrate64: [9, u64],
  pktrate64: [10, u64], // packets per second
  pktburst64: [11, u64], // ticks
})
export interface TcaPoliceAttrs extends Infer<typeof tcaPoliceAttrs> {}
