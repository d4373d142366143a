import { attributes, enumOf, flag, type Infer, multi, string, u32 } from '../../codec/index.js'
import { ethtoolBitsetAttrs } from './bitset.js'
import { ethtoolHeaderAttrs } from './common.js'
import { ETH_SS } from './constants.js'

/** ETHTOOL_A_STRING_*, linux/ethtool_netlink_generated.h */
export const ethtoolStringAttrs = attributes('ETHTOOL_A_STRING', {
  index: [1, u32],
  value: [2, string],
})
export interface EthtoolStringAttrs extends Infer<typeof ethtoolStringAttrs> {}

/** ETHTOOL_A_STRINGS_*, linux/ethtool_netlink_generated.h */
export const ethtoolStringsAttrs = attributes('ETHTOOL_A_STRINGS', {
  string: [1, multi(ethtoolStringAttrs)],
})
export interface EthtoolStringsAttrs extends Infer<typeof ethtoolStringsAttrs> {}

/** ETHTOOL_A_STRINGSET_*, linux/ethtool_netlink_generated.h */
export const ethtoolStringsetAttrs = attributes('ETHTOOL_A_STRINGSET', {
  id: [1, enumOf(u32, ETH_SS)],
  count: [2, u32],
  strings: [3, ethtoolStringsAttrs],
})
export interface EthtoolStringsetAttrs extends Infer<typeof ethtoolStringsetAttrs> {}

/** ETHTOOL_A_STRINGSETS_*, linux/ethtool_netlink_generated.h */
export const ethtoolStringsetsAttrs = attributes('ETHTOOL_A_STRINGSETS', {
  stringset: [1, multi(ethtoolStringsetAttrs)],
})
export interface EthtoolStringsetsAttrs extends Infer<typeof ethtoolStringsetsAttrs> {}

/** ETHTOOL_A_STRSET_*, linux/ethtool_netlink_generated.h */
export const ethtoolStrsetAttrs = attributes('ETHTOOL_A_STRSET', {
  header: [1, ethtoolHeaderAttrs],
  stringsets: [2, ethtoolStringsetsAttrs],
  countsOnly: [3, flag], // in requests: no strings
})
export interface EthtoolStrsetAttrs extends Infer<typeof ethtoolStrsetAttrs> {}

/** ETHTOOL_A_PRIVFLAGS_*, linux/ethtool_netlink_generated.h */
export const ethtoolPrivflagsAttrs = attributes('ETHTOOL_A_PRIVFLAGS', {
  header: [1, ethtoolHeaderAttrs],
  flags: [2, ethtoolBitsetAttrs],
})
export interface EthtoolPrivflagsAttrs extends Infer<typeof ethtoolPrivflagsAttrs> {}

/** ETHTOOL_A_FEATURES_*, linux/ethtool_netlink_generated.h */
export const ethtoolFeaturesAttrs = attributes('ETHTOOL_A_FEATURES', {
  header: [1, ethtoolHeaderAttrs],
  hw: [2, ethtoolBitsetAttrs], // changeable features
  wanted: [3, ethtoolBitsetAttrs], // requested features
  active: [4, ethtoolBitsetAttrs], // active features
  nochange: [5, ethtoolBitsetAttrs], // features that cannot be changed
})
export interface EthtoolFeaturesAttrs extends Infer<typeof ethtoolFeaturesAttrs> {}
