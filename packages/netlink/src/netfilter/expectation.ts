import {
  attributes,
  enumOf,
  flagsOf,
  type Infer,
  message,
  seconds,
  string,
  u16be,
  u32be,
  writtenAs,
} from '../codec/index.js'
import { IP_CT_DIR, NF_CT_EXPECT } from './conntrack-state.js'
import { ctTupleAttrs } from './conntrack-tuple.js'
import { nfgenmsg } from './nfnetlink.js'

/** CTA_EXPECT_NAT_*, linux/netfilter/nfnetlink_conntrack.h */
export const ctExpectNatAttrs = attributes('CTA_EXPECT_NAT', {
  dir: [1, enumOf(u32be, IP_CT_DIR)],
  tuple: [2, ctTupleAttrs],
})

/** CTA_EXPECT_*, linux/netfilter/nfnetlink_conntrack.h: a connection that a helper expects */
export const ctExpectAttrs = attributes('CTA_EXPECT', {
  master: [1, ctTupleAttrs],
  tuple: [2, ctTupleAttrs],
  mask: [3, ctTupleAttrs],
  timeout: [4, writtenAs(u32be, seconds)],
  id: [5, u32be],
  helpName: [6, string],
  zone: [7, u16be],
  flags: [8, flagsOf(u32be, NF_CT_EXPECT)],
  class: [9, u32be],
  nat: [10, ctExpectNatAttrs],
  fn: [11, string],
})

/** CTA_STATS_EXP_*, linux/netfilter/nfnetlink_conntrack.h: counters of one CPU */
export const ctStatsExpAttrs = attributes('CTA_STATS_EXP', {
  new: [1, u32be],
  create: [2, u32be],
  delete: [3, u32be],
})

/** IPCTNL_MSG_EXP_NEW, IPCTNL_MSG_EXP_GET, IPCTNL_MSG_EXP_DELETE */
export const expectMessage = message('expectation', nfgenmsg, ctExpectAttrs)
export interface ExpectMessage extends Infer<typeof expectMessage> {}

/** IPCTNL_MSG_EXP_GET_STATS_CPU; `resId` is the CPU. */
export const expectStatsCpuMessage = message('expectation statistics', nfgenmsg, ctStatsExpAttrs)
export interface ExpectStatsCpuMessage extends Infer<typeof expectStatsCpuMessage> {}
