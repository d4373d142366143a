import { attributes, enumOf, flag, type Infer, u16, u16be } from '../../codec/index.js'
import { ETH_P } from '../../constants/index.js'

/** IFLA_BAREUDP_*, linux/if_link.h */
export const bareudpAttrs = attributes('IFLA_BAREUDP', {
  port: [1, u16be], // destination port
  ethertype: [2, enumOf(u16be, ETH_P)], // EtherType of the payload
  srcportMin: [3, u16],
  multiprotoMode: [4, flag],
})
export interface BareudpAttrs extends Infer<typeof bareudpAttrs> {}
