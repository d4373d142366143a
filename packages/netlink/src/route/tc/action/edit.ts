import {
  array,
  atLeast,
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  followed,
  hexadecimal,
  type Infer,
  ipv4,
  macaddr,
  multi,
  pad,
  struct,
  u8,
  u16,
  u32,
  u32be,
  u64,
  writtenAs,
} from '../../../codec/index.js'
import { ETH_P, PACKET } from '../../../constants/index.js'
import { TC_PRIO } from '../constants.js'
import { handleOf } from '../handle.js'
import { tcfT, tcGen } from './general.js'

/** SKBEDIT_F_*, linux/tc_act/tc_skbedit.h: bits of TCA_SKBEDIT_FLAGS */
export const SKBEDIT_F = constants('SKBEDIT_F', {
  PRIORITY: 0x1,
  QUEUE_MAPPING: 0x2,
  MARK: 0x4,
  PTYPE: 0x8,
  MASK: 0x10,
  INHERITDSFIELD: 0x20,
  TXQ_SKBHASH: 0x40,
})

/** `struct tc_skbedit`, linux/tc_act/tc_skbedit.h */
export const tcSkbedit = struct('tc_skbedit', tcGen)

/** TCA_SKBEDIT_*, linux/tc_act/tc_skbedit.h */
export const tcaSkbeditAttrs = attributes('TCA_SKBEDIT', {
  tm: [1, tcfT],
  parms: [2, tcSkbedit],
  priority: [3, handleOf(enumOf(u32, TC_PRIO))], // or the handle of a class
  queueMapping: [4, u16],
  mark: [5, writtenAs(u32, hexadecimal)],
  pad: [6, bytes],
  ptype: [7, enumOf(u16, PACKET)],
  mask: [8, writtenAs(u32, hexadecimal)], // mask of `mark`
  flags: [9, flagsOf(u64, SKBEDIT_F)],
  queueMappingMax: [10, u16],
})
export interface TcaSkbeditAttrs extends Infer<typeof tcaSkbeditAttrs> {}

/** SKBMOD_F_*, linux/tc_act/tc_skbmod.h: `flags` of skbmod */
export const SKBMOD_F = constants('SKBMOD_F', { DMAC: 0x1, SMAC: 0x2, ETYPE: 0x4, SWAPMAC: 0x8, ECN: 0x10 })

/** `struct tc_skbmod`, linux/tc_act/tc_skbmod.h */
export const tcSkbmod = struct('tc_skbmod', {
  ...tcGen,
  _pad: pad(4),
  flags: flagsOf(u64, SKBMOD_F),
})

/** TCA_SKBMOD_*, linux/tc_act/tc_skbmod.h */
export const tcaSkbmodAttrs = attributes('TCA_SKBMOD', {
  tm: [1, tcfT],
  parms: [2, tcSkbmod],
  dmac: [3, atLeast(macaddr)],
  smac: [4, atLeast(macaddr)],
  etype: [5, enumOf(u16, ETH_P)], // host byte order, unlike elsewhere (tcf_skbmod_init)
  pad: [6, bytes],
})
export interface TcaSkbmodAttrs extends Infer<typeof tcaSkbmodAttrs> {}

/** TCA_PEDIT_KEY_EX_HDR_TYPE_*, linux/tc_act/tc_pedit.h: the header that `off` is relative to */
export const TCA_PEDIT_KEY_EX_HDR_TYPE = constants('TCA_PEDIT_KEY_EX_HDR_TYPE', {
  NETWORK: 0,
  ETH: 1,
  IP4: 2,
  IP6: 3,
  TCP: 4,
  UDP: 5,
})

/** TCA_PEDIT_KEY_EX_CMD_*, linux/tc_act/tc_pedit.h */
export const TCA_PEDIT_KEY_EX_CMD = constants('TCA_PEDIT_KEY_EX_CMD', { SET: 0, ADD: 1 })

