import {
  array,
  attributes,
  bytes,
  enumOf,
  flagsOf,
  type Infer,
  microseconds,
  multi,
  nanoseconds,
  seconds,
  u8,
  u32,
  uint,
  writtenAs,
} from '../../codec/index.js'
import { ethtoolHeaderAttrs } from './common.js'
import { ETHTOOL_TCP_DATA_SPLIT, RXH, RXH_XFRM } from './constants.js'

/** ETHTOOL_A_RINGS_*, linux/ethtool_netlink_generated.h */
export const ethtoolRingsAttrs = attributes('ETHTOOL_A_RINGS', {
  header: [1, ethtoolHeaderAttrs],
  rxMax: [2, u32],
  rxMiniMax: [3, u32],
  rxJumboMax: [4, u32],
  txMax: [5, u32],
  rx: [6, u32],
  rxMini: [7, u32],
  rxJumbo: [8, u32],
  tx: [9, u32],
  rxBufLen: [10, u32], // bytes
  tcpDataSplit: [11, enumOf(u8, ETHTOOL_TCP_DATA_SPLIT)],
  cqeSize: [12, u32], // bytes
  txPush: [13, u8],
  rxPush: [14, u8],
  txPushBufLen: [15, u32], // bytes
  txPushBufLenMax: [16, u32], // bytes
  hdsThresh: [17, u32], // bytes
  hdsThreshMax: [18, u32], // bytes
})
export interface EthtoolRingsAttrs extends Infer<typeof ethtoolRingsAttrs> {}

/** ETHTOOL_A_CHANNELS_*, linux/ethtool_netlink_generated.h */
export const ethtoolChannelsAttrs = attributes('ETHTOOL_A_CHANNELS', {
  header: [1, ethtoolHeaderAttrs],
  rxMax: [2, u32],
  txMax: [3, u32],
  otherMax: [4, u32],
  combinedMax: [5, u32],
  rxCount: [6, u32],
  txCount: [7, u32],
  otherCount: [8, u32],
  combinedCount: [9, u32],
})
export interface EthtoolChannelsAttrs extends Infer<typeof ethtoolChannelsAttrs> {}

/** ETHTOOL_A_IRQ_MODERATION_*, linux/ethtool_netlink_generated.h */
export const ethtoolIrqModerationAttrs = attributes('ETHTOOL_A_IRQ_MODERATION', {
  usec: [1, writtenAs(u32, microseconds)],
  pkts: [2, u32],
  comps: [3, u32],
})
export interface EthtoolIrqModerationAttrs extends Infer<typeof ethtoolIrqModerationAttrs> {}

/** ETHTOOL_A_PROFILE_*, linux/ethtool_netlink_generated.h */
export const ethtoolProfileAttrs = attributes('ETHTOOL_A_PROFILE', {
  irqModeration: [1, multi(ethtoolIrqModerationAttrs)],
})
export interface EthtoolProfileAttrs extends Infer<typeof ethtoolProfileAttrs> {}

/** ETHTOOL_A_COALESCE_*, linux/ethtool_netlink_generated.h */
export const ethtoolCoalesceAttrs = attributes('ETHTOOL_A_COALESCE', {
  header: [1, ethtoolHeaderAttrs],
  rxUsecs: [2, writtenAs(u32, microseconds)],
  rxMaxFrames: [3, u32],
  rxUsecsIrq: [4, writtenAs(u32, microseconds)],
  rxMaxFramesIrq: [5, u32],
  txUsecs: [6, writtenAs(u32, microseconds)],
  txMaxFrames: [7, u32],
  txUsecsIrq: [8, writtenAs(u32, microseconds)],
  txMaxFramesIrq: [9, u32],
  statsBlockUsecs: [10, writtenAs(u32, microseconds)],
  useAdaptiveRx: [11, u8],
  useAdaptiveTx: [12, u8],
  pktRateLow: [13, u32],
  rxUsecsLow: [14, writtenAs(u32, microseconds)],
  rxMaxFramesLow: [15, u32],
  txUsecsLow: [16, writtenAs(u32, microseconds)],
  txMaxFramesLow: [17, u32],
  pktRateHigh: [18, u32],
  rxUsecsHigh: [19, writtenAs(u32, microseconds)],
  rxMaxFramesHigh: [20, u32],
  txUsecsHigh: [21, writtenAs(u32, microseconds)],
  txMaxFramesHigh: [22, u32],
  rateSampleInterval: [23, writtenAs(u32, seconds)],
  useCqeModeTx: [24, u8],
  useCqeModeRx: [25, u8],
  txAggrMaxBytes: [26, u32],
  txAggrMaxFrames: [27, u32],
  txAggrTimeUsecs: [28, writtenAs(u32, microseconds)],
  rxProfile: [29, ethtoolProfileAttrs],
  txProfile: [30, ethtoolProfileAttrs],
  rxCqeFrames: [31, u32],
  rxCqeNsecs: [32, writtenAs(u32, nanoseconds)],
})
export interface EthtoolCoalesceAttrs extends Infer<typeof ethtoolCoalesceAttrs> {}

/** ETHTOOL_A_FLOW_*, linux/ethtool_netlink_generated.h */
export const ethtoolFlowAttrs = attributes('ETHTOOL_A_FLOW', {
  ether: [1, flagsOf(uint, RXH)], // the same in all rows
  ip4: [2, uint],
  ip6: [3, uint],
  tcp4: [4, uint],
  tcp6: [5, uint],
  udp4: [6, uint],
  udp6: [7, uint],
  sctp4: [8, uint],
  sctp6: [9, uint],
  ah4: [10, uint],
  ah6: [11, uint],
  esp4: [12, uint],
  esp6: [13, uint],
  ahEsp4: [14, uint],
  ahEsp6: [15, uint],
  gtpu4: [16, uint],
  gtpu6: [17, uint],
  gtpc4: [18, uint],
  gtpc6: [19, uint],
  gtpcTeid4: [20, uint],
  gtpcTeid6: [21, uint],
  gtpuEh4: [22, uint],
  gtpuEh6: [23, uint],
  gtpuUl4: [24, uint],
  gtpuUl6: [25, uint],
  gtpuDl4: [26, uint],
  gtpuDl6: [27, uint],
})
export interface EthtoolFlowAttrs extends Infer<typeof ethtoolFlowAttrs> {}

/** ETHTOOL_A_RSS_*, linux/ethtool_netlink_generated.h */
export const ethtoolRssAttrs = attributes('ETHTOOL_A_RSS', {
  header: [1, ethtoolHeaderAttrs],
  context: [2, u32], // the default one is 0, which is not sent
  hfunc: [3, u32], // a bit of ETH_SS_RSS_HASH_FUNCS
  indir: [4, array(u32)], // queue numbers
  hkey: [5, bytes],
  inputXfrm: [6, enumOf(u32, RXH_XFRM)],
  startContext: [7, u32], // in dump requests
  flowHash: [8, ethtoolFlowAttrs],
})
export interface EthtoolRssAttrs extends Infer<typeof ethtoolRssAttrs> {}
