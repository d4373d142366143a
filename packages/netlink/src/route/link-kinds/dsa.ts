import { attributes, type Infer } from '../../codec/index.js'
import { ifindex } from '../shared/ifindex.js'

/** IFLA_DSA_*, linux/if_link.h */
export const dsaAttrs = attributes('IFLA_DSA', {
  conduit: [1, ifindex], // older name: IFLA_DSA_MASTER
})
export interface DsaAttrs extends Infer<typeof dsaAttrs> {}
