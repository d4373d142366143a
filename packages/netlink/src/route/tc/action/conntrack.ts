import {
  AF,
  attributes,
  bytes,
  constants,
  enumOf,
  flag,
  flagsOf,
  hexadecimal,
  type Infer,
  i32,
  ipv4,
  ipv6,
  multi,
  nanoseconds,
  pad,
  string,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u64,
  writtenAs,
} from '../../../codec/index.js'
import { CLOCK, IPPROTO } from '../../../constants/index.js'
import { tcfT, tcGen } from './general.js'

/** `struct tc_connmark`, linux/tc_act/tc_connmark.h */
export const tcConnmark = struct('tc_connmark', { ...tcGen, zone: u16, _pad: pad(2) })

/** TCA_CONNMARK_*, linux/tc_act/tc_connmark.h */
export const tcaConnmarkAttrs = attributes('TCA_CONNMARK', {
  parms: [1, tcConnmark],
  tm: [2, tcfT],
  pad: [3, bytes],
})
export interface TcaConnmarkAttrs extends Infer<typeof tcaConnmarkAttrs> {}

/** `struct tc_ctinfo`, linux/tc_act/tc_ctinfo.h */
export const tcCtinfo = struct('tc_ctinfo', tcGen)

/** TCA_CTINFO_*, linux/tc_act/tc_ctinfo.h */
export const tcaCtinfoAttrs = attributes('TCA_CTINFO', {
  pad: [1, bytes],
  tm: [2, tcfT],
  act: [3, tcCtinfo],
  zone: [4, u16],
  parmsDscpMask: [5, writtenAs(u32, hexadecimal)],
  parmsDscpStatemask: [6, writtenAs(u32, hexadecimal)],
  parmsCpmarkMask: [7, writtenAs(u32, hexadecimal)],
  statsDscpSet: [8, u64],
  statsDscpError: [9, u64],
  statsCpmarkSet: [10, u64],
})
export interface TcaCtinfoAttrs extends Infer<typeof tcaCtinfoAttrs> {}

/** TCA_CT_ACT_*, linux/tc_act/tc_ct.h */
export const TCA_CT_ACT = constants('TCA_CT_ACT', { COMMIT: 1, FORCE: 2, CLEAR: 4, NAT: 8, NAT_SRC: 16, NAT_DST: 32 })

/** `struct tc_ct`, linux/tc_act/tc_ct.h */
export const tcCt = struct('tc_ct', tcGen)

/** TCA_CT_*, linux/tc_act/tc_ct.h */
export const tcaCtAttrs = attributes('TCA_CT', {
  parms: [1, tcCt],
  tm: [2, tcfT],
  action: [3, flagsOf(u16, TCA_CT_ACT)],
  zone: [4, u16],
  mark: [5, writtenAs(u32, hexadecimal)],
  markMask: [6, writtenAs(u32, hexadecimal)],
  labels: [7, bytes], // 16 bytes
  labelsMask: [8, bytes],
  natIpv4Min: [9, ipv4],
  natIpv4Max: [10, ipv4],
  natIpv6Min: [11, ipv6],
  natIpv6Max: [12, ipv6],
  natPortMin: [13, u16be],
  natPortMax: [14, u16be],
  pad: [15, bytes],
  helperName: [16, string],
  helperFamily: [17, enumOf(u8, AF)],
  helperProto: [18, enumOf(u8, IPPROTO)],
})
export interface TcaCtAttrs extends Infer<typeof tcaCtAttrs> {}

/** `struct tc_gate`, linux/tc_act/tc_gate.h */
export const tcGate = struct('tc_gate', tcGen)

/** TCA_GATE_ENTRY_*, linux/tc_act/tc_gate.h */
export const tcaGateEntryAttrs = attributes('TCA_GATE_ENTRY', {
  index: [1, u32],
  gate: [2, flag], // true: gate open
  interval: [3, writtenAs(u32, nanoseconds)],
  ipv: [4, i32], // internal priority value; -1: none
  maxOctets: [5, i32], // bytes; -1: unlimited
})

/** TCA_GATE_ONE_ENTRY, linux/tc_act/tc_gate.h: the content of TCA_GATE_ENTRY_LIST */
export const tcaGateEntriesAttrs = attributes('TCA_GATE_ONE', { entry: [1, multi(tcaGateEntryAttrs)] })

/** TCA_GATE_*, linux/tc_act/tc_gate.h. Times are in nanoseconds. */
export const tcaGateAttrs = attributes('TCA_GATE', {
  tm: [1, tcfT],
  parms: [2, tcGate],
  pad: [3, bytes],
  priority: [4, i32],
  entryList: [5, tcaGateEntriesAttrs],
  baseTime: [6, writtenAs(u64, nanoseconds)],
  cycleTime: [7, writtenAs(u64, nanoseconds)],
  cycleTimeExt: [8, writtenAs(u64, nanoseconds)],
  flags: [9, u32],
  clockid: [10, enumOf(i32, CLOCK)],
})
export interface TcaGateAttrs extends Infer<typeof tcaGateAttrs> {}
