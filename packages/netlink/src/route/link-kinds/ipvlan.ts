import { attributes, enumOf, flagsOf, type Infer, u16 } from '../../codec/index.js'
import { IPVLAN_F, IPVLAN_MODE } from '../link-constants.js'

/** IFLA_IPVLAN_*, linux/if_link.h: ipvlan and ipvtap */
export const ipvlanAttrs = attributes('IFLA_IPVLAN', {
  mode: [1, enumOf(u16, IPVLAN_MODE)],
  flags: [2, flagsOf(u16, IPVLAN_F)],
})
export interface IpvlanAttrs extends Infer<typeof ipvlanAttrs> {}
