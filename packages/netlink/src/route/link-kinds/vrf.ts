import { attributes, type Infer, u32 } from '../../codec/index.js'

/** IFLA_VRF_*, linux/if_link.h */
export const vrfAttrs = attributes('IFLA_VRF', { table: [1, u32] })
export interface VrfAttrs extends Infer<typeof vrfAttrs> {}

/** IFLA_VRF_PORT_*, linux/if_link.h: a port of a VRF, read-only */
export const vrfPortAttrs = attributes('IFLA_VRF_PORT', { table: [1, u32] })
export interface VrfPortAttrs extends Infer<typeof vrfPortAttrs> {}
