import {
  AF,
  attributes,
  bitfield32Of,
  bytes,
  type Declaration,
  enumOf,
  flag,
  hexadecimal,
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
  writtenAs,
} from '../../codec/index.js'
import { TC_H, TCA_DUMP_FLAGS, TCM_IFINDEX } from './constants.js'
import { filterInfo, handleOf, tcHandle } from './handle.js'
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

const tcmsgMembers = {
  family: enumOf(u8, AF),
  _pad1: pad(1),
  _pad2: pad(2),
  // An int in C, but unsigned here for TCM_IFINDEX_MAGIC_BLOCK: `parent` is then the number of a shared block.
  ifindex: enumOf(u32, TCM_IFINDEX),
  handle: tcHandle,
  parent: handleOf(enumOf(u32, TC_H)),
  info: u32, // of a qdisc the reference count
} as const

/** `struct tcmsg`, linux/rtnetlink.h */
export const tcmsg = struct('tcmsg', tcmsgMembers)

/** `struct tcmsg` of filters and chains, whose handles have a form of their own for each kind */
const filterTcmsg = struct('tcmsg', { ...tcmsgMembers, handle: writtenAs(u32, hexadecimal), info: filterInfo })

/** Annotated, because TypeScript would otherwise repeat the full type wherever it is used. */
const stab: Declaration<TcaStabAttrs> = tcaStabAttrs

/** TCA_STATS_*, linux/gen_stats.h: rows common to qdiscs and classes */
const statsRows = {
  basic: [1, gnetStatsBasic],
  rateEst: [2, gnetStatsRateEst],
  queue: [3, gnetStatsQueue],
  rateEst64: [5, gnetStatsRateEst64],
  pad: [6, bytes],
  basicHw: [7, gnetStatsBasic],
  pkt64: [8, u64], // packets, sent if TCA_STATS_BASIC cannot hold the number
} as const

/** TCA_STATS_*, linux/gen_stats.h: statistics of a qdisc; `app` depends on its kind */
export const tcaQdiscStatsAttrs = attributes('TCA_STATS', { ...statsRows, app: [4, kinds.qdiscStatsApp] })

/** TCA_STATS_*, linux/gen_stats.h: statistics of a class; `app` depends on the kind of its qdisc */
export const tcaClassStatsAttrs = attributes('TCA_STATS', { ...statsRows, app: [4, kinds.classStatsApp] })

/** TCA_*, linux/rtnetlink.h: rows common to qdiscs, classes and filters */
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

/** TCA_*, linux/rtnetlink.h: attributes of a qdisc */
export const tcaQdiscAttrs = attributes('TCA', {
  ...rows,
  options: [2, kinds.qdiscOptions],
  xstats: [4, kinds.qdiscXstats],
  stats2: [7, late(tcaQdiscStatsAttrs)],
  stab: [8, stab],
})

/** TCA_*, linux/rtnetlink.h: attributes of a class */
export const tcaClassAttrs = attributes('TCA', {
  ...rows,
  options: [2, kinds.classOptions],
  xstats: [4, kinds.classXstats],
  stats2: [7, late(tcaClassStatsAttrs)],
  stab: [8, stab],
})

/** TCA_*, linux/rtnetlink.h: attributes of a filter or chain */
export const tcaFilterAttrs = attributes('TCA', {
  ...rows,
  options: [2, kinds.filterOptions],
})

type Header = Infer<typeof tcmsg>
type Tc<M> = Declaration<M> & { readonly header: Struct<Members, Header>; readonly attrs: Declaration<unknown> }

/** RTM_NEWQDISC, RTM_DELQDISC, RTM_GETQDISC */
export const qdiscMessage: Tc<QdiscMessage> = message('qdisc', tcmsg, tcaQdiscAttrs)
export interface QdiscMessage extends Message<Header, Infer<typeof tcaQdiscAttrs>> {}

/** RTM_NEWTCLASS, RTM_DELTCLASS, RTM_GETTCLASS */
export const tclassMessage: Tc<TclassMessage> = message('traffic class', tcmsg, tcaClassAttrs)
export interface TclassMessage extends Message<Header, Infer<typeof tcaClassAttrs>> {}

/** RTM_NEWTFILTER, RTM_DELTFILTER, RTM_GETTFILTER, RTM_NEWCHAIN, RTM_DELCHAIN, RTM_GETCHAIN */
export const tfilterMessage: Tc<TfilterMessage> = message('traffic filter', filterTcmsg, tcaFilterAttrs)
export interface TfilterMessage extends Message<Header, Infer<typeof tcaFilterAttrs>> {}
