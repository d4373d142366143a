import { attributes, type Infer, u16 } from '../../codec/index.js'

/** IFLA_IPVLAN_*, linux/if_link.h: ipvlan and ipvtap */
export const ipvlanAttrs = attributes('IFLA_IPVLAN', {
  mode: [1, u16], // IPVLAN_MODE_*
  flags: [2, u16], // IPVLAN_F_*
})
export interface IpvlanAttrs extends Infer<typeof ipvlanAttrs> {}
