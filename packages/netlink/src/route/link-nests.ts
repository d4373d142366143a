import { attributes, enumOf, flagsOf, i32, multi, string, u8, u32, uint } from '../codec/index.js'
import { XDP_ATTACHED, XDP_FLAGS } from './link-constants.js'

/** IFLA_PROTO_DOWN_REASON_*, linux/if_link.h */
export const protoDownReasonAttrs = attributes('IFLA_PROTO_DOWN_REASON', {
  mask: [1, u32],
  value: [2, u32],
})

/** IFLA_XDP_*, linux/if_link.h */
export const xdpAttrs = attributes('IFLA_XDP', {
  fd: [1, i32],
  attached: [2, enumOf(u8, XDP_ATTACHED)],
  flags: [3, flagsOf(u32, XDP_FLAGS)],
  progId: [4, u32],
  drvProgId: [5, u32],
  skbProgId: [6, u32],
  hwProgId: [7, u32],
  expectedFd: [8, i32],
})

/** The IFLA_* attributes inside IFLA_PROP_LIST. */
export const propListAttrs = attributes('IFLA', { altIfname: [53, multi(string)] })

/** The DEVLINK_ATTR_* attributes inside IFLA_DEVLINK_PORT, linux/devlink.h: the handle of the port */
export const devlinkPortAttrs = attributes('DEVLINK_ATTR', {
  busName: [1, string],
  devName: [2, string],
  portIndex: [3, u32],
  index: [184, uint], // of the devlink instance
})

/** The DPLL_A_PIN_* attributes inside IFLA_DPLL_PIN, linux/dpll.h */
export const dpllPinAttrs = attributes('DPLL_A_PIN', { id: [1, u32] })
