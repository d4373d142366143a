import { array, attributes, flag, flagsOf, type Infer, multi, string, u32 } from '../../codec/index.js'
import { ETHTOOL_FLAG } from './constants.js'

/** ETHTOOL_A_HEADER_*, linux/ethtool_netlink_generated.h */
export const ethtoolHeaderAttrs = attributes('ETHTOOL_A_HEADER', {
  devIndex: [1, u32], // ifindex
  devName: [2, string],
  flags: [3, flagsOf(u32, ETHTOOL_FLAG)],
  phyIndex: [4, u32], // of a PHY of the device; by default the attached one
})
export interface EthtoolHeaderAttrs extends Infer<typeof ethtoolHeaderAttrs> {}

/** ETHTOOL_A_BITSET_BIT_*, linux/ethtool_netlink_generated.h */
export const ethtoolBitsetBitAttrs = attributes('ETHTOOL_A_BITSET_BIT', {
  index: [1, u32],
  name: [2, string], // in the string set of the bits
  value: [3, flag], // the bit is set; with `nomask`, all bits in the list are set
})
export interface EthtoolBitsetBitAttrs extends Infer<typeof ethtoolBitsetBitAttrs> {}

/** ETHTOOL_A_BITSET_BITS_*, linux/ethtool_netlink_generated.h */
export const ethtoolBitsetBitsAttrs = attributes('ETHTOOL_A_BITSET_BITS', {
  bit: [1, multi(ethtoolBitsetBitAttrs)],
})
export interface EthtoolBitsetBitsAttrs extends Infer<typeof ethtoolBitsetBitsAttrs> {}

/** ETHTOOL_A_BITSET_*, linux/ethtool_netlink_generated.h */
export const ethtoolBitsetAttrs = attributes('ETHTOOL_A_BITSET', {
  nomask: [1, flag], // all bits that are not listed are cleared; without it, only the bits in `bits` or `mask` change
  size: [2, u32], // in bits
  bits: [3, ethtoolBitsetBitsAttrs], // the verbose form; `value` and `mask` are the compact one
  value: [4, array(u32)], // bit 0 is the lowest of the first word
  mask: [5, array(u32)],
})
export interface EthtoolBitsetAttrs extends Infer<typeof ethtoolBitsetAttrs> {}
