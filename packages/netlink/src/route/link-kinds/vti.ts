import { attributes, hexadecimal, type Infer, ipAddress, u32, u32be, writtenAs } from '../../codec/index.js'
import { ifindex } from '../shared/ifindex.js'

/** IFLA_VTI_*, linux/if_tunnel.h: vti and vti6 */
export const vtiAttrs = attributes('IFLA_VTI', {
  link: [1, ifindex],
  ikey: [2, u32be],
  okey: [3, u32be],
  local: [4, ipAddress],
  remote: [5, ipAddress],
  fwmark: [6, writtenAs(u32, hexadecimal)],
})
export interface VtiAttrs extends Infer<typeof vtiAttrs> {}
