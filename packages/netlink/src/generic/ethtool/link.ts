import {
  attributes,
  bitNumbersOf,
  bytes,
  enumBy,
  enumOf,
  type Infer,
  microseconds,
  special,
  u8,
  u32,
  u64,
  writtenAs,
} from '../../codec/index.js'
import { bitsetOf, ethtoolBitsetAttrs, linkModeBits } from './bitset.js'
import { ethtoolHeaderAttrs } from './common.js'
import {
  AUTONEG,
  DUPLEX,
  ETH_TP,
  ETHTOOL_LINK_EXT_STATE,
  ETHTOOL_LINK_EXT_SUBSTATE_AN,
  ETHTOOL_LINK_EXT_SUBSTATE_BSI,
  ETHTOOL_LINK_EXT_SUBSTATE_CI,
  ETHTOOL_LINK_EXT_SUBSTATE_LLM,
  ETHTOOL_LINK_EXT_SUBSTATE_LT,
  ETHTOOL_LINK_EXT_SUBSTATE_MODULE,
  ETHTOOL_MAC_STATS_SRC,
  MASTER_SLAVE_CFG,
  MASTER_SLAVE_STATE,
  PORT,
  RATE_MATCH,
  WAKE,
  XCVR,
} from './constants.js'

/** ETHTOOL_A_LINKINFO_*, linux/ethtool_netlink_generated.h */
export const ethtoolLinkinfoAttrs = attributes('ETHTOOL_A_LINKINFO', {
  header: [1, ethtoolHeaderAttrs],
  port: [2, enumOf(u8, PORT)],
  phyaddr: [3, u8], // on the MDIO bus
  tpMdix: [4, enumOf(u8, ETH_TP)],
  tpMdixCtrl: [5, enumOf(u8, ETH_TP)],
  transceiver: [6, enumOf(u8, XCVR)],
})
export interface EthtoolLinkinfoAttrs extends Infer<typeof ethtoolLinkinfoAttrs> {}

/** ETHTOOL_A_LINKMODES_*, linux/ethtool_netlink_generated.h */
export const ethtoolLinkmodesAttrs = attributes('ETHTOOL_A_LINKMODES', {
  header: [1, ethtoolHeaderAttrs],
  autoneg: [2, enumOf(u8, AUTONEG)],
  ours: [3, linkModeBits], // value: advertised, mask: supported
  peer: [4, linkModeBits], // modes that the link partner advertises
  speed: [5, writtenAs(u32, special({ 4294967295: 'unknown' }))], // Mbit/s
  duplex: [6, enumOf(u8, DUPLEX)],
  masterSlaveCfg: [7, enumOf(u8, MASTER_SLAVE_CFG)],
  masterSlaveState: [8, enumOf(u8, MASTER_SLAVE_STATE)],
  lanes: [9, u32],
  rateMatching: [10, enumOf(u8, RATE_MATCH)],
})
export interface EthtoolLinkmodesAttrs extends Infer<typeof ethtoolLinkmodesAttrs> {}

/** ETHTOOL_LINK_EXT_SUBSTATE_*, linux/ethtool.h. Each state has its own numbers. */
const extSubstate = enumBy('extState', u8, {
  [ETHTOOL_LINK_EXT_STATE.AUTONEG]: ETHTOOL_LINK_EXT_SUBSTATE_AN,
  [ETHTOOL_LINK_EXT_STATE.LINK_TRAINING_FAILURE]: ETHTOOL_LINK_EXT_SUBSTATE_LT,
  [ETHTOOL_LINK_EXT_STATE.LINK_LOGICAL_MISMATCH]: ETHTOOL_LINK_EXT_SUBSTATE_LLM,
  [ETHTOOL_LINK_EXT_STATE.BAD_SIGNAL_INTEGRITY]: ETHTOOL_LINK_EXT_SUBSTATE_BSI,
  [ETHTOOL_LINK_EXT_STATE.CABLE_ISSUE]: ETHTOOL_LINK_EXT_SUBSTATE_CI,
  [ETHTOOL_LINK_EXT_STATE.MODULE]: ETHTOOL_LINK_EXT_SUBSTATE_MODULE,
})

/** ETHTOOL_A_LINKSTATE_*, linux/ethtool_netlink_generated.h */
export const ethtoolLinkstateAttrs = attributes('ETHTOOL_A_LINKSTATE', {
  header: [1, ethtoolHeaderAttrs],
  link: [2, u8],
  sqi: [3, u32], // signal quality index
  sqiMax: [4, u32],
  extState: [5, enumOf(u8, ETHTOOL_LINK_EXT_STATE)],
  extSubstate: [6, extSubstate],
  extDownCnt: [7, u32], // number of times that the link went down
})
export interface EthtoolLinkstateAttrs extends Infer<typeof ethtoolLinkstateAttrs> {}

/** ETHTOOL_A_DEBUG_*, linux/ethtool_netlink_generated.h */
export const ethtoolDebugAttrs = attributes('ETHTOOL_A_DEBUG', {
  header: [1, ethtoolHeaderAttrs],
  msgmask: [2, ethtoolBitsetAttrs], // NETIF_MSG_*; bits of ETH_SS_MSG_CLASSES
})
export interface EthtoolDebugAttrs extends Infer<typeof ethtoolDebugAttrs> {}

/** A set of events that wake the machine. */
const wakeBits = bitsetOf(bitNumbersOf(WAKE))

/** ETHTOOL_A_WOL_*, linux/ethtool_netlink_generated.h */
export const ethtoolWolAttrs = attributes('ETHTOOL_A_WOL', {
  header: [1, ethtoolHeaderAttrs],
  modes: [2, wakeBits], // value: enabled, mask: supported
  sopass: [3, bytes], // SecureOn password, 6 bytes
})
export interface EthtoolWolAttrs extends Infer<typeof ethtoolWolAttrs> {}

/** ETHTOOL_A_PAUSE_STAT_*, linux/ethtool_netlink_generated.h */
export const ethtoolPauseStatAttrs = attributes('ETHTOOL_A_PAUSE_STAT', {
  pad: [1, bytes],
  txFrames: [2, u64],
  rxFrames: [3, u64],
  txPauseStormEvents: [4, u64],
})
export interface EthtoolPauseStatAttrs extends Infer<typeof ethtoolPauseStatAttrs> {}

/** ETHTOOL_A_PAUSE_*, linux/ethtool_netlink_generated.h */
export const ethtoolPauseAttrs = attributes('ETHTOOL_A_PAUSE', {
  header: [1, ethtoolHeaderAttrs],
  autoneg: [2, u8],
  rx: [3, u8],
  tx: [4, u8],
  stats: [5, ethtoolPauseStatAttrs],
  statsSrc: [6, enumOf(u32, ETHTOOL_MAC_STATS_SRC)],
})
export interface EthtoolPauseAttrs extends Infer<typeof ethtoolPauseAttrs> {}

/** ETHTOOL_A_EEE_*, linux/ethtool_netlink_generated.h */
export const ethtoolEeeAttrs = attributes('ETHTOOL_A_EEE', {
  header: [1, ethtoolHeaderAttrs],
  modesOurs: [2, linkModeBits], // value: advertised, mask: supported
  modesPeer: [3, linkModeBits],
  active: [4, u8],
  enabled: [5, u8],
  txLpiEnabled: [6, u8],
  txLpiTimer: [7, writtenAs(u32, microseconds)],
})
export interface EthtoolEeeAttrs extends Infer<typeof ethtoolEeeAttrs> {}
