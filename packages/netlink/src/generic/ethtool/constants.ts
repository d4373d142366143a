import { constants } from '../../codec/index.js'

export { DUPLEX } from '../../constants/index.js'

/** ETHTOOL_FLAG_*, linux/ethtool_netlink.h: flags of a request */
export const ETHTOOL_FLAG = constants('ETHTOOL_FLAG', {
  COMPACT_BITSETS: 1, // reply with words, not with lists of names
  OMIT_REPLY: 2,
  STATS: 4, // statistics too
})

/** ETH_SS_*, linux/ethtool.h: sets of strings */
export const ETH_SS = constants('ETH_SS', {
  TEST: 0,
  STATS: 1,
  PRIV_FLAGS: 2,
  NTUPLE_FILTERS: 3,
  FEATURES: 4,
  RSS_HASH_FUNCS: 5,
  TUNABLES: 6,
  PHY_STATS: 7,
  PHY_TUNABLES: 8,
  LINK_MODES: 9,
  MSG_CLASSES: 10,
  WOL_MODES: 11,
  SOF_TIMESTAMPING: 12,
  TS_TX_TYPES: 13,
  TS_RX_FILTERS: 14,
  UDP_TUNNEL_TYPES: 15,
  STATS_STD: 16,
  STATS_ETH_PHY: 17,
  STATS_ETH_MAC: 18,
  STATS_ETH_CTRL: 19,
  STATS_RMON: 20,
  STATS_PHY: 21,
  TS_FLAGS: 22,
})

/** ETHTOOL_STATS_*, linux/ethtool_netlink.h: groups of standard statistics */
export const ETHTOOL_STATS = constants('ETHTOOL_STATS', {
  ETH_PHY: 0,
  ETH_MAC: 1,
  ETH_CTRL: 2,
  RMON: 3,
  PHY: 4,
})

/** ETHTOOL_MAC_STATS_SRC_*, linux/ethtool.h: the MAC that was measured, for devices with frame preemption */
export const ETHTOOL_MAC_STATS_SRC = constants('ETHTOOL_MAC_STATS_SRC', {
  AGGREGATE: 0,
  EMAC: 1,
  PMAC: 2,
})

/** PORT_*, linux/ethtool.h: connectors */
export const PORT = constants('PORT', {
  TP: 0x0,
  AUI: 0x1,
  MII: 0x2,
  FIBRE: 0x3,
  BNC: 0x4,
  DA: 0x5,
  NONE: 0xef,
  OTHER: 0xff,
})

/** XCVR_*, linux/ethtool.h: transceivers */
export const XCVR = constants('XCVR', {
  INTERNAL: 0,
  EXTERNAL: 1,
  DUMMY1: 2,
  DUMMY2: 3,
  DUMMY3: 4,
})

/** ETH_TP_*, linux/ethtool.h: MDI or MDI-X */
export const ETH_TP = constants('ETH_TP', {
  MDI_INVALID: 0,
  MDI: 1,
  MDI_X: 2,
  MDI_AUTO: 3,
})

/** AUTONEG_*, linux/ethtool.h */
export const AUTONEG = constants('AUTONEG', {
  DISABLE: 0,
  ENABLE: 1,
})

/** MASTER_SLAVE_CFG_*, linux/ethtool.h */
export const MASTER_SLAVE_CFG = constants('MASTER_SLAVE_CFG', {
  UNSUPPORTED: 0,
  UNKNOWN: 1,
  MASTER_PREFERRED: 2,
  SLAVE_PREFERRED: 3,
  MASTER_FORCE: 4,
  SLAVE_FORCE: 5,
})

/** MASTER_SLAVE_STATE_*, linux/ethtool.h */
export const MASTER_SLAVE_STATE = constants('MASTER_SLAVE_STATE', {
  UNSUPPORTED: 0,
  UNKNOWN: 1,
  MASTER: 2,
  SLAVE: 3,
  ERR: 4,
})

/** RATE_MATCH_*, linux/ethtool.h */
export const RATE_MATCH = constants('RATE_MATCH', {
  NONE: 0,
  PAUSE: 1,
  CRS: 2,
  OPEN_LOOP: 3,
})

