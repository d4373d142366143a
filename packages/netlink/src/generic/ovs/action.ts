import {
  attributes,
  bitsOf,
  bytes,
  constants,
  type Declaration,
  enumOf,
  fixedBytes,
  flag,
  flagsOf,
  hexadecimal,
  type Infer,
  ipAddress,
  lazy,
  pad,
  sequence,
  string,
  struct,
  u16,
  u16be,
  u32,
  u32be,
  writtenAs,
} from '../../codec/index.js'
import { ETH_P, IPCT } from '../../constants/index.js'
import { ovsKeyAttrs, ovsKeyEthernet, ovsMaskedKeyAttrs, ovsNshKeyAttrs } from './key.js'
import { ovsPort } from './port.js'

/** OVS_MPLS_*, linux/openvswitch.h: flags of OVS_ACTION_ATTR_ADD_MPLS */
export const OVS_MPLS = constants('OVS_MPLS', { L3_TUNNEL_FLAG_MASK: 1 })

/** `struct ovs_action_push_vlan`, linux/openvswitch.h */
export const ovsActionPushVlan = struct('ovs_action_push_vlan', { tpid: u16be, tci: u16be })

/** `struct ovs_action_hash`, linux/openvswitch.h */
export const ovsActionHash = struct('ovs_action_hash', { alg: u32, basis: u32 })

/** `struct ovs_action_trunc`, linux/openvswitch.h */
export const ovsActionTrunc = struct('ovs_action_trunc', { maxLen: u32 })

/** `struct ovs_action_push_mpls`, linux/openvswitch.h */
export const ovsActionPushMpls = struct('ovs_action_push_mpls', {
  lse: u32be,
  ethertype: enumOf(u16be, ETH_P),
  _pad: pad(2),
})

/** `struct ovs_action_add_mpls`, linux/openvswitch.h */
export const ovsActionAddMpls = struct('ovs_action_add_mpls', {
  mplsLse: u32be,
  mplsEthertype: enumOf(u16be, ETH_P),
  tunFlags: flagsOf(u16, OVS_MPLS),
})

/** `struct ovs_action_push_eth`, linux/openvswitch.h */
export const ovsActionPushEth = struct('ovs_action_push_eth', { addresses: ovsKeyEthernet })

/** OVS_CT_ATTR_MARK: a mark, and the mask of the bits to change */
const markAndMask = struct('OVS_CT_ATTR_MARK', { mark: writtenAs(u32, hexadecimal), mask: writtenAs(u32, hexadecimal) })
const labelsAndMask = struct('OVS_CT_ATTR_LABELS', { labels: fixedBytes(16), mask: fixedBytes(16) })

/** OVS_NAT_ATTR_*, linux/openvswitch.h */
export const ovsNatAttrs = attributes('OVS_NAT_ATTR', {
  src: [1, flag],
  dst: [2, flag],
  ipMin: [3, ipAddress],
  ipMax: [4, ipAddress],
  protoMin: [5, u16],
  protoMax: [6, u16],
  persistent: [7, flag],
  protoHash: [8, flag],
  protoRandom: [9, flag],
})
export interface OvsNatAttrs extends Infer<typeof ovsNatAttrs> {}

/** OVS_CT_ATTR_*, linux/openvswitch.h */
export const ovsCtAttrs = attributes('OVS_CT_ATTR', {
  commit: [1, flag],
  zone: [2, u16],
  mark: [3, markAndMask],
  labels: [4, labelsAndMask],
  helper: [5, string],
  nat: [6, ovsNatAttrs],
  forceCommit: [7, flag],
  eventmask: [8, flagsOf(u32, bitsOf(IPCT))],
  timeout: [9, string],
})
export interface OvsCtAttrs extends Infer<typeof ovsCtAttrs> {}

/** OVS_USERSPACE_ATTR_*, linux/openvswitch.h */
export const ovsUserspaceAttrs = attributes('OVS_USERSPACE_ATTR', {
  pid: [1, u32],
  userdata: [2, bytes],
  egressTunPort: [3, u32],
  actions: [4, flag],
})
export interface OvsUserspaceAttrs extends Infer<typeof ovsUserspaceAttrs> {}

/** OVS_PSAMPLE_ATTR_*, linux/openvswitch.h */
export const ovsPsampleAttrs = attributes('OVS_PSAMPLE_ATTR', {
  group: [1, u32],
  cookie: [2, bytes],
})
export interface OvsPsampleAttrs extends Infer<typeof ovsPsampleAttrs> {}

/** Actions nest actions. */
const actions = lazy((): Declaration<OvsActionAttrs[]> => ovsActions)

/** OVS_SAMPLE_ATTR_*, linux/openvswitch.h */
export const ovsSampleAttrs = attributes('OVS_SAMPLE_ATTR', {
  probability: [1, u32], // of 2**32 - 1
  actions: [2, actions],
})
export interface OvsSampleAttrs extends Infer<typeof ovsSampleAttrs> {}

/** OVS_CHECK_PKT_LEN_ATTR_*, linux/openvswitch.h */
export const ovsCheckPktLenAttrs = attributes('OVS_CHECK_PKT_LEN_ATTR', {
  pktLen: [1, u16],
  actionsIfGreater: [2, actions],
  actionsIfLessEqual: [3, actions],
})
export interface OvsCheckPktLenAttrs extends Infer<typeof ovsCheckPktLenAttrs> {}

/** OVS_DEC_TTL_ATTR_*, linux/openvswitch.h */
export const ovsDecTtlAttrs = attributes('OVS_DEC_TTL_ATTR', {
  action: [1, actions],
})
export interface OvsDecTtlAttrs extends Infer<typeof ovsDecTtlAttrs> {}

/** OVS_ACTION_ATTR_*, linux/openvswitch.h */
export const ovsActionAttrs = attributes('OVS_ACTION_ATTR', {
  output: [1, ovsPort],
  userspace: [2, ovsUserspaceAttrs],
  set: [3, ovsKeyAttrs],
  pushVlan: [4, ovsActionPushVlan],
  popVlan: [5, flag],
  sample: [6, ovsSampleAttrs],
  recirc: [7, u32],
  hash: [8, ovsActionHash],
  pushMpls: [9, ovsActionPushMpls],
  popMpls: [10, u16be],
  setMasked: [11, ovsMaskedKeyAttrs],
  ct: [12, ovsCtAttrs],
  trunc: [13, ovsActionTrunc],
  pushEth: [14, ovsActionPushEth],
  popEth: [15, flag],
  ctClear: [16, flag],
  pushNsh: [17, ovsNshKeyAttrs],
  popNsh: [18, flag],
  meter: [19, u32],
  clone: [20, actions],
  checkPktLen: [21, ovsCheckPktLenAttrs],
  addMpls: [22, ovsActionAddMpls],
  decTtl: [23, ovsDecTtlAttrs],
  drop: [24, u32],
  psample: [25, ovsPsampleAttrs],
})
export interface OvsActionAttrs extends Infer<typeof ovsActionAttrs> {}

/** OVS_ACTION_ATTR_*: actions in the order of execution, `[{ popVlan: true }, { output: 2 }]` */
export const ovsActions: Declaration<OvsActionAttrs[]> = sequence(ovsActionAttrs)
