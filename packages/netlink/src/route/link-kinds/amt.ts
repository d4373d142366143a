import { atLeast, attributes, enumOf, type Infer, ipv4, u16be, u32 } from '../../codec/index.js'
import { AMT_MODE } from '../link-constants.js'
import { ifindex } from '../shared/ifindex.js'

/** IFLA_AMT_*, linux/amt.h: automatic multicast tunneling */
export const amtAttrs = attributes('IFLA_AMT', {
  mode: [1, enumOf(u32, AMT_MODE)],
  relayPort: [2, u16be],
  gatewayPort: [3, u16be],
  link: [4, ifindex],
  localIp: [5, atLeast(ipv4)],
  remoteIp: [6, atLeast(ipv4)],
  discoveryIp: [7, atLeast(ipv4)],
  maxTunnels: [8, u32],
})
export interface AmtAttrs extends Infer<typeof amtAttrs> {}
