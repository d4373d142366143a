import { attributes, enumOf, flagsOf, type Infer, i32, lladdr, multi, u16, u32 } from '../../codec/index.js'
import { MACVLAN_FLAG, MACVLAN_MACADDR, MACVLAN_MODE } from '../link-constants.js'

/** The IFLA_MACVLAN_* attributes inside IFLA_MACVLAN_MACADDR_DATA. */
export const macvlanMacaddrDataAttrs = attributes('IFLA_MACVLAN', { macaddr: [4, multi(lladdr)] })

/** IFLA_MACVLAN_*, linux/if_link.h: macvlan and macvtap */
export const macvlanAttrs = attributes('IFLA_MACVLAN', {
  mode: [1, enumOf(u32, MACVLAN_MODE)],
  flags: [2, flagsOf(u16, MACVLAN_FLAG)],
  macaddrMode: [3, enumOf(u32, MACVLAN_MACADDR)], // in requests, the operation on the addresses
  macaddr: [4, lladdr],
  macaddrData: [5, macvlanMacaddrDataAttrs],
  macaddrCount: [6, u32],
  bcQueueLen: [7, u32], // requested length in packets; the highest request on the lower device applies
  bcQueueLenUsed: [8, u32],
  bcCutoff: [9, i32],
})
export interface MacvlanAttrs extends Infer<typeof macvlanAttrs> {}
