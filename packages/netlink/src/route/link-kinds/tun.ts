import { attributes, enumOf, type Infer, u8, u32 } from '../../codec/index.js'
import { TUN_TYPE } from '../link-constants.js'

/** IFLA_TUN_*, linux/if_link.h. Read-only: tun devices are created and changed with ioctl(2), see @netloom/tuntap. */
export const tunAttrs = attributes('IFLA_TUN', {
  owner: [1, u32], // uid; absent if there is no owner
  group: [2, u32], // gid; absent if there is no group
  type: [3, enumOf(u8, TUN_TYPE)],
  pi: [4, u8],
  vnetHdr: [5, u8],
  persist: [6, u8],
  multiQueue: [7, u8],
  numQueues: [8, u32],
  numDisabledQueues: [9, u32],
})
export interface TunAttrs extends Infer<typeof tunAttrs> {}
