import { attributes, bytes, type Declaration, enumOf, type Infer, multi, select, u32, u64 } from '../../codec/index.js'
import { bitsetOf } from './bitset.js'
import { ethtoolHeaderAttrs } from './common.js'
import { ETH_SS, ETHTOOL_MAC_STATS_SRC, ETHTOOL_STATS } from './constants.js'

/** ETHTOOL_A_STATS_ETH_PHY_*, linux/ethtool_netlink.h */
export const ethtoolStatsEthPhyAttrs = attributes('ETHTOOL_A_STATS_ETH_PHY', {
  symErr: [0, u64, 'ETHTOOL_A_STATS_ETH_PHY_5_SYM_ERR'],
})
export interface EthtoolStatsEthPhyAttrs extends Infer<typeof ethtoolStatsEthPhyAttrs> {}

/** ETHTOOL_A_STATS_ETH_MAC_*, linux/ethtool_netlink.h */
export const ethtoolStatsEthMacAttrs = attributes('ETHTOOL_A_STATS_ETH_MAC', {
  txPkt: [0, u64, 'ETHTOOL_A_STATS_ETH_MAC_2_TX_PKT'],
  singleCol: [1, u64, 'ETHTOOL_A_STATS_ETH_MAC_3_SINGLE_COL'],
  multiCol: [2, u64, 'ETHTOOL_A_STATS_ETH_MAC_4_MULTI_COL'],
  rxPkt: [3, u64, 'ETHTOOL_A_STATS_ETH_MAC_5_RX_PKT'],
  fcsErr: [4, u64, 'ETHTOOL_A_STATS_ETH_MAC_6_FCS_ERR'],
  alignErr: [5, u64, 'ETHTOOL_A_STATS_ETH_MAC_7_ALIGN_ERR'],
  txBytes: [6, u64, 'ETHTOOL_A_STATS_ETH_MAC_8_TX_BYTES'],
  txDefer: [7, u64, 'ETHTOOL_A_STATS_ETH_MAC_9_TX_DEFER'],
  lateCol: [8, u64, 'ETHTOOL_A_STATS_ETH_MAC_10_LATE_COL'],
  xsCol: [9, u64, 'ETHTOOL_A_STATS_ETH_MAC_11_XS_COL'],
  txIntErr: [10, u64, 'ETHTOOL_A_STATS_ETH_MAC_12_TX_INT_ERR'],
  csErr: [11, u64, 'ETHTOOL_A_STATS_ETH_MAC_13_CS_ERR'],
  rxBytes: [12, u64, 'ETHTOOL_A_STATS_ETH_MAC_14_RX_BYTES'],
  rxIntErr: [13, u64, 'ETHTOOL_A_STATS_ETH_MAC_15_RX_INT_ERR'],
  txMcast: [14, u64, 'ETHTOOL_A_STATS_ETH_MAC_18_TX_MCAST'],
  txBcast: [15, u64, 'ETHTOOL_A_STATS_ETH_MAC_19_TX_BCAST'],
  xsDefer: [16, u64, 'ETHTOOL_A_STATS_ETH_MAC_20_XS_DEFER'],
  rxMcast: [17, u64, 'ETHTOOL_A_STATS_ETH_MAC_21_RX_MCAST'],
  rxBcast: [18, u64, 'ETHTOOL_A_STATS_ETH_MAC_22_RX_BCAST'],
  irLenErr: [19, u64, 'ETHTOOL_A_STATS_ETH_MAC_23_IR_LEN_ERR'],
  oorLen: [20, u64, 'ETHTOOL_A_STATS_ETH_MAC_24_OOR_LEN'],
  tooLongErr: [21, u64, 'ETHTOOL_A_STATS_ETH_MAC_25_TOO_LONG_ERR'],
})
export interface EthtoolStatsEthMacAttrs extends Infer<typeof ethtoolStatsEthMacAttrs> {}

/** ETHTOOL_A_STATS_ETH_CTRL_*, linux/ethtool_netlink.h */
export const ethtoolStatsEthCtrlAttrs = attributes('ETHTOOL_A_STATS_ETH_CTRL', {
  tx: [0, u64, 'ETHTOOL_A_STATS_ETH_CTRL_3_TX'],
  rx: [1, u64, 'ETHTOOL_A_STATS_ETH_CTRL_4_RX'],
  rxUnsup: [2, u64, 'ETHTOOL_A_STATS_ETH_CTRL_5_RX_UNSUP'],
})
export interface EthtoolStatsEthCtrlAttrs extends Infer<typeof ethtoolStatsEthCtrlAttrs> {}

