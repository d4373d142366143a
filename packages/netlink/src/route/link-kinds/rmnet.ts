import { attributes, flagsOf, type Infer, struct, u16, u32 } from '../../codec/index.js'
import { RMNET_FLAGS } from '../link-constants.js'

/** `struct ifla_rmnet_flags`, linux/if_link.h */
export const iflaRmnetFlags = struct('ifla_rmnet_flags', {
  flags: flagsOf(u32, RMNET_FLAGS),
  mask: flagsOf(u32, RMNET_FLAGS), // flags to change
})

/** IFLA_RMNET_*, linux/if_link.h */
export const rmnetAttrs = attributes('IFLA_RMNET', {
  muxId: [1, u16],
  flags: [2, iflaRmnetFlags],
})
export interface RmnetAttrs extends Infer<typeof rmnetAttrs> {}