/** WAKE_*, linux/ethtool.h: events that wake the machine */
export const WAKE = constants('WAKE', {
  PHY: 0x1,
  UCAST: 0x2,
  MCAST: 0x4,
  BCAST: 0x8,
  ARP: 0x10,
  MAGIC: 0x20,
  MAGICSECURE: 0x40,
  FILTER: 0x80,
})

/** RXH_XFRM_*, linux/ethtool.h: transformations of the hash's input */
export const RXH_XFRM = constants('RXH_XFRM', {
  SYM_XOR: 0x1,
  SYM_OR_XOR: 0x2,
  NO_CHANGE: 0xff,
})

/** RXH_*, linux/ethtool.h: hashed fields */
export const RXH = constants('RXH', {
  L2DA: 0x2,
  VLAN: 0x4,
  L3_PROTO: 0x8,
  IP_SRC: 0x10,
  IP_DST: 0x20,
  L4_B_0_1: 0x40,
  L4_B_2_3: 0x80,
  GTP_TEID: 0x100,
  IP6_FL: 0x200,
})

/** ETHTOOL_TCP_DATA_SPLIT_*, linux/ethtool_netlink.h */
export const ETHTOOL_TCP_DATA_SPLIT = constants('ETHTOOL_TCP_DATA_SPLIT', {
  UNKNOWN: 0,
  DISABLED: 1,
  ENABLED: 2,
})

/** ETHTOOL_LINK_EXT_STATE_*, linux/ethtool.h: reasons for a missing link */
export const ETHTOOL_LINK_EXT_STATE = constants('ETHTOOL_LINK_EXT_STATE', {
  AUTONEG: 0,
  LINK_TRAINING_FAILURE: 1,
  LINK_LOGICAL_MISMATCH: 2,
  BAD_SIGNAL_INTEGRITY: 3,
  NO_CABLE: 4,
  CABLE_ISSUE: 5,
  EEPROM_ISSUE: 6,
  CALIBRATION_FAILURE: 7,
  POWER_BUDGET_EXCEEDED: 8,
  OVERHEAT: 9,
  MODULE: 10,
  OTP_SPEED_VIOLATION: 11,
  BMC_REQUEST_DOWN: 12,
})

/** ETHTOOL_LINK_EXT_SUBSTATE_AN_*, linux/ethtool.h: details of ETHTOOL_LINK_EXT_STATE_AUTONEG */
export const ETHTOOL_LINK_EXT_SUBSTATE_AN = constants('ETHTOOL_LINK_EXT_SUBSTATE_AN', {
  NO_PARTNER_DETECTED: 1,
  ACK_NOT_RECEIVED: 2,
  NEXT_PAGE_EXCHANGE_FAILED: 3,
  NO_PARTNER_DETECTED_FORCE_MODE: 4,
  FEC_MISMATCH_DURING_OVERRIDE: 5,
  NO_HCD: 6,
})

/** ETHTOOL_LINK_EXT_SUBSTATE_LT_*, linux/ethtool.h: details of ETHTOOL_LINK_EXT_STATE_LINK_TRAINING_FAILURE */
export const ETHTOOL_LINK_EXT_SUBSTATE_LT = constants('ETHTOOL_LINK_EXT_SUBSTATE_LT', {
  KR_FRAME_LOCK_NOT_ACQUIRED: 1,
  KR_LINK_INHIBIT_TIMEOUT: 2,
  KR_LINK_PARTNER_DID_NOT_SET_RECEIVER_READY: 3,
  REMOTE_FAULT: 4,
})

/** ETHTOOL_LINK_EXT_SUBSTATE_LLM_*, linux/ethtool.h: details of ETHTOOL_LINK_EXT_STATE_LINK_LOGICAL_MISMATCH */
export const ETHTOOL_LINK_EXT_SUBSTATE_LLM = constants('ETHTOOL_LINK_EXT_SUBSTATE_LLM', {
  PCS_DID_NOT_ACQUIRE_BLOCK_LOCK: 1,
  PCS_DID_NOT_ACQUIRE_AM_LOCK: 2,
  PCS_DID_NOT_GET_ALIGN_STATUS: 3,
  FC_FEC_IS_NOT_LOCKED: 4,
  RS_FEC_IS_NOT_LOCKED: 5,
})

