import { attributes, flag, type Infer, u16, u16be } from '../../codec/index.js'

/** IFLA_BAREUDP_*, linux/if_link.h */
export const bareudpAttrs = attributes('IFLA_BAREUDP', {
  port: [1, u16be], // destination port
  ethertype: [2, u16be], // ETH_P_* of what is inside
  srcportMin: [3, u16],
  multiprotoMode: [4, flag],
})
export interface BareudpAttrs extends Infer<typeof bareudpAttrs> {}
