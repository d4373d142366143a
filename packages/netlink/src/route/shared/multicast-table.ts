import {
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  i32,
  ipv4,
  multi,
  u8,
  u16,
  u32,
  u64,
} from '../../codec/index.js'
import { RT_TABLE } from '../route-constants.js'

/** RTNL_FAMILY_*, linux/rtnetlink.h: the `family` of messages about multicast routes */
export const RTNL_FAMILY = constants('RTNL_FAMILY', { IPMR: 128, IP6MR: 129 })

/** VIFF_*, linux/mroute.h: flags of a virtual interface */
export const VIFF = constants('VIFF', { TUNNEL: 1, SRCRT: 2, REGISTER: 4, USE_IFINDEX: 8 })

/** MIFF_*, linux/mroute6.h: flags of an IPv6 virtual interface */
export const MIFF = constants('MIFF', { REGISTER: 1 })

/** IPMRA_VIFA_*, linux/mroute.h */
export const ipmraVifaAttrs = attributes('IPMRA_VIFA', {
  ifindex: [1, u32],
  vifId: [2, u32],
  flags: [3, flagsOf(u16, VIFF)],
  bytesIn: [4, u64],
  bytesOut: [5, u64],
  packetsIn: [6, u64],
  packetsOut: [7, u64],
  localAddr: [8, ipv4],
  remoteAddr: [9, ipv4],
  pad: [10, bytes],
})

/** IPMRA_VIF, linux/mroute.h */
export const ipmraVifAttrs = attributes('IPMRA', { vif: [1, multi(ipmraVifaAttrs)] })

/** IPMRA_TABLE_*, linux/mroute.h: IFLA_AF_SPEC for RTNL_FAMILY_IPMR, a multicast routing table */
export const ipmraTableAttrs = attributes('IPMRA_TABLE', {
  id: [1, enumOf(u32, RT_TABLE)],
  cacheResQueueLen: [2, u32],
  mrouteRegVifNum: [3, i32], // -1: none
  mrouteDoAssert: [4, u8],
  mrouteDoPim: [5, u8],
  vifs: [6, ipmraVifAttrs],
  mrouteDoWrvifwhole: [7, u8],
})
export interface IpmraTableAttrs extends Infer<typeof ipmraTableAttrs> {}