/** ETHTOOL_LINK_EXT_SUBSTATE_BSI_*, linux/ethtool.h: details of ETHTOOL_LINK_EXT_STATE_BAD_SIGNAL_INTEGRITY */
export const ETHTOOL_LINK_EXT_SUBSTATE_BSI = constants('ETHTOOL_LINK_EXT_SUBSTATE_BSI', {
  LARGE_NUMBER_OF_PHYSICAL_ERRORS: 1,
  UNSUPPORTED_RATE: 2,
  SERDES_REFERENCE_CLOCK_LOST: 3,
  SERDES_ALOS: 4,
})

/** ETHTOOL_LINK_EXT_SUBSTATE_CI_*, linux/ethtool.h: details of ETHTOOL_LINK_EXT_STATE_CABLE_ISSUE */
export const ETHTOOL_LINK_EXT_SUBSTATE_CI = constants('ETHTOOL_LINK_EXT_SUBSTATE_CI', {
  UNSUPPORTED_CABLE: 1,
  CABLE_TEST_FAILURE: 2,
})

/** ETHTOOL_LINK_EXT_SUBSTATE_MODULE_*, linux/ethtool.h: details of ETHTOOL_LINK_EXT_STATE_MODULE */
export const ETHTOOL_LINK_EXT_SUBSTATE_MODULE = constants('ETHTOOL_LINK_EXT_SUBSTATE_MODULE', {
  CMIS_NOT_READY: 1,
})

/** ETHTOOL_UDP_TUNNEL_TYPE_*, linux/ethtool_netlink.h */
export const ETHTOOL_UDP_TUNNEL_TYPE = constants('ETHTOOL_UDP_TUNNEL_TYPE', {
  VXLAN: 0,
  GENEVE: 1,
  VXLAN_GPE: 2,
})

/** ETHTOOL_MM_VERIFY_STATUS_*, linux/ethtool.h */
export const ETHTOOL_MM_VERIFY_STATUS = constants('ETHTOOL_MM_VERIFY_STATUS', {
  UNKNOWN: 0,
  INITIAL: 1,
  VERIFYING: 2,
  SUCCEEDED: 3,
  FAILED: 4,
  DISABLED: 5,
})

/** ETHTOOL_MODULE_POWER_MODE_POLICY_*, linux/ethtool.h */
export const ETHTOOL_MODULE_POWER_MODE_POLICY = constants('ETHTOOL_MODULE_POWER_MODE_POLICY', {
  HIGH: 1,
  AUTO: 2,
})

/** ETHTOOL_MODULE_POWER_MODE_*, linux/ethtool.h */
export const ETHTOOL_MODULE_POWER_MODE = constants('ETHTOOL_MODULE_POWER_MODE', {
  LOW: 1,
  HIGH: 2,
})

/** ETHTOOL_MODULE_FW_FLASH_STATUS_*, linux/ethtool.h */
export const ETHTOOL_MODULE_FW_FLASH_STATUS = constants('ETHTOOL_MODULE_FW_FLASH_STATUS', {
  STARTED: 1,
  IN_PROGRESS: 2,
  COMPLETED: 3,
  ERROR: 4,
})

/** PHY_UPSTREAM_*, linux/ethtool.h: the device that a PHY is attached to */
export const PHY_UPSTREAM = constants('PHY_UPSTREAM', {
  MAC: 0,
  PHY: 1,
})

/** ETHTOOL_A_CABLE_RESULT_CODE_*, linux/ethtool_netlink.h */
export const ETHTOOL_A_CABLE_RESULT_CODE = constants('ETHTOOL_A_CABLE_RESULT_CODE', {
  UNSPEC: 0,
  OK: 1,
  OPEN: 2,
  SAME_SHORT: 3,
  CROSS_SHORT: 4,
  IMPEDANCE_MISMATCH: 5,
  NOISE: 6,
  RESOLUTION_NOT_POSSIBLE: 7,
})

