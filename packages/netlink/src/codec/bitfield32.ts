import { u32 } from './scalar.js'
import { struct } from './struct.js'

/** `struct nla_bitfield32`, linux/netlink.h: bits, and which of them are meant */
export const bitfield32 = struct('nla_bitfield32', { value: u32, selector: u32 })
