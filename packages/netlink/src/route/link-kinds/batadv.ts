import { attributes, type Infer, string } from '../../codec/index.js'

/** IFLA_BATADV_*, linux/batman_adv.h */
export const batadvAttrs = attributes('IFLA_BATADV', { algoName: [1, string] })
export interface BatadvAttrs extends Infer<typeof batadvAttrs> {}
