import { array, attributes, bitNumbersOf, enumOf, type Infer, i32, u32, uint } from '../../codec/index.js'
import { bitsetOf } from './bitset.js'
import { ethtoolHeaderAttrs } from './common.js'
import {
  HWTSTAMP_FILTER,
  HWTSTAMP_FLAG,
  HWTSTAMP_PROVIDER_QUALIFIER,
  HWTSTAMP_SOURCE,
  HWTSTAMP_TX,
  SOF_TIMESTAMPING,
} from './constants.js'

/** Sets of HWTSTAMP_TX_* and HWTSTAMP_FILTER_*, linux/net_tstamp.h */
const txTypes = bitsetOf(HWTSTAMP_TX)
const rxFilters = bitsetOf(HWTSTAMP_FILTER)

/** ETHTOOL_A_TS_STAT_*, linux/ethtool_netlink_generated.h */
export const ethtoolTsStatAttrs = attributes('ETHTOOL_A_TS_STAT', {
  txPkts: [1, uint],
  txLost: [2, uint],
  txErr: [3, uint],
  txOnestepPktsUnconfirmed: [4, uint],
})
export interface EthtoolTsStatAttrs extends Infer<typeof ethtoolTsStatAttrs> {}

/** ETHTOOL_A_TS_HWTSTAMP_PROVIDER_*, linux/ethtool_netlink_generated.h */
export const ethtoolTsHwtstampProviderAttrs = attributes('ETHTOOL_A_TS_HWTSTAMP_PROVIDER', {
  index: [1, u32], // of the PTP hardware clock
  qualifier: [2, enumOf(u32, HWTSTAMP_PROVIDER_QUALIFIER)],
})
export interface EthtoolTsHwtstampProviderAttrs extends Infer<typeof ethtoolTsHwtstampProviderAttrs> {}

/** ETHTOOL_A_TSINFO_*, linux/ethtool_netlink_generated.h */
export const ethtoolTsinfoAttrs = attributes('ETHTOOL_A_TSINFO', {
  header: [1, ethtoolHeaderAttrs],
  timestamping: [2, bitsetOf(bitNumbersOf(SOF_TIMESTAMPING))],
  txTypes: [3, txTypes],
  rxFilters: [4, rxFilters],
  phcIndex: [5, u32], // of the PTP hardware clock
  stats: [6, ethtoolTsStatAttrs],
  hwtstampProvider: [7, ethtoolTsHwtstampProviderAttrs],
  hwtstampSource: [8, enumOf(u32, HWTSTAMP_SOURCE)],
  hwtstampPhyindex: [9, u32],
})
export interface EthtoolTsinfoAttrs extends Infer<typeof ethtoolTsinfoAttrs> {}

/** ETHTOOL_A_TSCONFIG_*, linux/ethtool_netlink_generated.h */
export const ethtoolTsconfigAttrs = attributes('ETHTOOL_A_TSCONFIG', {
  header: [1, ethtoolHeaderAttrs],
  hwtstampProvider: [2, ethtoolTsHwtstampProviderAttrs],
  txTypes: [3, txTypes], // one bit
  rxFilters: [4, rxFilters], // one bit
  hwtstampFlags: [5, bitsetOf(bitNumbersOf(HWTSTAMP_FLAG))],
})
export interface EthtoolTsconfigAttrs extends Infer<typeof ethtoolTsconfigAttrs> {}

/** ETHTOOL_A_PHC_VCLOCKS_*, linux/ethtool_netlink_generated.h */
export const ethtoolPhcVclocksAttrs = attributes('ETHTOOL_A_PHC_VCLOCKS', {
  header: [1, ethtoolHeaderAttrs],
  num: [2, u32],
  index: [3, array(i32)], // of the virtual clocks
})
export interface EthtoolPhcVclocksAttrs extends Infer<typeof ethtoolPhcVclocksAttrs> {}
