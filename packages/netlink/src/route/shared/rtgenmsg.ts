import { AF, enumOf, struct, u8 } from '../../codec/index.js'
import { RTNL_FAMILY } from './multicast-table.js'

/** `struct rtgenmsg`, linux/rtnetlink.h, followed by three bytes of padding */
export const rtgenmsg = struct('rtgenmsg', { family: enumOf(u8, AF, RTNL_FAMILY) })
