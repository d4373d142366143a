import { attributes, enumOf, type Infer, u8 } from '../../codec/index.js'
import { OVPN_MODE } from '../link-constants.js'

/** IFLA_OVPN_*, linux/if_link.h */
export const ovpnAttrs = attributes('IFLA_OVPN', {
  mode: [1, enumOf(u8, OVPN_MODE)],
})
export interface OvpnAttrs extends Infer<typeof ovpnAttrs> {}
