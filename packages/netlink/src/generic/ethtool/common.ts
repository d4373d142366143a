import { attributes, flagsOf, type Infer, string, u32 } from '../../codec/index.js'
import { ETHTOOL_FLAG } from './constants.js'

/** ETHTOOL_A_HEADER_*, linux/ethtool_netlink_generated.h */
export const ethtoolHeaderAttrs = attributes('ETHTOOL_A_HEADER', {
  devIndex: [1, u32], // ifindex
  devName: [2, string],
  flags: [3, flagsOf(u32, ETHTOOL_FLAG)],
  phyIndex: [4, u32], // of a PHY of the device; by default the attached one
})
export interface EthtoolHeaderAttrs extends Infer<typeof ethtoolHeaderAttrs> {}
