import { constants } from '../../codec/index.js'

/** DEVLINK_PORT_TYPE_*, linux/devlink.h */
export const DEVLINK_PORT_TYPE = constants('DEVLINK_PORT_TYPE', { NOTSET: 0, AUTO: 1, ETH: 2, IB: 3 })

/** DEVLINK_SB_POOL_TYPE_*, linux/devlink.h */
export const DEVLINK_SB_POOL_TYPE = constants('DEVLINK_SB_POOL_TYPE', { INGRESS: 0, EGRESS: 1 })

/** DEVLINK_SB_THRESHOLD_TYPE_*, linux/devlink.h */
export const DEVLINK_SB_THRESHOLD_TYPE = constants('DEVLINK_SB_THRESHOLD_TYPE', { STATIC: 0, DYNAMIC: 1 })

/** DEVLINK_ESWITCH_MODE_*, linux/devlink.h */
export const DEVLINK_ESWITCH_MODE = constants('DEVLINK_ESWITCH_MODE', {
  LEGACY: 0,
  SWITCHDEV: 1,
  SWITCHDEV_INACTIVE: 2,
})

/** DEVLINK_ESWITCH_INLINE_MODE_*, linux/devlink.h */
export const DEVLINK_ESWITCH_INLINE_MODE = constants('DEVLINK_ESWITCH_INLINE_MODE', {
  NONE: 0,
  LINK: 1,
  NETWORK: 2,
  TRANSPORT: 3,
})

/** DEVLINK_ESWITCH_ENCAP_MODE_*, linux/devlink.h */
export const DEVLINK_ESWITCH_ENCAP_MODE = constants('DEVLINK_ESWITCH_ENCAP_MODE', { NONE: 0, BASIC: 1 })

/** DEVLINK_PORT_FLAVOUR_*, linux/devlink.h */
export const DEVLINK_PORT_FLAVOUR = constants('DEVLINK_PORT_FLAVOUR', {
  PHYSICAL: 0,
  CPU: 1,
  DSA: 2,
  PCI_PF: 3,
  PCI_VF: 4,
  VIRTUAL: 5,
  UNUSED: 6,
  PCI_SF: 7,
})

/** DEVLINK_RATE_TYPE_*, linux/devlink.h */
export const DEVLINK_RATE_TYPE = constants('DEVLINK_RATE_TYPE', { LEAF: 0, NODE: 1 })

/** DEVLINK_PARAM_CMODE_*, linux/devlink.h */
export const DEVLINK_PARAM_CMODE = constants('DEVLINK_PARAM_CMODE', { RUNTIME: 0, DRIVERINIT: 1, PERMANENT: 2 })

/** DEVLINK_SELFTEST_STATUS_*, linux/devlink.h */
export const DEVLINK_SELFTEST_STATUS = constants('DEVLINK_SELFTEST_STATUS', { SKIP: 0, PASS: 1, FAIL: 2 })

/** DEVLINK_TRAP_ACTION_*, linux/devlink.h */
export const DEVLINK_TRAP_ACTION = constants('DEVLINK_TRAP_ACTION', { DROP: 0, TRAP: 1, MIRROR: 2 })

/** DEVLINK_TRAP_TYPE_*, linux/devlink.h */
export const DEVLINK_TRAP_TYPE = constants('DEVLINK_TRAP_TYPE', { DROP: 0, EXCEPTION: 1, CONTROL: 2 })

/** DEVLINK_RELOAD_ACTION_*, linux/devlink.h */
export const DEVLINK_RELOAD_ACTION = constants('DEVLINK_RELOAD_ACTION', { UNSPEC: 0, DRIVER_REINIT: 1, FW_ACTIVATE: 2 })

/** DEVLINK_RELOAD_LIMIT_*, linux/devlink.h */
export const DEVLINK_RELOAD_LIMIT = constants('DEVLINK_RELOAD_LIMIT', { UNSPEC: 0, NO_RESET: 1 })

/** DEVLINK_LINECARD_STATE_*, linux/devlink.h */
export const DEVLINK_LINECARD_STATE = constants('DEVLINK_LINECARD_STATE', {
  UNSPEC: 0,
  UNPROVISIONED: 1,
  UNPROVISIONING: 2,
  PROVISIONING: 3,
  PROVISIONING_FAILED: 4,
  PROVISIONED: 5,
  ACTIVE: 6,
})

