import { attributes, enumOf, type Infer, u16 } from '../../codec/index.js'
import { IPOIB_MODE } from '../link-constants.js'

/** IFLA_IPOIB_*, linux/if_link.h */
export const ipoibAttrs = attributes('IFLA_IPOIB', {
  pkey: [1, u16],
  mode: [2, enumOf(u16, IPOIB_MODE)],
  umcast: [3, u16],
})
export interface IpoibAttrs extends Infer<typeof ipoibAttrs> {}
