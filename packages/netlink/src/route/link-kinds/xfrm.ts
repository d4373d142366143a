import { attributes, flag, type Infer, u32 } from '../../codec/index.js'
import { ifindex } from '../shared/ifindex.js'

/** IFLA_XFRM_*, linux/if_link.h */
export const xfrmAttrs = attributes('IFLA_XFRM', {
  link: [1, ifindex],
  ifId: [2, u32],
  collectMetadata: [3, flag],
})
export interface XfrmAttrs extends Infer<typeof xfrmAttrs> {}
