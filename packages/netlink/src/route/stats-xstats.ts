import { attributes, bytes, flagsOf, multi, pad, struct, u8, u16, u64 } from '../codec/index.js'
import { traffic } from './link-stats.js'
import { BRIDGE_VLAN_INFO } from './shared/bridge-spec.js'

/** `struct bridge_vlan_xstats`, linux/if_bridge.h: counters of one VLAN */
export const bridgeVlanXstats = struct('bridge_vlan_xstats', {
  rxBytes: u64,
  rxPackets: u64,
  txBytes: u64,
  txPackets: u64,
  vid: u16,
  flags: flagsOf(u16, BRIDGE_VLAN_INFO),
  _pad2: pad(4),
})

/** `__u64[BR_MCAST_DIR_SIZE]`, linux/if_bridge.h */
const perDirection = struct('__u64[2]', { rx: u64, tx: u64 })

/** `struct br_mcast_stats`, linux/if_bridge.h */
export const brMcastStats = struct('br_mcast_stats', {
  igmpV1queries: perDirection,
  igmpV2queries: perDirection,
  igmpV3queries: perDirection,
  igmpLeaves: perDirection,
  igmpV1reports: perDirection,
  igmpV2reports: perDirection,
  igmpV3reports: perDirection,
  igmpParseErrors: u64,
  mldV1queries: perDirection,
  mldV2queries: perDirection,
  mldLeaves: perDirection,
  mldV1reports: perDirection,
  mldV2reports: perDirection,
  mldParseErrors: u64,
  mcastBytes: perDirection,
  mcastPackets: perDirection,
})

/** `struct bridge_stp_xstats`, linux/if_bridge.h */
export const bridgeStpXstats = struct('bridge_stp_xstats', {
  transitionBlk: u64,
  transitionFwd: u64,
  rxBpdu: u64,
  txBpdu: u64,
  rxTcn: u64,
  txTcn: u64,
})

/** BRIDGE_XSTATS_*, linux/if_bridge.h */
export const bridgeXstatsAttrs = attributes('BRIDGE_XSTATS', {
  vlan: [1, multi(bridgeVlanXstats)],
  mcast: [2, brMcastStats],
  pad: [3, bytes],
  stp: [4, bridgeStpXstats],
})

/** BOND_3AD_STAT_*, linux/if_bonding.h, numbered from 0 */
export const bond3adStatAttrs = attributes('BOND_3AD_STAT', {
  lacpduRx: [0, u64],
  lacpduTx: [1, u64],
  lacpduUnknownRx: [2, u64],
  lacpduIllegalRx: [3, u64],
  markerRx: [4, u64],
  markerTx: [5, u64],
  markerRespRx: [6, u64],
  markerRespTx: [7, u64],
  markerUnknownRx: [8, u64],
  pad: [9, bytes],
})

/** BOND_XSTATS_*, linux/if_bonding.h */
export const bondXstatsAttrs = attributes('BOND_XSTATS', {
  '3ad': [1, bond3adStatAttrs],
})

/** LINK_XSTATS_TYPE_*, linux/if_link.h */
export const linkXstatsAttrs = attributes('LINK_XSTATS_TYPE', {
  bridge: [1, bridgeXstatsAttrs],
  bond: [2, bondXstatsAttrs],
})

/** `struct rtnl_hw_stats64`, linux/if_link.h */
export const rtnlHwStats64 = struct('rtnl_hw_stats64', {
  ...traffic(u64),
  multicast: u64,
})

/** IFLA_OFFLOAD_XSTATS_HW_S_INFO_*, linux/if_link.h */
export const hwStatsInfoAttrs = attributes('IFLA_OFFLOAD_XSTATS_HW_S_INFO', {
  request: [1, u8],
  used: [2, u8],
})

/** The IFLA_OFFLOAD_XSTATS_* attributes inside IFLA_OFFLOAD_XSTATS_HW_S_INFO, by the kind of statistics. */
export const hwStatsInfosAttrs = attributes('IFLA_OFFLOAD_XSTATS', { l3Stats: [3, hwStatsInfoAttrs] })

/** `struct mpls_link_stats`, linux/mpls.h */
export const mplsLinkStats = struct('mpls_link_stats', {
  ...traffic(u64),
  rxNoroute: u64,
})

/** MPLS_STATS_*, linux/mpls.h */
export const mplsStatsAttrs = attributes('MPLS_STATS', { link: [1, mplsLinkStats] })

/** AF_*, sys/socket.h: statistics by address family */
export const statsAfSpecAttrs = attributes('AF', { mpls: [28, mplsStatsAttrs] })
