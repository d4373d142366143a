import { attributes, enumOf, type Infer, multi, u16be, u32 } from '../../codec/index.js'
import { bitsetOf } from './bitset.js'
import { ethtoolHeaderAttrs } from './common.js'
import { ETHTOOL_UDP_TUNNEL_TYPE } from './constants.js'

/** ETHTOOL_A_TUNNEL_UDP_ENTRY_*, linux/ethtool_netlink_generated.h */
export const ethtoolTunnelUdpEntryAttrs = attributes('ETHTOOL_A_TUNNEL_UDP_ENTRY', {
  port: [1, u16be],
  type: [2, enumOf(u32, ETHTOOL_UDP_TUNNEL_TYPE)],
})
export interface EthtoolTunnelUdpEntryAttrs extends Infer<typeof ethtoolTunnelUdpEntryAttrs> {}

/** ETHTOOL_A_TUNNEL_UDP_TABLE_*, linux/ethtool_netlink_generated.h */
export const ethtoolTunnelUdpTableAttrs = attributes('ETHTOOL_A_TUNNEL_UDP_TABLE', {
  size: [1, u32], // entries that fit
  types: [2, bitsetOf(ETHTOOL_UDP_TUNNEL_TYPE)],
  entry: [3, multi(ethtoolTunnelUdpEntryAttrs)],
})
export interface EthtoolTunnelUdpTableAttrs extends Infer<typeof ethtoolTunnelUdpTableAttrs> {}

/** ETHTOOL_A_TUNNEL_UDP_*, linux/ethtool_netlink_generated.h */
export const ethtoolTunnelUdpAttrs = attributes('ETHTOOL_A_TUNNEL_UDP', {
  table: [1, multi(ethtoolTunnelUdpTableAttrs)],
})
export interface EthtoolTunnelUdpAttrs extends Infer<typeof ethtoolTunnelUdpAttrs> {}

/** ETHTOOL_A_TUNNEL_INFO_*, linux/ethtool_netlink_generated.h */
export const ethtoolTunnelInfoAttrs = attributes('ETHTOOL_A_TUNNEL_INFO', {
  header: [1, ethtoolHeaderAttrs],
  udpPorts: [2, ethtoolTunnelUdpAttrs],
})
export interface EthtoolTunnelInfoAttrs extends Infer<typeof ethtoolTunnelInfoAttrs> {}
