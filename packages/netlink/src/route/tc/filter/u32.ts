import {
  array,
  attributes,
  bytes,
  constants,
  type Declaration,
  flagsOf,
  followed,
  hexadecimal,
  type Infer,
  i16,
  i32,
  pad,
  string,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u32be,
  u64,
  writtenAs,
} from '../../../codec/index.js'
import { tcActions } from '../action/action.js'
import { type TcaPoliceAttrs, tcaPoliceAttrs } from '../action/police.js'
import { TCA_CLS_FLAGS } from '../constants.js'
import { tcHandle, u32Handle } from '../handle.js'

/** Annotated, because TypeScript would otherwise repeat the full type. */
const police: Declaration<TcaPoliceAttrs> = tcaPoliceAttrs

/** TC_U32_*, linux/pkt_cls.h: flags of a selector, and the handle of the root table */
export const TC_U32 = constants('TC_U32', { TERMINAL: 1, OFFSET: 2, VAROFFSET: 4, EAT: 8, ROOT: 0xfff00000 })

/** `struct tc_u32_key`, linux/pkt_cls.h */
export const tcU32Key = struct('tc_u32_key', {
  mask: writtenAs(u32be, hexadecimal),
  val: writtenAs(u32be, hexadecimal),
  off: i32, // bytes, relative to the network header
  offmask: writtenAs(i32, hexadecimal), // mask of the offset found by the previous table
})

/** `struct tc_u32_sel`, linux/pkt_cls.h, without its keys */
export const tcU32Sel = struct('tc_u32_sel', {
  flags: flagsOf(u8, TC_U32),
  offshift: u8,
  nkeys: u8,
  _pad: pad(1),
  offmask: writtenAs(u16be, hexadecimal),
  off: u16,
  offoff: i16,
  hoff: i16,
  hmask: writtenAs(u32be, hexadecimal),
})

/** `struct tc_u32_mark`, linux/pkt_cls.h */
export const tcU32Mark = struct('tc_u32_mark', {
  val: writtenAs(u32, hexadecimal),
  mask: writtenAs(u32, hexadecimal),
  success: u32,
})

/** `struct tc_u32_pcnt`, linux/pkt_cls.h, without the counts of each key */
export const tcU32Pcnt = struct('tc_u32_pcnt', { rcnt: u64, rhit: u64 })

/** TCA_U32_*, linux/pkt_cls.h */
export const tcaU32Attrs = attributes('TCA_U32', {
  classid: [1, tcHandle],
  hash: [2, u32Handle], // of a hash table
  link: [3, u32Handle], // of a hash table
  divisor: [4, u32],
  sel: [5, followed(tcU32Sel, 'keys', array(tcU32Key))],
  police: [6, police],
  act: [7, tcActions],
  indev: [8, string],
  pcnt: [9, followed(tcU32Pcnt, 'kcnts', array(u64))],
  mark: [10, tcU32Mark],
  flags: [11, flagsOf(u32, TCA_CLS_FLAGS)],
  pad: [12, bytes],
})
export interface TcaU32Attrs extends Infer<typeof tcaU32Attrs> {}
