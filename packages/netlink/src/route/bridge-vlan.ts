import {
  AF,
  attributes,
  bytes,
  centiseconds,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  message,
  multi,
  pad,
  struct,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import { BR_STATE } from './bridge-constants.js'
import { bridgeQuerierAttrs } from './shared/bridge-querier.js'
import { bridgeVlanInfo } from './shared/bridge-spec.js'
import { MDB_RTR_TYPE, mdbRouterAttrs } from './shared/mdb-router.js'

/** RTM_SETLINK and RTM_DELLINK, linux/rtnetlink.h */
const RTM = constants('RTM', { DELLINK: 17, SETLINK: 19 })

/** BRIDGE_VLANDB_DUMPF_*, linux/if_bridge.h */
export const BRIDGE_VLANDB_DUMPF = constants('BRIDGE_VLANDB_DUMPF', { STATS: 0x1, GLOBAL: 0x2 })

/** `struct br_vlan_msg`, linux/if_bridge.h */
export const brVlanMsg = struct('br_vlan_msg', {
  family: enumOf(u8, AF), // AF_BRIDGE
  _reserved1: pad(1),
  _reserved2: pad(2),
  ifindex: u32, // ifindex of the port or bridge
})

/** BRIDGE_VLANDB_DUMP_*, linux/if_bridge.h */
export const bridgeVlandbDumpAttrs = attributes('BRIDGE_VLANDB_DUMP', {
  flags: [1, flagsOf(u32, BRIDGE_VLANDB_DUMPF)],
})

/** BRIDGE_VLANDB_TINFO_*, linux/if_bridge.h */
export const bridgeVlandbTinfoAttrs = attributes('BRIDGE_VLANDB_TINFO', {
  id: [1, u32],
  cmd: [2, enumOf(u32, RTM)], // requests only
})

/** BRIDGE_VLANDB_STATS_*, linux/if_bridge.h */
export const bridgeVlandbStatsAttrs = attributes('BRIDGE_VLANDB_STATS', {
  rxBytes: [1, u64],
  rxPackets: [2, u64],
  txBytes: [3, u64],
  txPackets: [4, u64],
  pad: [5, bytes],
})

/** BRIDGE_VLANDB_ENTRY_*, linux/if_bridge.h: a VLAN of a port, or the VLANs from `info.vid` to `range` */
export const bridgeVlandbEntryAttrs = attributes('BRIDGE_VLANDB_ENTRY', {
  info: [1, bridgeVlanInfo],
  range: [2, u16],
  state: [3, enumOf(u8, BR_STATE)],
  tunnelInfo: [4, bridgeVlandbTinfoAttrs],
  stats: [5, bridgeVlandbStatsAttrs],
  mcastRouter: [6, enumOf(u8, MDB_RTR_TYPE)],
  mcastNGroups: [7, u32],
  mcastMaxGroups: [8, u32], // 0: unlimited
  neighSuppress: [9, u8],
  neighForwardGrat: [10, u8],
})

/** The MDBA_* attributes inside BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS. */
export const routerPortsAttrs = attributes('MDBA', { router: [2, mdbRouterAttrs] })

/** BRIDGE_VLANDB_GOPTS_*, linux/if_bridge.h: options of the VLANs from `id` to `range`; times in hundredths of a second */
export const bridgeVlandbGoptsAttrs = attributes('BRIDGE_VLANDB_GOPTS', {
  id: [1, u16],
  range: [2, u16],
  mcastSnooping: [3, u8],
  mcastIgmpVersion: [4, u8],
  mcastMldVersion: [5, u8],
  mcastLastMemberCnt: [6, u32],
  mcastStartupQueryCnt: [7, u32],
  mcastLastMemberIntvl: [8, writtenAs(u64, centiseconds)],
  pad: [9, bytes],
  mcastMembershipIntvl: [10, writtenAs(u64, centiseconds)],
  mcastQuerierIntvl: [11, writtenAs(u64, centiseconds)],
  mcastQueryIntvl: [12, writtenAs(u64, centiseconds)],
  mcastQueryResponseIntvl: [13, writtenAs(u64, centiseconds)],
  mcastStartupQueryIntvl: [14, writtenAs(u64, centiseconds)],
  mcastQuerier: [15, u8],
  mcastRouterPorts: [16, routerPortsAttrs],
  mcastQuerierState: [17, bridgeQuerierAttrs],
  msti: [18, u16],
})

/** BRIDGE_VLANDB_*, linux/if_bridge.h */
export const bridgeVlandbAttrs = attributes('BRIDGE_VLANDB', {
  entry: [1, multi(bridgeVlandbEntryAttrs)],
  globalOptions: [2, multi(bridgeVlandbGoptsAttrs)],
})

/** RTM_NEWVLAN, RTM_DELVLAN */
export const bridgeVlanMessage = message('bridge vlan', brVlanMsg, bridgeVlandbAttrs)
export interface BridgeVlanMessage extends Infer<typeof bridgeVlanMessage> {}

/** RTM_GETVLAN */
export const bridgeVlanRequest = message('bridge vlan request', brVlanMsg, bridgeVlandbDumpAttrs)
export interface BridgeVlanRequest extends Infer<typeof bridgeVlanRequest> {}
