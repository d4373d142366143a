import { attributes, flag, hexadecimal, type Infer, u32, writtenAs } from '../../codec/index.js'
import { ifindex } from '../shared/ifindex.js'

/** IFLA_XFRM_*, linux/if_link.h */
export const xfrmAttrs = attributes('IFLA_XFRM', {
  link: [1, ifindex],
  ifId: [2, writtenAs(u32, hexadecimal)],
  collectMetadata: [3, flag],
})
export interface XfrmAttrs extends Infer<typeof xfrmAttrs> {}
