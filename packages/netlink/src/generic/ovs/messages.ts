import {
  array,
  attributes,
  bytes,
  constants,
  type Declaration,
  enumOf,
  flag,
  flagsOf,
  type Infer,
  i32,
  list,
  string,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '../../codec/index.js'
import { named } from '../../codec/named.js'
import { creates, gets } from '../../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from '../family.js'
import { ovsActions } from './action.js'
import { ovsKeyAttrs, ovsTunnelKeyAttrs, ovsVxlanExtAttrs } from './key.js'
import { ovsPort } from './port.js'

/** `struct ovs_header`, linux/openvswitch.h */
export const ovsHeader = struct('ovs_header', { dpIfindex: i32 })

export interface OvsHeader extends Infer<typeof ovsHeader> {}

/** `struct ovs_dp_stats`, linux/openvswitch.h */
export const ovsDpStats = struct('ovs_dp_stats', { hit: u64, missed: u64, lost: u64, flows: u64 })

/** `struct ovs_dp_megaflow_stats`, linux/openvswitch.h */
export const ovsDpMegaflowStats = struct('ovs_dp_megaflow_stats', {
  nMaskHit: u64,
  nMasks: u32,
  pad0: u32,
  nCacheHit: u64,
  pad1: u64,
})

/** `struct ovs_vport_stats`, linux/openvswitch.h */
export const ovsVportStats = struct('ovs_vport_stats', {
  rxPackets: u64,
  txPackets: u64,
  rxBytes: u64,
  txBytes: u64,
  rxErrors: u64,
  txErrors: u64,
  rxDropped: u64,
  txDropped: u64,
})

/** `struct ovs_flow_stats`, linux/openvswitch.h */
export const ovsFlowStats = struct('ovs_flow_stats', { packets: u64, bytes: u64 })

/** OVS_ZONE_LIMIT_*, linux/openvswitch.h: the zone of the default limit */
export const OVS_ZONE_LIMIT = constants('OVS_ZONE_LIMIT', { DEFAULT_ZONE: -1 })

/** `struct ovs_zone_limit`, linux/openvswitch.h */
export const ovsZoneLimit = struct('ovs_zone_limit', { zoneId: enumOf(i32, OVS_ZONE_LIMIT), limit: u32, count: u32 })

/** OVS_DP_F_*, linux/openvswitch.h: capabilities of the program that serves the datapath */
export const OVS_DP_F = constants('OVS_DP_F', {
  UNALIGNED: 0x1,
  VPORT_PIDS: 0x2,
  TC_RECIRC_SHARING: 0x4,
  DISPATCH_UPCALL_PER_CPU: 0x8,
})

/** OVS_METER_BAND_TYPE_*, linux/openvswitch.h */
export const OVS_METER_BAND_TYPE = constants('OVS_METER_BAND_TYPE', { DROP: 1 })

/** OVS_VPORT_TYPE_*, linux/openvswitch.h */
export const OVS_VPORT_TYPE = constants('OVS_VPORT_TYPE', {
  UNSPEC: 0,
  NETDEV: 1,
  INTERNAL: 2,
  GRE: 3,
  VXLAN: 4,
  GENEVE: 5,
})

/** OVS_UFID_F_*, linux/openvswitch.h: parts that replies omit: `ufidFlags` */
export const OVS_UFID_F = constants('OVS_UFID_F', { OMIT_KEY: 1, OMIT_MASK: 2, OMIT_ACTIONS: 4 })

/** OVS_DP_ATTR_*, linux/openvswitch.h */
export const ovsDpAttrs = attributes('OVS_DP_ATTR', {
  name: [1, string],
  upcallPid: [2, u32],
  stats: [3, ovsDpStats],
  megaflowStats: [4, ovsDpMegaflowStats],
  userFeatures: [5, flagsOf(u32, OVS_DP_F)],
  pad: [6, bytes],
  masksCacheSize: [7, u32],
  perCpuPids: [8, array(u32)],
  ifindex: [9, u32],
})
export interface OvsDpAttrs extends Infer<typeof ovsDpAttrs> {}

/** OVS_TUNNEL_ATTR_*, linux/openvswitch.h */
export const ovsTunnelAttrs = attributes('OVS_TUNNEL_ATTR', {
  dstPort: [1, u16],
  extension: [2, ovsVxlanExtAttrs],
})
export interface OvsTunnelAttrs extends Infer<typeof ovsTunnelAttrs> {}

/** OVS_VPORT_UPCALL_ATTR_*, linux/openvswitch.h */
export const ovsVportUpcallAttrs = attributes('OVS_VPORT_UPCALL_ATTR', {
  success: [0, u64],
  fail: [1, u64],
})
export interface OvsVportUpcallAttrs extends Infer<typeof ovsVportUpcallAttrs> {}

/** OVS_VPORT_ATTR_*, linux/openvswitch.h */
export const ovsVportAttrs = attributes('OVS_VPORT_ATTR', {
  portNo: [1, ovsPort],
  type: [2, enumOf(u32, OVS_VPORT_TYPE)],
  name: [3, string],
  options: [4, ovsTunnelAttrs],
  upcallPid: [5, array(u32)],
  stats: [6, ovsVportStats],
  pad: [7, bytes],
  ifindex: [8, u32], // ifindex
  netnsid: [9, i32],
  upcallStats: [10, ovsVportUpcallAttrs],
})
export interface OvsVportAttrs extends Infer<typeof ovsVportAttrs> {}

/** OVS_FLOW_ATTR_*, linux/openvswitch.h */
export const ovsFlowAttrs = attributes('OVS_FLOW_ATTR', {
  key: [1, ovsKeyAttrs],
  actions: [2, ovsActions],
  stats: [3, ovsFlowStats],
  tcpFlags: [4, u8],
  used: [5, u64], // milliseconds since boot
  clear: [6, flag],
  mask: [7, ovsKeyAttrs],
  probe: [8, flag],
  ufid: [9, bytes],
  ufidFlags: [10, flagsOf(u32, OVS_UFID_F)],
  pad: [11, bytes],
})
export interface OvsFlowAttrs extends Infer<typeof ovsFlowAttrs> {}

/** OVS_PACKET_ATTR_*, linux/openvswitch.h */
export const ovsPacketAttrs = attributes('OVS_PACKET_ATTR', {
  packet: [1, bytes],
  key: [2, ovsKeyAttrs],
  actions: [3, ovsActions],
  userdata: [4, bytes],
  egressTunKey: [5, ovsTunnelKeyAttrs],
  unused1: [6, bytes],
  unused2: [7, bytes],
  probe: [8, flag],
  mru: [9, u16],
  len: [10, u32],
  hash: [11, u64],
  upcallPid: [12, u32],
})
export interface OvsPacketAttrs extends Infer<typeof ovsPacketAttrs> {}

/** OVS_BAND_ATTR_*, linux/openvswitch.h */
export const ovsBandAttrs = attributes('OVS_BAND_ATTR', {
  type: [1, enumOf(u32, OVS_METER_BAND_TYPE)],
  rate: [2, u32],
  burst: [3, u32],
  stats: [4, ovsFlowStats],
})
export interface OvsBandAttrs extends Infer<typeof ovsBandAttrs> {}

/** OVS_METER_ATTR_*, linux/openvswitch.h */
export const ovsMeterAttrs = attributes('OVS_METER_ATTR', {
  id: [1, u32],
  kbps: [2, flag],
  stats: [3, ovsFlowStats],
  bands: [4, list(ovsBandAttrs, { from: 0 })],
  used: [5, u64],
  clear: [6, flag],
  maxMeters: [7, u32],
  maxBands: [8, u32],
  pad: [9, bytes],
})
export interface OvsMeterAttrs extends Infer<typeof ovsMeterAttrs> {}

/** OVS_CT_LIMIT_ATTR_*, linux/openvswitch.h */
export const ovsCtLimitAttrs = attributes('OVS_CT_LIMIT_ATTR', {
  zoneLimit: [1, array(ovsZoneLimit)],
})
export interface OvsCtLimitAttrs extends Infer<typeof ovsCtLimitAttrs> {}

/** OVS_DP_CMD_*, linux/openvswitch.h: datapaths */
export const ovsDatapathMessage: Declaration<OvsDatapathMessage> = genericMessage(
  'ovs_datapath',
  named<OvsDpAttrs>(ovsDpAttrs),
  ovsHeader,
)
export interface OvsDatapathMessage extends GenericMessage<OvsDpAttrs>, OvsHeader {}

/** OVS_VPORT_CMD_*, linux/openvswitch.h: ports of a datapath */
export const ovsVportMessage: Declaration<OvsVportMessage> = genericMessage(
  'ovs_vport',
  named<OvsVportAttrs>(ovsVportAttrs),
  ovsHeader,
)
export interface OvsVportMessage extends GenericMessage<OvsVportAttrs>, OvsHeader {}

/** OVS_FLOW_CMD_*, linux/openvswitch.h: flows of a datapath */
export const ovsFlowMessage: Declaration<OvsFlowMessage> = genericMessage(
  'ovs_flow',
  named<OvsFlowAttrs>(ovsFlowAttrs),
  ovsHeader,
)
export interface OvsFlowMessage extends GenericMessage<OvsFlowAttrs>, OvsHeader {}

/** OVS_PACKET_CMD_*, linux/openvswitch.h: a packet to or from user space */
export const ovsPacketMessage: Declaration<OvsPacketMessage> = genericMessage(
  'ovs_packet',
  named<OvsPacketAttrs>(ovsPacketAttrs),
  ovsHeader,
)
export interface OvsPacketMessage extends GenericMessage<OvsPacketAttrs>, OvsHeader {}

/** OVS_METER_CMD_*, linux/openvswitch.h: rate limits */
export const ovsMeterMessage: Declaration<OvsMeterMessage> = genericMessage(
  'ovs_meter',
  named<OvsMeterAttrs>(ovsMeterAttrs),
  ovsHeader,
)
export interface OvsMeterMessage extends GenericMessage<OvsMeterAttrs>, OvsHeader {}

/** OVS_CT_LIMIT_CMD_*, linux/openvswitch.h: limits of tracked connections */
export const ovsCtLimitMessage: Declaration<OvsCtLimitMessage> = genericMessage(
  'ovs_ct_limit',
  named<OvsCtLimitAttrs>(ovsCtLimitAttrs),
  ovsHeader,
)
export interface OvsCtLimitMessage extends GenericMessage<OvsCtLimitAttrs>, OvsHeader {}

/** OVS_DATAPATH_FAMILY, linux/openvswitch.h */
export const ovsDatapath = genericFamily('ovs_datapath', {
  version: 2,
  messages: {
    OVS_DP_CMD_NEW: creates(1, ovsDatapathMessage),
    OVS_DP_CMD_DEL: [2, ovsDatapathMessage],
    OVS_DP_CMD_GET: gets(3, ovsDatapathMessage),
    OVS_DP_CMD_SET: [4, ovsDatapathMessage],
  },
})

/** OVS_VPORT_FAMILY, linux/openvswitch.h */
export const ovsVport = genericFamily('ovs_vport', {
  version: 1,
  messages: {
    OVS_VPORT_CMD_NEW: creates(1, ovsVportMessage),
    OVS_VPORT_CMD_DEL: [2, ovsVportMessage],
    OVS_VPORT_CMD_GET: gets(3, ovsVportMessage),
    OVS_VPORT_CMD_SET: [4, ovsVportMessage],
  },
})

/** OVS_FLOW_FAMILY, linux/openvswitch.h */
export const ovsFlow = genericFamily('ovs_flow', {
  version: 1,
  messages: {
    OVS_FLOW_CMD_NEW: creates(1, ovsFlowMessage),
    OVS_FLOW_CMD_DEL: [2, ovsFlowMessage],
    OVS_FLOW_CMD_GET: gets(3, ovsFlowMessage),
    OVS_FLOW_CMD_SET: [4, ovsFlowMessage],
  },
})

/** OVS_PACKET_FAMILY, linux/openvswitch.h: packets without a matching flow */
export const ovsPacket = genericFamily('ovs_packet', {
  version: 1,
  messages: {
    OVS_PACKET_CMD_MISS: [1, ovsPacketMessage],
    OVS_PACKET_CMD_ACTION: [2, ovsPacketMessage],
    OVS_PACKET_CMD_EXECUTE: [3, ovsPacketMessage],
  },
})

/** OVS_METER_FAMILY, linux/openvswitch.h */
export const ovsMeter = genericFamily('ovs_meter', {
  version: 1,
  messages: {
    OVS_METER_CMD_FEATURES: [1, ovsMeterMessage],
    OVS_METER_CMD_SET: [2, ovsMeterMessage],
    OVS_METER_CMD_DEL: [3, ovsMeterMessage],
    OVS_METER_CMD_GET: gets(4, ovsMeterMessage),
  },
})

/** OVS_CT_LIMIT_FAMILY, linux/openvswitch.h */
export const ovsCtLimit = genericFamily('ovs_ct_limit', {
  version: 1,
  messages: {
    OVS_CT_LIMIT_CMD_SET: [1, ovsCtLimitMessage],
    OVS_CT_LIMIT_CMD_DEL: [2, ovsCtLimitMessage],
    OVS_CT_LIMIT_CMD_GET: gets(3, ovsCtLimitMessage),
  },
})
