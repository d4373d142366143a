import { attributes, type Infer, u32 } from '../../codec/index.js'

/** IFLA_WWAN_*, linux/wwan.h */
export const wwanAttrs = attributes('IFLA_WWAN', { linkId: [1, u32] })
export interface WwanAttrs extends Infer<typeof wwanAttrs> {}
