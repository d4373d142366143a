import { constants } from '../codec/index.js'

/** BR_STATE_*, linux/if_bridge.h: state of a port */
export const BR_STATE = constants('BR_STATE', { DISABLED: 0, LISTENING: 1, LEARNING: 2, FORWARDING: 3, BLOCKING: 4 })

/** BR_STP_MODE_*, linux/if_link.h */
export const BR_STP_MODE = constants('BR_STP_MODE', { AUTO: 0, USER: 1, KERNEL: 2 })

/** BR_*_STP of the kernel's net/bridge/br_private.h: implementation of the spanning tree protocol. */
export const BR_STP = constants(
  'BR',
  { NO_STP: 0, KERNEL_STP: 1, USER_STP: 2 },
  { NO_STP: 'off', KERNEL_STP: 'kernel', USER_STP: 'user' },
)

/** BR_BOOLOPT_*, linux/if_bridge.h: bit numbers in `br_boolopt_multi` */
export const BR_BOOLOPT = constants('BR_BOOLOPT', {
  NO_LL_LEARN: 0,
  MCAST_VLAN_SNOOPING: 1,
  MST_ENABLE: 2,
  MDB_OFFLOAD_FAIL_NOTIFICATION: 3,
  FDB_LOCAL_VLAN_0: 4,
})

/** BRIDGE_MODE_*, linux/if_bridge.h */
export const BRIDGE_MODE = constants('BRIDGE_MODE', { VEB: 0, VEPA: 1, UNDEF: 65535 })

/** BR_MRP_PORT_STATE_*, linux/mrp_bridge.h */
export const BR_MRP_PORT_STATE = constants('BR_MRP_PORT_STATE', {
  DISABLED: 0,
  BLOCKED: 1,
  FORWARDING: 2,
  NOT_CONNECTED: 3,
})

/** BR_MRP_PORT_ROLE_*, linux/mrp_bridge.h */
export const BR_MRP_PORT_ROLE = constants('BR_MRP_PORT_ROLE', { PRIMARY: 0, SECONDARY: 1, INTER: 2 })

/** BR_MRP_RING_STATE_*, linux/mrp_bridge.h */
export const BR_MRP_RING_STATE = constants('BR_MRP_RING_STATE', { OPEN: 0, CLOSED: 1 })

/** BR_MRP_RING_ROLE_*, linux/mrp_bridge.h */
export const BR_MRP_RING_ROLE = constants('BR_MRP_RING_ROLE', { DISABLED: 0, MRC: 1, MRM: 2, MRA: 3 })

/** BR_MRP_IN_STATE_*, linux/mrp_bridge.h */
export const BR_MRP_IN_STATE = constants('BR_MRP_IN_STATE', { OPEN: 0, CLOSED: 1 })

/** BR_MRP_IN_ROLE_*, linux/mrp_bridge.h */
export const BR_MRP_IN_ROLE = constants('BR_MRP_IN_ROLE', { DISABLED: 0, MIC: 1, MIM: 2 })

/** BR_CFM_CCM_INTERVAL_*, linux/cfm_bridge.h */
export const BR_CFM_CCM_INTERVAL = constants('BR_CFM_CCM_INTERVAL', {
  NONE: 0,
  '3_3_MS': 1,
  '10_MS': 2,
  '100_MS': 3,
  '1_SEC': 4,
  '10_SEC': 5,
  '1_MIN': 6,
  '10_MIN': 7,
})

/** BR_CFM_MEP_DIRECTION_*, linux/cfm_bridge.h */
export const BR_CFM_MEP_DIRECTION = constants('BR_CFM_MEP_DIRECTION', { DOWN: 0, UP: 1 })

/** BR_CFM_PORT and BR_CFM_VLAN, linux/cfm_bridge.h: domain of a maintenance end point. */
export const BR_CFM_DOMAIN = constants('BR_CFM', { PORT: 0, VLAN: 1 })
