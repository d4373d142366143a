import { atLeast, attributes, enumOf, type Infer, ipv4, ipv6, u8, u32 } from '../../codec/index.js'
import { GTP_ROLE } from '../link-constants.js'

/** IFLA_GTP_*, linux/if_link.h */
export const gtpAttrs = attributes('IFLA_GTP', {
  fd0: [1, u32], // UDP socket of GTPv0
  fd1: [2, u32], // UDP socket of GTPv1-U
  pdpHashsize: [3, u32],
  role: [4, enumOf(u32, GTP_ROLE)],
  createSockets: [5, u8],
  restartCount: [6, u8],
  local: [7, ipv4],
  local6: [8, atLeast(ipv6)],
})
export interface GtpAttrs extends Infer<typeof gtpAttrs> {}
