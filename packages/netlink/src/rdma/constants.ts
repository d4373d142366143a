import { constants } from '../codec/index.js'

/** RDMA_NL_*, rdma/rdma_netlink.h: clients, in the upper bits of a message's type */
export const RDMA_NL = constants('RDMA_NL', { IWCM: 2, RSVD: 3, LS: 4, NLDEV: 5 })

/** RDMA_NL_GROUP_*, rdma/rdma_netlink.h: multicast groups */
export const RDMA_NL_GROUP = constants('RDMA_NL_GROUP', { IWPM: 2, LS: 3, NOTIFY: 4 })

/** RDMA_NODE_*, rdma/rdma_netlink.h: kinds of devices */
export const RDMA_NODE = constants('RDMA_NODE', {
  IB_CA: 1,
  IB_SWITCH: 2,
  IB_ROUTER: 3,
  RNIC: 4,
  USNIC: 5,
  USNIC_UDP: 6,
  UNSPECIFIED: 7,
})

/** RDMA_DEVICE_TYPE_*, rdma/rdma_netlink.h: kinds of devices that are created below another one */
export const RDMA_DEVICE_TYPE = constants('RDMA_DEVICE_TYPE', { SMI: 1 })

/** RDMA_NAME_ASSIGN_TYPE_*, rdma/rdma_netlink.h: sources of the name of a device */
export const RDMA_NAME_ASSIGN_TYPE = constants('RDMA_NAME_ASSIGN_TYPE', { UNKNOWN: 0, USER: 1 })

/** RDMA_NLDEV_PRINT_TYPE_*, rdma/rdma_netlink.h */
export const RDMA_NLDEV_PRINT_TYPE = constants('RDMA_NLDEV_PRINT_TYPE', { UNSPEC: 0, HEX: 1 })

/** RDMA_COUNTER_MODE_*, rdma/rdma_netlink.h: how queue pairs get a counter */
export const RDMA_COUNTER_MODE = constants('RDMA_COUNTER_MODE', { NONE: 0, AUTO: 1, MANUAL: 2 })

/** RDMA_COUNTER_MASK_*, rdma/rdma_netlink.h: what queue pairs that share a counter have in common */
export const RDMA_COUNTER_MASK = constants('RDMA_COUNTER_MASK', { QP_TYPE: 0x1, PID: 0x2 })

/** RDMA_*_EVENT, rdma/rdma_netlink.h: events of the group NOTIFY */
export const RDMA_EVENT = constants('RDMA', {
  REGISTER_EVENT: 0,
  UNREGISTER_EVENT: 1,
  NETDEV_ATTACH_EVENT: 2,
  NETDEV_DETACH_EVENT: 3,
  RENAME_EVENT: 4,
  NETDEV_RENAME_EVENT: 5,
})

/** Modes of the network namespaces of devices: `ib_devices_shared_netns` of the kernel */
export const RDMA_NETNS_MODE = constants('RDMA_NETNS_MODE', { EXCLUSIVE: 0, SHARED: 1 })

/** IB_PORT_*, the kernel's rdma/ib_verbs.h: states of ports */
export const IB_PORT = constants('IB_PORT', { NOP: 0, DOWN: 1, INIT: 2, ARMED: 3, ACTIVE: 4, ACTIVE_DEFER: 5 })

/** IB_PORT_PHYS_STATE_*, the kernel's rdma/ib_verbs.h */
export const IB_PORT_PHYS_STATE = constants('IB_PORT_PHYS_STATE', {
  SLEEP: 1,
  POLLING: 2,
  DISABLED: 3,
  PORT_CONFIGURATION_TRAINING: 4,
  LINK_UP: 5,
  LINK_ERROR_RECOVERY: 6,
  PHY_TEST: 7,
})

/** IB_QPT_*, the kernel's rdma/ib_verbs.h: types of queue pairs */
export const IB_QPT = constants('IB_QPT', {
  SMI: 0,
  GSI: 1,
  RC: 2,
  UC: 3,
  UD: 4,
  RAW_IPV6: 5,
  RAW_ETHERTYPE: 6,
  RAW_PACKET: 8,
  XRC_INI: 9,
  XRC_TGT: 10,
  DRIVER: 255,
})

/** IB_QPS_*, the kernel's rdma/ib_verbs.h: states of queue pairs */
export const IB_QPS = constants('IB_QPS', { RESET: 0, INIT: 1, RTR: 2, RTS: 3, SQD: 4, SQE: 5, ERR: 6 })

/** IB_MIG_*, the kernel's rdma/ib_verbs.h: states of path migration */
export const IB_MIG = constants('IB_MIG', { MIGRATED: 0, REARM: 1, ARMED: 2 })

/** IB_POLL_*, the kernel's rdma/ib_verbs.h: contexts in which completion queues are polled */
export const IB_POLL = constants('IB_POLL', { DIRECT: 0, SOFTIRQ: 1, WORKQUEUE: 2, UNBOUND_WORKQUEUE: 3 })

/** RDMA_CM_*, `enum rdma_cm_state` of the kernel's drivers/infiniband/core/cma_priv.h: states of connection ids */
export const RDMA_CM = constants('RDMA_CM', {
  IDLE: 0,
  ADDR_QUERY: 1,
  ADDR_RESOLVED: 2,
  ROUTE_QUERY: 3,
  ROUTE_RESOLVED: 4,
  CONNECT: 5,
  DISCONNECT: 6,
  ADDR_BOUND: 7,
  LISTEN: 8,
  DEVICE_REMOVAL: 9,
  DESTROYING: 10,
})

/** RDMA_PS_*, rdma/rdma_user_cm.h: port spaces */
export const RDMA_PS = constants('RDMA_PS', { IPOIB: 0x2, IB: 0x13f, TCP: 0x106, UDP: 0x111 })