/** ETHTOOL_A_STATS_RMON_*, linux/ethtool_netlink.h */
export const ethtoolStatsRmonAttrs = attributes('ETHTOOL_A_STATS_RMON', {
  undersize: [0, u64],
  oversize: [1, u64],
  frag: [2, u64],
  jabber: [3, u64],
})
export interface EthtoolStatsRmonAttrs extends Infer<typeof ethtoolStatsRmonAttrs> {}

/** ETHTOOL_A_STATS_PHY_*, linux/ethtool_netlink.h */
export const ethtoolStatsPhyAttrs = attributes('ETHTOOL_A_STATS_PHY', {
  rxPkts: [0, u64],
  rxBytes: [1, u64],
  rxErrors: [2, u64],
  txPkts: [3, u64],
  txBytes: [4, u64],
  txErrors: [5, u64],
})
export interface EthtoolStatsPhyAttrs extends Infer<typeof ethtoolStatsPhyAttrs> {}

/** The ETHTOOL_A_STATS_GRP_* attributes inside histograms: packets by their size in bytes. */
export const ethtoolStatsGrpHistAttrs = attributes('ETHTOOL_A_STATS_GRP', {
  pad: [1, bytes],
  histBktLow: [7, u32],
  histBktHi: [8, u32],
  histVal: [9, u64],
})
export interface EthtoolStatsGrpHistAttrs extends Infer<typeof ethtoolStatsGrpHistAttrs> {}

/** ETHTOOL_A_STATS_GRP_STAT: a nest with one statistic. The attributes depend on the group, ETHTOOL_A_STATS_GRP_ID. */
export type EthtoolStat =
  | EthtoolStatsEthPhyAttrs
  | EthtoolStatsEthMacAttrs
  | EthtoolStatsEthCtrlAttrs
  | EthtoolStatsRmonAttrs
  | EthtoolStatsPhyAttrs

const ofGroup: Declaration<EthtoolStat> = select('id', {
  [ETHTOOL_STATS.ETH_PHY]: ethtoolStatsEthPhyAttrs,
  [ETHTOOL_STATS.ETH_MAC]: ethtoolStatsEthMacAttrs,
  [ETHTOOL_STATS.ETH_CTRL]: ethtoolStatsEthCtrlAttrs,
  [ETHTOOL_STATS.RMON]: ethtoolStatsRmonAttrs,
  [ETHTOOL_STATS.PHY]: ethtoolStatsPhyAttrs,
})

/** ETHTOOL_A_STATS_GRP_*, linux/ethtool_netlink_generated.h */
export const ethtoolStatsGrpAttrs = attributes('ETHTOOL_A_STATS_GRP', {
  pad: [1, bytes],
  id: [2, enumOf(u32, ETHTOOL_STATS)],
  ssId: [3, enumOf(u32, ETH_SS)],
  stat: [4, multi(ofGroup)],
  histRx: [5, multi(ethtoolStatsGrpHistAttrs)],
  histTx: [6, multi(ethtoolStatsGrpHistAttrs)],
  histBktLow: [7, u32], // in histograms only, as the next two
  histBktHi: [8, u32],
  histVal: [9, u64],
})
export interface EthtoolStatsGrpAttrs extends Infer<typeof ethtoolStatsGrpAttrs> {}

/** ETHTOOL_A_STATS_*, linux/ethtool_netlink_generated.h */
export const ethtoolStatsAttrs = attributes('ETHTOOL_A_STATS', {
  pad: [1, bytes],
  header: [2, ethtoolHeaderAttrs],
  groups: [3, bitsetOf(ETHTOOL_STATS)], // in requests
  grp: [4, multi(ethtoolStatsGrpAttrs)],
  src: [5, enumOf(u32, ETHTOOL_MAC_STATS_SRC)],
})
export interface EthtoolStatsAttrs extends Infer<typeof ethtoolStatsAttrs> {}
