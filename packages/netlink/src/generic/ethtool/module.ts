import {
  array,
  attributes,
  bytes,
  enumOf,
  type Infer,
  multi,
  secret,
  string,
  u8,
  u32,
  u64,
  uint,
} from '../../codec/index.js'
import { linkModeBits } from './bitset.js'
import { ethtoolHeaderAttrs } from './common.js'
import {
  ETHTOOL_MODULE_FW_FLASH_STATUS,
  ETHTOOL_MODULE_POWER_MODE,
  ETHTOOL_MODULE_POWER_MODE_POLICY,
} from './constants.js'
import { ETHTOOL_LINK_MODE } from './link-modes.js'

/** ETHTOOL_A_FEC_HIST_*, linux/ethtool_netlink_generated.h */
export const ethtoolFecHistAttrs = attributes('ETHTOOL_A_FEC_HIST', {
  pad: [1, bytes],
  binLow: [2, u32], // errors in a codeword
  binHigh: [3, u32],
  binVal: [4, uint], // codewords
  binValPerLane: [5, array(u64)],
})
export interface EthtoolFecHistAttrs extends Infer<typeof ethtoolFecHistAttrs> {}

/** ETHTOOL_A_FEC_STAT_*, linux/ethtool_netlink_generated.h */
export const ethtoolFecStatAttrs = attributes('ETHTOOL_A_FEC_STAT', {
  pad: [1, bytes],
  corrected: [2, array(u64)], // blocks: of the port, then of each lane; the same in the next two
  uncorr: [3, array(u64)],
  corrBits: [4, array(u64)], // bits
  hist: [5, multi(ethtoolFecHistAttrs)],
})
export interface EthtoolFecStatAttrs extends Infer<typeof ethtoolFecStatAttrs> {}

/** ETHTOOL_A_FEC_*, linux/ethtool_netlink_generated.h */
export const ethtoolFecAttrs = attributes('ETHTOOL_A_FEC', {
  header: [1, ethtoolHeaderAttrs],
  modes: [2, linkModeBits], // ETHTOOL_LINK_MODE_FEC_*_BIT
  auto: [3, u8],
  active: [4, enumOf(u32, ETHTOOL_LINK_MODE)], // one of the FEC modes
  stats: [5, ethtoolFecStatAttrs],
})
export interface EthtoolFecAttrs extends Infer<typeof ethtoolFecAttrs> {}

/** ETHTOOL_A_MODULE_EEPROM_*, linux/ethtool_netlink_generated.h */
export const ethtoolModuleEepromAttrs = attributes('ETHTOOL_A_MODULE_EEPROM', {
  header: [1, ethtoolHeaderAttrs],
  offset: [2, u32],
  length: [3, u32], // bytes
  page: [4, u8],
  bank: [5, u8],
  i2cAddress: [6, u8],
  data: [7, bytes],
})
export interface EthtoolModuleEepromAttrs extends Infer<typeof ethtoolModuleEepromAttrs> {}

/** ETHTOOL_A_MODULE_*, linux/ethtool_netlink_generated.h */
export const ethtoolModuleAttrs = attributes('ETHTOOL_A_MODULE', {
  header: [1, ethtoolHeaderAttrs],
  powerModePolicy: [2, enumOf(u8, ETHTOOL_MODULE_POWER_MODE_POLICY)],
  powerMode: [3, enumOf(u8, ETHTOOL_MODULE_POWER_MODE)],
})
export interface EthtoolModuleAttrs extends Infer<typeof ethtoolModuleAttrs> {}

/** ETHTOOL_A_MODULE_FW_FLASH_*, linux/ethtool_netlink_generated.h */
export const ethtoolModuleFwFlashAttrs = attributes('ETHTOOL_A_MODULE_FW_FLASH', {
  header: [1, ethtoolHeaderAttrs],
  fileName: [2, string], // path in the firmware directory
  password: [3, secret(u32)],
  status: [4, enumOf(u32, ETHTOOL_MODULE_FW_FLASH_STATUS)],
  statusMsg: [5, string],
  done: [6, uint], // bytes
  total: [7, uint], // bytes
})
export interface EthtoolModuleFwFlashAttrs extends Infer<typeof ethtoolModuleFwFlashAttrs> {}