/** DEVLINK_VAR_ATTR_TYPE_*, linux/devlink.h: types of the values of parameters and messages */
export const DEVLINK_VAR_ATTR_TYPE = constants('DEVLINK_VAR_ATTR_TYPE', {
  U8: 1,
  U16: 2,
  U32: 3,
  U64: 4,
  STRING: 5,
  FLAG: 6,
  NUL_STRING: 10,
  BINARY: 11,
  U64_ARRAY: 129,
})

/** DEVLINK_DPIPE_FIELD_MAPPING_TYPE_*, linux/devlink.h */
export const DEVLINK_DPIPE_FIELD_MAPPING_TYPE = constants('DEVLINK_DPIPE_FIELD_MAPPING_TYPE', { NONE: 0, IFINDEX: 1 })

/** DEVLINK_DPIPE_MATCH_TYPE_*, linux/devlink.h */
export const DEVLINK_DPIPE_MATCH_TYPE = constants('DEVLINK_DPIPE_MATCH_TYPE', { FIELD_EXACT: 0 })

/** DEVLINK_DPIPE_ACTION_TYPE_*, linux/devlink.h */
export const DEVLINK_DPIPE_ACTION_TYPE = constants('DEVLINK_DPIPE_ACTION_TYPE', { FIELD_MODIFY: 0 })

/** DEVLINK_DPIPE_HEADER_*, linux/devlink.h */
export const DEVLINK_DPIPE_HEADER = constants('DEVLINK_DPIPE_HEADER', { ETHERNET: 0, IPV4: 1, IPV6: 2 })

/** DEVLINK_RESOURCE_UNIT_*, linux/devlink.h */
export const DEVLINK_RESOURCE_UNIT = constants('DEVLINK_RESOURCE_UNIT', { ENTRY: 0 })

/** DEVLINK_PORT_FN_STATE_*, linux/devlink.h */
export const DEVLINK_PORT_FN_STATE = constants('DEVLINK_PORT_FN_STATE', { INACTIVE: 0, ACTIVE: 1 })

/** DEVLINK_PORT_FN_OPSTATE_*, linux/devlink.h */
export const DEVLINK_PORT_FN_OPSTATE = constants('DEVLINK_PORT_FN_OPSTATE', { DETACHED: 0, ATTACHED: 1 })

/** DEVLINK_FLASH_OVERWRITE_*, linux/devlink.h: parts of a flash component that an update may overwrite */
export const DEVLINK_FLASH_OVERWRITE = constants('DEVLINK_FLASH_OVERWRITE', { SETTINGS: 0x1, IDENTIFIERS: 0x2 })

/** DEVLINK_PORT_FN_CAP_*, linux/devlink.h: capabilities of a port's function */
export const DEVLINK_PORT_FN_CAP = constants('DEVLINK_PORT_FN_CAP', {
  ROCE: 0x1,
  MIGRATABLE: 0x2,
  IPSEC_CRYPTO: 0x4,
  IPSEC_PACKET: 0x8,
})

/** DEVLINK_RESOURCE_SCOPE_*, linux/devlink.h: the owners of the resources to dump */
export const DEVLINK_RESOURCE_SCOPE = constants('DEVLINK_RESOURCE_SCOPE', { DEV: 0x1, PORT: 0x2 })

/** DEVLINK_PARAM_FW_LOAD_POLICY_VALUE_*, linux/devlink.h: values of the parameter fw_load_policy */
export const DEVLINK_PARAM_FW_LOAD_POLICY_VALUE = constants('DEVLINK_PARAM_FW_LOAD_POLICY_VALUE', {
  DRIVER: 0,
  FLASH: 1,
  DISK: 2,
  UNKNOWN: 3,
})

/** DEVLINK_PARAM_RESET_DEV_ON_DRV_PROBE_VALUE_*, linux/devlink.h: values of the parameter reset_dev_on_drv_probe */
export const DEVLINK_PARAM_RESET_DEV_ON_DRV_PROBE_VALUE = constants('DEVLINK_PARAM_RESET_DEV_ON_DRV_PROBE_VALUE', {
  UNKNOWN: 0,
  ALWAYS: 1,
  NEVER: 2,
  DISK: 3,
})
