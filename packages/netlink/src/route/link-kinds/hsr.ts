import { attributes, enumOf, type Infer, lladdr, u8, u16 } from '../../codec/index.js'
import { HSR_PROTOCOL } from '../link-constants.js'
import { ifindex } from '../shared/ifindex.js'

/** IFLA_HSR_*, linux/if_link.h: HSR and PRP */
export const hsrAttrs = attributes('IFLA_HSR', {
  slave1: [1, ifindex],
  slave2: [2, ifindex],
  multicastSpec: [3, u8], // last byte of the supervision address
  supervisionAddr: [4, lladdr],
  seqNr: [5, u16],
  version: [6, u8],
  protocol: [7, enumOf(u8, HSR_PROTOCOL)],
  interlink: [8, ifindex],
})
export interface HsrAttrs extends Infer<typeof hsrAttrs> {}
