import { attributes, bytes, constants, enumOf, type Infer, ipv4, ipv6, message, u8, u32 } from '../codec/index.js'
import { RT_TABLE } from './route-constants.js'
import { byFamily } from './shared/by-family.js'
import { RTNL_FAMILY } from './shared/multicast-table.js'
import { rtgenmsg } from './shared/rtgenmsg.js'

/** IGMPMSG_*, linux/mroute.h: reason for a cache report */
export const IGMPMSG = constants('IGMPMSG', { NOCACHE: 1, WRONGVIF: 2, WHOLEPKT: 3, WRVIFWHOLE: 4 })

/** MRT6MSG_*, linux/mroute6.h: reason for an IPv6 cache report */
export const MRT6MSG = constants('MRT6MSG', { NOCACHE: 1, WRONGMIF: 2, WHOLEPKT: 3, WRMIFWHOLE: 4 })

/** IPMRA_CREPORT_*, linux/mroute.h */
export const ipmraCreportAttrs = attributes('IPMRA_CREPORT', {
  msgtype: [1, enumOf(u8, IGMPMSG)],
  vifId: [2, u32],
  srcAddr: [3, ipv4],
  dstAddr: [4, ipv4],
  pkt: [5, bytes], // the reported packet
  table: [6, enumOf(u32, RT_TABLE)],
})

/** IP6MRA_CREPORT_*, linux/mroute6.h */
export const ip6mraCreportAttrs = attributes('IP6MRA_CREPORT', {
  msgtype: [1, enumOf(u8, MRT6MSG)],
  mifId: [2, u32],
  srcAddr: [3, ipv6],
  dstAddr: [4, ipv6],
  pkt: [5, bytes], // the reported packet
})

const creportAttrs = byFamily(RTNL_FAMILY.IP6MR, ip6mraCreportAttrs, ipmraCreportAttrs)

/** RTM_NEWCACHEREPORT: a packet without a multicast route, or one that arrived on the wrong interface */
export const cacheReportMessage = message('cache report', rtgenmsg, creportAttrs)
export interface CacheReportMessage extends Infer<typeof cacheReportMessage> {}
