import {
  attributes,
  bitsOf,
  bytes,
  constants,
  type Declaration,
  enumOf,
  flagsOf,
  hexadecimal,
  type Infer,
  seconds,
  string,
  struct,
  u16,
  u32,
  u64,
  writtenAs,
} from '../../../codec/index.js'
import { tcActions } from '../action/action.js'
import { bpfOps } from '../action/general.js'
import { type TcaPoliceAttrs, tcaPoliceAttrs } from '../action/police.js'
import { TCA_CLS_FLAGS } from '../constants.js'
import { tcHandle } from '../handle.js'
import { type TcaEmatchTreeAttrs, tcaEmatchTreeAttrs } from './ematch.js'

// Annotated, because TypeScript would otherwise repeat the full types.
const police: Declaration<TcaPoliceAttrs> = tcaPoliceAttrs
const ematches: Declaration<TcaEmatchTreeAttrs> = tcaEmatchTreeAttrs

/** `struct tc_matchall_pcnt`, linux/pkt_cls.h */
export const tcMatchallPcnt = struct('tc_matchall_pcnt', { rhit: u64 })

/** TCA_MATCHALL_*, linux/pkt_cls.h */
export const tcaMatchallAttrs = attributes('TCA_MATCHALL', {
  classid: [1, tcHandle],
  act: [2, tcActions],
  flags: [3, flagsOf(u32, TCA_CLS_FLAGS)],
  pcnt: [4, tcMatchallPcnt],
  pad: [5, bytes],
})
export interface TcaMatchallAttrs extends Infer<typeof tcaMatchallAttrs> {}

/** `struct tc_basic_pcnt`, linux/pkt_cls.h */
export const tcBasicPcnt = struct('tc_basic_pcnt', { rcnt: u64, rhit: u64 })

/** TCA_BASIC_*, linux/pkt_cls.h */
export const tcaBasicAttrs = attributes('TCA_BASIC', {
  classid: [1, tcHandle],
  ematches: [2, ematches],
  act: [3, tcActions],
  police: [4, police],
  pcnt: [5, tcBasicPcnt],
  pad: [6, bytes],
})
export interface TcaBasicAttrs extends Infer<typeof tcaBasicAttrs> {}

/** TCA_CGROUP_*, linux/pkt_cls.h */
export const tcaCgroupAttrs = attributes('TCA_CGROUP', {
  act: [1, tcActions],
  police: [2, police],
  ematches: [3, ematches],
})
export interface TcaCgroupAttrs extends Infer<typeof tcaCgroupAttrs> {}

/** TCA_FW_*, linux/pkt_cls.h: the filter `fw`, which matches the packet mark against its handle */
export const tcaFwAttrs = attributes('TCA_FW', {
  classid: [1, tcHandle],
  police: [2, police],
  indev: [3, string],
  act: [4, tcActions],
  mask: [5, writtenAs(u32, hexadecimal)],
})
export interface TcaFwAttrs extends Infer<typeof tcaFwAttrs> {}

/** TCA_ROUTE4_*, linux/pkt_cls.h: the filter `route`, which matches realms */
export const tcaRoute4Attrs = attributes('TCA_ROUTE4', {
  classid: [1, tcHandle],
  to: [2, u32],
  from: [3, u32],
  iif: [4, u32], // ifindex
  police: [5, police],
  act: [6, tcActions],
})
export interface TcaRoute4Attrs extends Infer<typeof tcaRoute4Attrs> {}

/** FLOW_KEY_*, linux/pkt_cls.h: bit numbers in TCA_FLOW_KEYS */
export const FLOW_KEY = constants('FLOW_KEY', {
  SRC: 0,
  DST: 1,
  PROTO: 2,
  PROTO_SRC: 3,
  PROTO_DST: 4,
  IIF: 5,
  PRIORITY: 6,
  MARK: 7,
  NFCT: 8,
  NFCT_SRC: 9,
  NFCT_DST: 10,
  NFCT_PROTO_SRC: 11,
  NFCT_PROTO_DST: 12,
  RTCLASSID: 13,
  SKUID: 14,
  SKGID: 15,
  VLAN_TAG: 16,
  RXHASH: 17,
})

/** FLOW_MODE_*, linux/pkt_cls.h */
export const FLOW_MODE = constants('FLOW_MODE', { MAP: 0, HASH: 1 })

/** TCA_FLOW_*, linux/pkt_cls.h */
export const tcaFlowAttrs = attributes('TCA_FLOW', {
  keys: [1, flagsOf(u32, bitsOf(FLOW_KEY))],
  mode: [2, enumOf(u32, FLOW_MODE)],
  baseclass: [3, tcHandle],
  rshift: [4, u32],
  addend: [5, u32],
  mask: [6, writtenAs(u32, hexadecimal)],
  xor: [7, writtenAs(u32, hexadecimal)],
  divisor: [8, u32],
  act: [9, tcActions],
  police: [10, police],
  ematches: [11, ematches],
  perturb: [12, writtenAs(u32, seconds)],
})
export interface TcaFlowAttrs extends Infer<typeof tcaFlowAttrs> {}

/** TCA_BPF_FLAG_*, linux/pkt_cls.h */
export const TCA_BPF_FLAG = constants('TCA_BPF_FLAG', { ACT_DIRECT: 1 })

/** TCA_BPF_*, linux/pkt_cls.h */
export const tcaBpfAttrs = attributes('TCA_BPF', {
  act: [1, tcActions],
  police: [2, police],
  classid: [3, tcHandle],
  opsLen: [4, u16], // instructions
  ops: [5, bpfOps],
  fd: [6, u32],
  name: [7, string],
  flags: [8, flagsOf(u32, TCA_BPF_FLAG)],
  flagsGen: [9, flagsOf(u32, TCA_CLS_FLAGS)],
  tag: [10, bytes], // 8 bytes: hash of the program
  id: [11, u32],
})
export interface TcaBpfAttrs extends Infer<typeof tcaBpfAttrs> {}
