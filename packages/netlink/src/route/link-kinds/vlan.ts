import { attributes, enumOf, flagsOf, type Infer, multi, struct, u16, u16be, u32 } from '../../codec/index.js'
import { VLAN_FLAG } from '../link-constants.js'
import { VLAN_PROTOCOL } from '../shared/vlan-protocol.js'

/** `struct ifla_vlan_flags`, linux/if_link.h */
export const iflaVlanFlags = struct('ifla_vlan_flags', {
  flags: flagsOf(u32, VLAN_FLAG),
  mask: flagsOf(u32, VLAN_FLAG), // flags to change
})

/** `struct ifla_vlan_qos_mapping`, linux/if_link.h */
export const iflaVlanQosMapping = struct('ifla_vlan_qos_mapping', { from: u32, to: u32 })

/** IFLA_VLAN_QOS_*, linux/if_link.h: mapping between packet priorities and the priority in the tag */
export const vlanQosAttrs = attributes('IFLA_VLAN_QOS', { mapping: [1, multi(iflaVlanQosMapping)] })

/** IFLA_VLAN_*, linux/if_link.h */
export const vlanAttrs = attributes('IFLA_VLAN', {
  id: [1, u16], // 0 to 4094
  flags: [2, iflaVlanFlags],
  egressQos: [3, vlanQosAttrs],
  ingressQos: [4, vlanQosAttrs],
  protocol: [5, enumOf(u16be, VLAN_PROTOCOL)],
})
export interface VlanAttrs extends Infer<typeof vlanAttrs> {}
