import { flagsOf } from './enum.js'
import type { AnyConstants } from './names.js'
import { u32 } from './scalar.js'
import { struct } from './struct.js'

/** `struct nla_bitfield32`, linux/netlink.h. `selector` is the mask of the bits that are valid in `value`. */
export const bitfield32 = struct('nla_bitfield32', { value: u32, selector: u32 })

/** Declares a {@link bitfield32} with names for its bits: `bitfield32Of(BR_BOOLOPT)`. */
export const bitfield32Of = <const F extends readonly AnyConstants[]>(...families: F) =>
  struct('nla_bitfield32', { value: flagsOf(u32, ...families), selector: flagsOf(u32, ...families) })
