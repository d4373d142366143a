import {
  attributes,
  bitfield32Of,
  bytes,
  constants,
  type Declaration,
  type Infer,
  indexed,
  string,
  u32,
  u64,
} from '../../../codec/index.js'
import { named } from '../../../codec/named.js'
import { gnetStatsBasic, gnetStatsQueue, gnetStatsRateEst, gnetStatsRateEst64 } from '../stats.js'
import { actionOptions } from './kinds.js'

/** TCA_ACT_FLAGS_*, linux/pkt_cls.h */
export const TCA_ACT_FLAGS = constants('TCA_ACT_FLAGS', { NO_PERCPU_STATS: 1, SKIP_HW: 2, SKIP_SW: 4 })

/** TCA_ACT_HW_STATS_*, linux/pkt_cls.h: type of hardware statistics */
export const TCA_ACT_HW_STATS = constants('TCA_ACT_HW_STATS', { IMMEDIATE: 1, DELAYED: 2 })

/** TCA_STATS_*, linux/gen_stats.h: statistics of an action */
export const tcaActStatsAttrs = attributes('TCA_STATS', {
  basic: [1, gnetStatsBasic],
  rateEst: [2, gnetStatsRateEst],
  queue: [3, gnetStatsQueue],
  rateEst64: [5, gnetStatsRateEst64],
  pad: [6, bytes],
  basicHw: [7, gnetStatsBasic],
  pkt64: [8, u64], // packets, sent if TCA_STATS_BASIC cannot hold the number
})
export interface TcaActStatsAttrs extends Infer<typeof tcaActStatsAttrs> {}

/** TCA_ACT_*, linux/pkt_cls.h */
export const tcaActAttrs = attributes('TCA_ACT', {
  kind: [1, string],
  options: [2, actionOptions],
  index: [3, u32],
  stats: [4, named<TcaActStatsAttrs>(tcaActStatsAttrs)],
  pad: [5, bytes],
  cookie: [6, bytes], // at most 16 bytes
  flags: [7, bitfield32Of(TCA_ACT_FLAGS)],
  hwStats: [8, bitfield32Of(TCA_ACT_HW_STATS)],
  usedHwStats: [9, bitfield32Of(TCA_ACT_HW_STATS)],
  inHwCount: [10, u32],
})
export type TcaActAttrs = Infer<typeof tcaActAttrs>

/** Actions with their position, starting at 1. In a dump of actions, positions start at 0. */
export interface TcActions extends Array<[index: number, action: TcaActAttrs]> {}
export const tcActions: Declaration<TcActions> = indexed(tcaActAttrs)
