import { attributes, type Infer, i32 } from '../../codec/index.js'

/** IFLA_PPP_*, linux/if_link.h */
export const pppAttrs = attributes('IFLA_PPP', { devFd: [1, i32] })
export interface PppAttrs extends Infer<typeof pppAttrs> {}
