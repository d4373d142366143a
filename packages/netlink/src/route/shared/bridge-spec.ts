import { attributes, constants, enumOf, flagsOf, type Infer, multi, struct, u8, u16, u32 } from '../../codec/index.js'
import { BR_STATE, BRIDGE_MODE } from '../bridge-constants.js'
import { bridgeCfmAttrs } from './bridge-cfm.js'
import { bridgeMrpAttrs } from './bridge-mrp.js'

/** BRIDGE_FLAGS_*, linux/if_bridge.h: target of an AF_BRIDGE request */
export const BRIDGE_FLAGS = constants('BRIDGE_FLAGS', { MASTER: 1, SELF: 2 })

/** BRIDGE_VLAN_INFO_*, linux/if_bridge.h: flags of a VLAN on a port */
export const BRIDGE_VLAN_INFO = constants('BRIDGE_VLAN_INFO', {
  MASTER: 0x01, // also on the bridge device
  PVID: 0x02,
  UNTAGGED: 0x04, // frames leave untagged
  RANGE_BEGIN: 0x08,
  RANGE_END: 0x10,
  BRENTRY: 0x20,
  ONLY_OPTS: 0x40, // changes options only
})

/** `struct bridge_vlan_info`, linux/if_bridge.h */
export const bridgeVlanInfo = struct('bridge_vlan_info', {
  flags: flagsOf(u16, BRIDGE_VLAN_INFO),
  vid: u16,
})

/** IFLA_BRIDGE_VLAN_TUNNEL_*, linux/if_bridge.h: a VLAN mapped to a tunnel id. Two entries form a range. */
export const bridgeVlanTunnelAttrs = attributes('IFLA_BRIDGE_VLAN_TUNNEL', {
  id: [1, u32],
  vid: [2, u16],
  flags: [3, flagsOf(u16, BRIDGE_VLAN_INFO)],
})

/** IFLA_BRIDGE_MST_ENTRY_*, linux/if_bridge.h */
export const bridgeMstEntryAttrs = attributes('IFLA_BRIDGE_MST_ENTRY', {
  msti: [1, u16], // 1 to 4094
  state: [2, enumOf(u8, BR_STATE)],
})

/** IFLA_BRIDGE_MST_*, linux/if_bridge.h: state of a port in each spanning tree */
export const bridgeMstAttrs = attributes('IFLA_BRIDGE_MST', { entry: [1, multi(bridgeMstEntryAttrs)] })

/** IFLA_BRIDGE_*, linux/if_bridge.h: IFLA_AF_SPEC for AF_BRIDGE, numbered from 0 */
export const bridgeSpecAttrs = attributes('IFLA_BRIDGE', {
  flags: [0, flagsOf(u16, BRIDGE_FLAGS)],
  mode: [1, enumOf(u16, BRIDGE_MODE)],
  vlanInfo: [2, multi(bridgeVlanInfo)],
  vlanTunnelInfo: [3, multi(bridgeVlanTunnelAttrs)],
  mrp: [4, bridgeMrpAttrs],
  cfm: [5, bridgeCfmAttrs],
  mst: [6, bridgeMstAttrs],
})
export interface BridgeSpecAttrs extends Infer<typeof bridgeSpecAttrs> {}
