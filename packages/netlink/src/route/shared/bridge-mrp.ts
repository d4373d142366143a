import { attributes, enumOf, multi, u16, u32 } from '../../codec/index.js'
import {
  BR_MRP_IN_ROLE,
  BR_MRP_IN_STATE,
  BR_MRP_PORT_ROLE,
  BR_MRP_PORT_STATE,
  BR_MRP_RING_ROLE,
  BR_MRP_RING_STATE,
} from '../bridge-constants.js'

/** Media redundancy protocol (IEC 62439-2) on a bridge. Intervals and periods are in microseconds. */

/** IFLA_BRIDGE_MRP_INSTANCE_*, linux/if_bridge.h */
export const bridgeMrpInstanceAttrs = attributes('IFLA_BRIDGE_MRP_INSTANCE', {
  ringId: [1, u32],
  pIfindex: [2, u32],
  sIfindex: [3, u32],
  prio: [4, u16],
})

/** IFLA_BRIDGE_MRP_PORT_STATE_*, linux/if_bridge.h */
export const bridgeMrpPortStateAttrs = attributes('IFLA_BRIDGE_MRP_PORT_STATE', {
  state: [1, enumOf(u32, BR_MRP_PORT_STATE)],
})

/** IFLA_BRIDGE_MRP_PORT_ROLE_*, linux/if_bridge.h */
export const bridgeMrpPortRoleAttrs = attributes('IFLA_BRIDGE_MRP_PORT_ROLE', {
  role: [1, enumOf(u32, BR_MRP_PORT_ROLE)],
})

/** IFLA_BRIDGE_MRP_RING_STATE_*, linux/if_bridge.h */
export const bridgeMrpRingStateAttrs = attributes('IFLA_BRIDGE_MRP_RING_STATE', {
  ringId: [1, u32],
  state: [2, enumOf(u32, BR_MRP_RING_STATE)],
})

/** IFLA_BRIDGE_MRP_RING_ROLE_*, linux/if_bridge.h */
export const bridgeMrpRingRoleAttrs = attributes('IFLA_BRIDGE_MRP_RING_ROLE', {
  ringId: [1, u32],
  role: [2, enumOf(u32, BR_MRP_RING_ROLE)],
})

/** IFLA_BRIDGE_MRP_START_TEST_*, linux/if_bridge.h */
export const bridgeMrpStartTestAttrs = attributes('IFLA_BRIDGE_MRP_START_TEST', {
  ringId: [1, u32],
  interval: [2, u32], // 0 stops the test
  maxMiss: [3, u32],
  period: [4, u32],
  monitor: [5, u32], // 0 or 1
})

/** IFLA_BRIDGE_MRP_INFO_*, linux/if_bridge.h */
export const bridgeMrpInfoAttrs = attributes('IFLA_BRIDGE_MRP_INFO', {
  ringId: [1, u32],
  pIfindex: [2, u32],
  sIfindex: [3, u32],
  prio: [4, u16],
  ringState: [5, enumOf(u32, BR_MRP_RING_STATE)],
  ringRole: [6, enumOf(u32, BR_MRP_RING_ROLE)],
  testInterval: [7, u32],
  testMaxMiss: [8, u32],
  testMonitor: [9, u32], // 0 or 1
  iIfindex: [10, u32],
  inState: [11, enumOf(u32, BR_MRP_IN_STATE)],
  inRole: [12, enumOf(u32, BR_MRP_IN_ROLE)],
  inTestInterval: [13, u32],
  inTestMaxMiss: [14, u32],
})

/** IFLA_BRIDGE_MRP_IN_ROLE_*, linux/if_bridge.h */
export const bridgeMrpInRoleAttrs = attributes('IFLA_BRIDGE_MRP_IN_ROLE', {
  ringId: [1, u32],
  inId: [2, u16],
  role: [3, enumOf(u32, BR_MRP_IN_ROLE)],
  iIfindex: [4, u32],
})

/** IFLA_BRIDGE_MRP_IN_STATE_*, linux/if_bridge.h */
export const bridgeMrpInStateAttrs = attributes('IFLA_BRIDGE_MRP_IN_STATE', {
  inId: [1, u32],
  state: [2, enumOf(u32, BR_MRP_IN_STATE)],
})

/** IFLA_BRIDGE_MRP_START_IN_TEST_*, linux/if_bridge.h */
export const bridgeMrpStartInTestAttrs = attributes('IFLA_BRIDGE_MRP_START_IN_TEST', {
  inId: [1, u32],
  interval: [2, u32], // 0 stops the test
  maxMiss: [3, u32],
  period: [4, u32],
})

/** IFLA_BRIDGE_MRP_*, linux/if_bridge.h: commands in requests; in replies, one `info` per ring */
export const bridgeMrpAttrs = attributes('IFLA_BRIDGE_MRP', {
  instance: [1, bridgeMrpInstanceAttrs],
  portState: [2, bridgeMrpPortStateAttrs],
  portRole: [3, bridgeMrpPortRoleAttrs],
  ringState: [4, bridgeMrpRingStateAttrs],
  ringRole: [5, bridgeMrpRingRoleAttrs],
  startTest: [6, bridgeMrpStartTestAttrs],
  info: [7, multi(bridgeMrpInfoAttrs)],
  inRole: [8, bridgeMrpInRoleAttrs],
  inState: [9, bridgeMrpInStateAttrs],
  startInTest: [10, bridgeMrpStartInTestAttrs],
})
