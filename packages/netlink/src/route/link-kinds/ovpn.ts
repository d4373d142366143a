import { attributes, type Infer, u8 } from '../../codec/index.js'

/** IFLA_OVPN_*, linux/if_link.h */
export const ovpnAttrs = attributes('IFLA_OVPN', {
  mode: [1, u8], // OVPN_MODE_*
})
export interface OvpnAttrs extends Infer<typeof ovpnAttrs> {}
