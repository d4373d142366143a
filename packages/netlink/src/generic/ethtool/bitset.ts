import {
  type AnyConstants,
  array,
  attributes,
  bitmapOf,
  type Declaration,
  enumOf,
  flag,
  hexadecimal,
  type Infer,
  multi,
  string,
  u32,
  writtenAs,
} from '../../codec/index.js'
import { ETHTOOL_LINK_MODE } from './link-modes.js'

/** Declares a set of bits: ETHTOOL_A_BITSET_* and the nests in it. `index` is a bit's number, `words` are the bits as numbers. */
function bitset(index: Declaration<number>, words: Declaration<number[]>) {
  const bit = attributes('ETHTOOL_A_BITSET_BIT', {
    index: [1, index],
    name: [2, string], // in the string set of the bits
    value: [3, flag], // the bit is set; with `nomask`, all bits in the list are set
  })
  const bits = attributes('ETHTOOL_A_BITSET_BITS', { bit: [1, multi(bit)] })
  const set = attributes('ETHTOOL_A_BITSET', {
    nomask: [1, flag], // all bits that are not listed are cleared; without it, only the bits in `bits` or `mask` change
    size: [2, u32], // in bits
    bits: [3, bits], // the verbose form; `value` and `mask` are the compact one
    value: [4, words], // bit 0 is the lowest of the first word
    mask: [5, words],
  })
  return { bit, bits, set }
}

const unnamed = bitset(u32, array(writtenAs(u32, hexadecimal)))

/** ETHTOOL_A_BITSET_BIT_*, linux/ethtool_netlink_generated.h */
export const ethtoolBitsetBitAttrs = unnamed.bit
export interface EthtoolBitsetBitAttrs extends Infer<typeof ethtoolBitsetBitAttrs> {}

/** ETHTOOL_A_BITSET_BITS_*, linux/ethtool_netlink_generated.h */
export const ethtoolBitsetBitsAttrs = unnamed.bits
export interface EthtoolBitsetBitsAttrs extends Infer<typeof ethtoolBitsetBitsAttrs> {}

/** ETHTOOL_A_BITSET_*, linux/ethtool_netlink_generated.h. Only the kernel has the names of the bits: features, private flags. */
export const ethtoolBitsetAttrs = unnamed.set
export interface EthtoolBitsetAttrs extends Infer<typeof ethtoolBitsetAttrs> {}

/** Declares a set of bits with names. The family contains the numbers of the bits. */
export const bitsetOf = (family: AnyConstants): typeof ethtoolBitsetAttrs =>
  bitset(enumOf(u32, family), bitmapOf(array(u32), family)).set

/** A set of link modes. */
export const linkModeBits = bitsetOf(ETHTOOL_LINK_MODE)
