import { attributes, type Infer, u16 } from '../../codec/index.js'

/** IFLA_IPOIB_*, linux/if_link.h */
export const ipoibAttrs = attributes('IFLA_IPOIB', {
  pkey: [1, u16],
  mode: [2, u16], // IPOIB_MODE_*
  umcast: [3, u16],
})
export interface IpoibAttrs extends Infer<typeof ipoibAttrs> {}
