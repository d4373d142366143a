import { attributes, enumOf, flagsOf, type Infer, i32, lladdr, multi, u16, u32 } from '../../codec/index.js'
import { MACVLAN_FLAG, MACVLAN_MACADDR, MACVLAN_MODE } from '../link-constants.js'

/** The part of IFLA_MACVLAN_* that IFLA_MACVLAN_MACADDR_DATA nests. */
export const macvlanMacaddrDataAttrs = attributes('IFLA_MACVLAN', { macaddr: [4, multi(lladdr)] })

/** IFLA_MACVLAN_*, linux/if_link.h: macvlan and macvtap */
export const macvlanAttrs = attributes('IFLA_MACVLAN', {
  mode: [1, enumOf(u32, MACVLAN_MODE)],
  flags: [2, flagsOf(u16, MACVLAN_FLAG)],
  macaddrMode: [3, enumOf(u32, MACVLAN_MACADDR)], // what to do with the addresses in a request
  macaddr: [4, lladdr],
  macaddrData: [5, macvlanMacaddrDataAttrs],
  macaddrCount: [6, u32],
  bcQueueLen: [7, u32], // requested; the longest queue that a link of the lower device requests is used
  bcQueueLenUsed: [8, u32],
  bcCutoff: [9, i32],
})
export interface MacvlanAttrs extends Infer<typeof macvlanAttrs> {}
