import { attributes, type Infer, u32 } from '../../codec/index.js'

/** IFLA_DSA_*, linux/if_link.h */
export const dsaAttrs = attributes('IFLA_DSA', {
  conduit: [1, u32], // ifindex; IFLA_DSA_MASTER is its older name
})
export interface DsaAttrs extends Infer<typeof dsaAttrs> {}