/** ETHTOOL_A_CABLE_PAIR_*, linux/ethtool_netlink.h */
export const ETHTOOL_A_CABLE_PAIR = constants('ETHTOOL_A_CABLE_PAIR', {
  A: 0,
  B: 1,
  C: 2,
  D: 3,
})

/** ETHTOOL_A_CABLE_INF_SRC_*, linux/ethtool_netlink.h */
export const ETHTOOL_A_CABLE_INF_SRC = constants('ETHTOOL_A_CABLE_INF_SRC', {
  UNSPEC: 0,
  TDR: 1,
  ALCD: 2,
})

/** ETHTOOL_A_CABLE_TEST_NTF_STATUS_*, linux/ethtool_netlink.h */
export const ETHTOOL_A_CABLE_TEST_NTF_STATUS = constants('ETHTOOL_A_CABLE_TEST_NTF_STATUS', {
  UNSPEC: 0,
  STARTED: 1,
  COMPLETED: 2,
})

/** HWTSTAMP_SOURCE_*, linux/ethtool_netlink.h */
export const HWTSTAMP_SOURCE = constants('HWTSTAMP_SOURCE', {
  NETDEV: 1,
  PHYLIB: 2,
})

/** HWTSTAMP_PROVIDER_QUALIFIER_*, linux/net_tstamp.h */
export const HWTSTAMP_PROVIDER_QUALIFIER = constants('HWTSTAMP_PROVIDER_QUALIFIER', {
  PRECISE: 0,
  APPROX: 1,
})

/** HWTSTAMP_TX_*, linux/net_tstamp.h */
export const HWTSTAMP_TX = constants('HWTSTAMP_TX', {
  OFF: 0,
  ON: 1,
  ONESTEP_SYNC: 2,
  ONESTEP_P2P: 3,
})

/** HWTSTAMP_FILTER_*, linux/net_tstamp.h */
export const HWTSTAMP_FILTER = constants('HWTSTAMP_FILTER', {
  NONE: 0,
  ALL: 1,
  SOME: 2,
  PTP_V1_L4_EVENT: 3,
  PTP_V1_L4_SYNC: 4,
  PTP_V1_L4_DELAY_REQ: 5,
  PTP_V2_L4_EVENT: 6,
  PTP_V2_L4_SYNC: 7,
  PTP_V2_L4_DELAY_REQ: 8,
  PTP_V2_L2_EVENT: 9,
  PTP_V2_L2_SYNC: 10,
  PTP_V2_L2_DELAY_REQ: 11,
  PTP_V2_EVENT: 12,
  PTP_V2_SYNC: 13,
  PTP_V2_DELAY_REQ: 14,
  NTP_ALL: 15,
})

/** HWTSTAMP_FLAG_*, linux/net_tstamp.h */
export const HWTSTAMP_FLAG = constants('HWTSTAMP_FLAG', {
  BONDED_PHC_INDEX: 1,
})

/** SOF_TIMESTAMPING_*, linux/net_tstamp.h */
export const SOF_TIMESTAMPING = constants('SOF_TIMESTAMPING', {
  TX_HARDWARE: 0x1,
  TX_SOFTWARE: 0x2,
  RX_HARDWARE: 0x4,
  RX_SOFTWARE: 0x8,
  SOFTWARE: 0x10,
  SYS_HARDWARE: 0x20,
  RAW_HARDWARE: 0x40,
  OPT_ID: 0x80,
  TX_SCHED: 0x100,
  TX_ACK: 0x200,
  OPT_CMSG: 0x400,
  OPT_TSONLY: 0x800,
  OPT_STATS: 0x1000,
  OPT_PKTINFO: 0x2000,
  OPT_TX_SWHW: 0x4000,
  BIND_PHC: 0x8000,
  OPT_ID_TCP: 0x10000,
  OPT_RX_FILTER: 0x20000,
  TX_COMPLETION: 0x40000,
})
