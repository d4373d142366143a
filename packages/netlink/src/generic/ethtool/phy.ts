import {
  attributes,
  bytes,
  enumOf,
  type Infer,
  milliseconds,
  string,
  u8,
  u16,
  u32,
  u64,
  uint,
  writtenAs,
} from '../../codec/index.js'
import { ethtoolHeaderAttrs } from './common.js'
import { ETHTOOL_MM_VERIFY_STATUS, PHY_UPSTREAM } from './constants.js'

/** ETHTOOL_A_PHY_*, linux/ethtool_netlink_generated.h */
export const ethtoolPhyAttrs = attributes('ETHTOOL_A_PHY', {
  header: [1, ethtoolHeaderAttrs],
  index: [2, u32],
  drvname: [3, string],
  name: [4, string],
  upstreamType: [5, enumOf(u32, PHY_UPSTREAM)],
  upstreamIndex: [6, u32],
  upstreamSfpName: [7, string],
  downstreamSfpName: [8, string],
})
export interface EthtoolPhyAttrs extends Infer<typeof ethtoolPhyAttrs> {}

/** ETHTOOL_A_PLCA_*, linux/ethtool_netlink_generated.h */
export const ethtoolPlcaAttrs = attributes('ETHTOOL_A_PLCA', {
  header: [1, ethtoolHeaderAttrs],
  version: [2, u16], // of the Open Alliance map
  enabled: [3, u8],
  status: [4, u8],
  nodeCnt: [5, u32],
  nodeId: [6, u32], // 0 is the coordinator, 255 means none
  toTmr: [7, u32], // bit times
  burstCnt: [8, u32],
  burstTmr: [9, u32], // bit times
})
export interface EthtoolPlcaAttrs extends Infer<typeof ethtoolPlcaAttrs> {}

/** ETHTOOL_A_MM_STAT_*, linux/ethtool_netlink_generated.h */
export const ethtoolMmStatAttrs = attributes('ETHTOOL_A_MM_STAT', {
  pad: [1, bytes],
  reassemblyErrors: [2, u64],
  smdErrors: [3, u64],
  reassemblyOk: [4, u64],
  rxFragCount: [5, u64],
  txFragCount: [6, u64],
  holdCount: [7, u64],
})
export interface EthtoolMmStatAttrs extends Infer<typeof ethtoolMmStatAttrs> {}

/** ETHTOOL_A_MM_*, linux/ethtool_netlink_generated.h */
export const ethtoolMmAttrs = attributes('ETHTOOL_A_MM', {
  header: [1, ethtoolHeaderAttrs],
  pmacEnabled: [2, u8],
  txEnabled: [3, u8],
  txActive: [4, u8],
  txMinFragSize: [5, u32], // bytes
  rxMinFragSize: [6, u32], // bytes
  verifyEnabled: [7, u8],
  verifyStatus: [8, enumOf(u8, ETHTOOL_MM_VERIFY_STATUS)],
  verifyTime: [9, writtenAs(u32, milliseconds)],
  maxVerifyTime: [10, writtenAs(u32, milliseconds)],
  stats: [11, ethtoolMmStatAttrs],
})
export interface EthtoolMmAttrs extends Infer<typeof ethtoolMmAttrs> {}

/** ETHTOOL_A_MSE_CAPABILITIES_*, linux/ethtool_netlink_generated.h */
export const ethtoolMseCapabilitiesAttrs = attributes('ETHTOOL_A_MSE_CAPABILITIES', {
  maxAverageMse: [1, uint],
  maxPeakMse: [2, uint],
  refreshRatePs: [3, uint], // picoseconds
  numSymbols: [4, uint],
})
export interface EthtoolMseCapabilitiesAttrs extends Infer<typeof ethtoolMseCapabilitiesAttrs> {}

/** ETHTOOL_A_MSE_SNAPSHOT_*, linux/ethtool_netlink_generated.h */
export const ethtoolMseSnapshotAttrs = attributes('ETHTOOL_A_MSE_SNAPSHOT', {
  averageMse: [1, uint],
  peakMse: [2, uint],
  worstPeakMse: [3, uint],
})
export interface EthtoolMseSnapshotAttrs extends Infer<typeof ethtoolMseSnapshotAttrs> {}

/** ETHTOOL_A_MSE_*, linux/ethtool_netlink_generated.h */
export const ethtoolMseAttrs = attributes('ETHTOOL_A_MSE', {
  header: [1, ethtoolHeaderAttrs],
  capabilities: [2, ethtoolMseCapabilitiesAttrs],
  channelA: [3, ethtoolMseSnapshotAttrs],
  channelB: [4, ethtoolMseSnapshotAttrs],
  channelC: [5, ethtoolMseSnapshotAttrs],
  channelD: [6, ethtoolMseSnapshotAttrs],
  worstChannel: [7, ethtoolMseSnapshotAttrs],
  link: [8, ethtoolMseSnapshotAttrs],
})
export interface EthtoolMseAttrs extends Infer<typeof ethtoolMseAttrs> {}
