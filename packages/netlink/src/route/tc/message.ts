import {
  AF,
  attributes,
  bitfield32Of,
  bytes,
  type Declaration,
  enumOf,
  flag,
  type Infer,
  late,
  type Members,
  type Message,
  message,
  pad,
  type Struct,
  string,
  struct,
  u8,
  u32,
  u64,
} from '../../codec/index.js'
import { TC_H, TCA_DUMP_FLAGS, TCM_IFINDEX } from './constants.js'
import * as kinds from './kinds.js'
import {
  gnetStatsBasic,
  gnetStatsQueue,
  gnetStatsRateEst,
  gnetStatsRateEst64,
  type TcaStabAttrs,
  tcaStabAttrs,
  tcEstimator,
  tcStats,
} from './stats.js'

/** `struct tcmsg`, linux/rtnetlink.h */
export const tcmsg = struct('tcmsg', {
  family: enumOf(u8, AF),
  _pad1: pad(1),
  _pad2: pad(2),
  // int in C, which TCM_IFINDEX_MAGIC_BLOCK does not fit: `parent` is then the number of a shared block
  ifindex: enumOf(u32, TCM_IFINDEX),
  handle: u32, // major number in the upper half, minor in the lower
  parent: enumOf(u32, TC_H), // or a handle
  info: u32, // of a filter: priority in the upper half, protocol (ETH_P_*, big-endian) in the lower; of a qdisc: references
})

/** The name of a value's type: TypeScript would write it out in full wherever it is used. */
const stab: Declaration<TcaStabAttrs> = tcaStabAttrs

/** TCA_STATS_*, linux/gen_stats.h: what all have alike */
const statsRows = {
  basic: [1, gnetStatsBasic],
  rateEst: [2, gnetStatsRateEst],
  queue: [3, gnetStatsQueue],
  rateEst64: [5, gnetStatsRateEst64],
  pad: [6, bytes],
  basicHw: [7, gnetStatsBasic],
  pkt64: [8, u64], // packets, where TCA_STATS_BASIC cannot hold them
} as const

/** TCA_STATS_*, linux/gen_stats.h: of a qdisc; `app` by its kind */
export const tcaQdiscStatsAttrs = attributes('TCA_STATS', { ...statsRows, app: [4, kinds.qdiscStatsApp] })

/** TCA_STATS_*, linux/gen_stats.h: of a class; `app` by its qdisc's kind */
export const tcaClassStatsAttrs = attributes('TCA_STATS', { ...statsRows, app: [4, kinds.classStatsApp] })

/** TCA_*, linux/rtnetlink.h: what qdiscs, classes and filters have alike */
const rows = {
  kind: [1, string],
  stats: [3, tcStats],
  rate: [5, tcEstimator],
  fcnt: [6, u32],
  pad: [9, bytes],
  dumpInvisible: [10, flag],
  chain: [11, u32],
  hwOffload: [12, u8],
  ingressBlock: [13, u32],
  egressBlock: [14, u32],
  dumpFlags: [15, bitfield32Of(TCA_DUMP_FLAGS)],
  extWarnMsg: [16, string],
} as const

/** TCA_*, linux/rtnetlink.h: of a qdisc */
export const tcaQdiscAttrs = attributes('TCA', {
  ...rows,
  options: [2, kinds.qdiscOptions],
  xstats: [4, kinds.qdiscXstats],
  stats2: [7, late(tcaQdiscStatsAttrs)],
  stab: [8, stab],
})

/** TCA_*, linux/rtnetlink.h: of a class */
export const tcaClassAttrs = attributes('TCA', {
  ...rows,
  options: [2, kinds.classOptions],
  xstats: [4, kinds.classXstats],
  stats2: [7, late(tcaClassStatsAttrs)],
  stab: [8, stab],
})

/** TCA_*, linux/rtnetlink.h: of a filter, and of a chain */
export const tcaFilterAttrs = attributes('TCA', {
  ...rows,
  options: [2, kinds.filterOptions],
})

type Header = Infer<typeof tcmsg>
type Tc<M> = Declaration<M> & { readonly header: Struct<Members, Header> }

/** RTM_NEWQDISC, RTM_DELQDISC, RTM_GETQDISC */
export const qdiscMessage: Tc<QdiscMessage> = message('qdisc', tcmsg, tcaQdiscAttrs)
export interface QdiscMessage extends Message<Header, Infer<typeof tcaQdiscAttrs>> {}

/** RTM_NEWTCLASS, RTM_DELTCLASS, RTM_GETTCLASS */
export const tclassMessage: Tc<TclassMessage> = message('traffic class', tcmsg, tcaClassAttrs)
export interface TclassMessage extends Message<Header, Infer<typeof tcaClassAttrs>> {}

/** RTM_NEWTFILTER, RTM_DELTFILTER, RTM_GETTFILTER, RTM_NEWCHAIN, RTM_DELCHAIN, RTM_GETCHAIN */
export const tfilterMessage: Tc<TfilterMessage> = message('traffic filter', tcmsg, tcaFilterAttrs)
export interface TfilterMessage extends Message<Header, Infer<typeof tcaFilterAttrs>> {}