/** `struct tc_pedit_key`, linux/tc_act/tc_pedit.h. `mask` and `val` are in network byte order, although declared __u32. */
export const tcPeditKey = struct('tc_pedit_key', {
  mask: writtenAs(u32be, hexadecimal), // bits that are kept
  val: u32be,
  off: u32, // bytes
  at: u32,
  offmask: writtenAs(u32, hexadecimal),
  shift: u32,
})

/** `struct tc_pedit_sel`, linux/tc_act/tc_pedit.h, without its keys */
export const tcPeditSel = struct('tc_pedit_sel', { ...tcGen, nkeys: u8, flags: u8, _pad: pad(2) })

/** TCA_PEDIT_PARMS: `struct tc_pedit_sel` with its keys */
const peditSelKeys = followed(tcPeditSel, 'keys', array(tcPeditKey))

/** TCA_PEDIT_KEY_EX_*, linux/tc_act/tc_pedit.h */
export const tcaPeditKeyExAttrs = attributes('TCA_PEDIT_KEY_EX', {
  htype: [1, enumOf(u16, TCA_PEDIT_KEY_EX_HDR_TYPE)],
  cmd: [2, enumOf(u16, TCA_PEDIT_KEY_EX_CMD)],
})

/** TCA_PEDIT_KEY_EX, linux/tc_act/tc_pedit.h: the content of TCA_PEDIT_KEYS_EX, one entry per key */
export const tcaPeditKeysExAttrs = attributes('TCA_PEDIT', { keyEx: [6, multi(tcaPeditKeyExAttrs)] })

/** TCA_PEDIT_*, linux/tc_act/tc_pedit.h */
export const tcaPeditAttrs = attributes('TCA_PEDIT', {
  tm: [1, tcfT],
  parms: [2, peditSelKeys],
  pad: [3, bytes],
  parmsEx: [4, peditSelKeys],
  keysEx: [5, tcaPeditKeysExAttrs],
  keyEx: [6, tcaPeditKeyExAttrs], // only inside `keysEx`
})
export interface TcaPeditAttrs extends Infer<typeof tcaPeditAttrs> {}

/** TCA_NAT_FLAG_*, linux/tc_act/tc_nat.h */
export const TCA_NAT_FLAG = constants('TCA_NAT_FLAG', { EGRESS: 1 })

/** `struct tc_nat`, linux/tc_act/tc_nat.h */
export const tcNat = struct('tc_nat', {
  ...tcGen,
  oldAddr: ipv4,
  newAddr: ipv4,
  mask: ipv4,
  flags: flagsOf(u32, TCA_NAT_FLAG),
})

/** TCA_NAT_*, linux/tc_act/tc_nat.h */
export const tcaNatAttrs = attributes('TCA_NAT', {
  parms: [1, tcNat],
  tm: [2, tcfT],
  pad: [3, bytes],
})
export interface TcaNatAttrs extends Infer<typeof tcaNatAttrs> {}

/** TCA_CSUM_UPDATE_FLAG_*, linux/tc_act/tc_csum.h: checksums to compute */
export const TCA_CSUM_UPDATE_FLAG = constants('TCA_CSUM_UPDATE_FLAG', {
  IPV4HDR: 1,
  ICMP: 2,
  IGMP: 4,
  TCP: 8,
  UDP: 16,
  UDPLITE: 32,
  SCTP: 64,
})

/** `struct tc_csum`, linux/tc_act/tc_csum.h */
export const tcCsum = struct('tc_csum', {
  ...tcGen,
  updateFlags: flagsOf(u32, TCA_CSUM_UPDATE_FLAG),
})

/** TCA_CSUM_*, linux/tc_act/tc_csum.h */
export const tcaCsumAttrs = attributes('TCA_CSUM', {
  parms: [1, tcCsum],
  tm: [2, tcfT],
  pad: [3, bytes],
})
export interface TcaCsumAttrs extends Infer<typeof tcaCsumAttrs> {}
