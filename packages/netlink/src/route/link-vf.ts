import {
  atMost,
  attributes,
  bytes,
  enumOf,
  fixedBytes,
  multi,
  pad,
  string,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u64,
} from '../codec/index.js'
import { ETH_P } from '../constants/index.js'
import { IFLA_VF_LINK_STATE, PORT_PROFILE_RESPONSE, PORT_REQUEST, PORT_VDP_RESPONSE } from './link-constants.js'

/** The virtual functions of an SR-IOV device: IFLA_VFINFO_LIST, IFLA_VF_PORTS and IFLA_PORT_SELF. */

/** `struct ifla_vf_mac`, linux/if_link.h */
export const iflaVfMac = struct('ifla_vf_mac', {
  vf: u32,
  mac: fixedBytes(32), // the address, padded with zeros
})

/** `struct ifla_vf_broadcast`, linux/if_link.h */
export const iflaVfBroadcast = struct('ifla_vf_broadcast', { broadcast: fixedBytes(32) })

/** `struct ifla_vf_vlan`, linux/if_link.h */
export const iflaVfVlan = struct('ifla_vf_vlan', {
  vf: u32,
  vlan: u32, // 0 to 4095; 0 removes the filter
  qos: u32,
})

/** `struct ifla_vf_tx_rate`, linux/if_link.h */
export const iflaVfTxRate = struct('ifla_vf_tx_rate', {
  vf: u32,
  rate: u32, // maximum in Mbit/s; 0: unlimited
})

/** `struct ifla_vf_rate`, linux/if_link.h */
export const iflaVfRate = struct('ifla_vf_rate', {
  vf: u32,
  minTxRate: u32, // Mbit/s
  maxTxRate: u32, // Mbit/s
})

/** `struct ifla_vf_spoofchk`, linux/if_link.h */
export const iflaVfSpoofchk = struct('ifla_vf_spoofchk', { vf: u32, setting: u32 })

/** `struct ifla_vf_link_state`, linux/if_link.h */
export const iflaVfLinkState = struct('ifla_vf_link_state', {
  vf: u32,
  linkState: enumOf(u32, IFLA_VF_LINK_STATE),
})

/** `struct ifla_vf_rss_query_en`, linux/if_link.h */
export const iflaVfRssQueryEn = struct('ifla_vf_rss_query_en', { vf: u32, setting: u32 })

/** `struct ifla_vf_trust`, linux/if_link.h */
export const iflaVfTrust = struct('ifla_vf_trust', { vf: u32, setting: u32 })

/** `struct ifla_vf_guid`, linux/if_link.h */
export const iflaVfGuid = struct('ifla_vf_guid', { vf: u32, _pad: pad(4), guid: u64 })

/** `struct ifla_vf_vlan_info`, linux/if_link.h */
export const iflaVfVlanInfo = struct('ifla_vf_vlan_info', {
  vf: u32,
  vlan: u32, // 0 to 4095; 0 removes the filter
  qos: u32,
  vlanProto: enumOf(u16be, ETH_P), // 8021Q or 8021AD
  _pad: pad(2),
})

/** IFLA_VF_VLAN_INFO, linux/if_link.h */
export const vfVlanListAttrs = attributes('IFLA_VF_VLAN', { info: [1, multi(iflaVfVlanInfo)] })

/** IFLA_VF_STATS_*, linux/if_link.h: numbered from 0 */
export const vfStatsAttrs = attributes('IFLA_VF_STATS', {
  rxPackets: [0, u64],
  txPackets: [1, u64],
  rxBytes: [2, u64],
  txBytes: [3, u64],
  broadcast: [4, u64],
  multicast: [5, u64],
  pad: [6, bytes],
  rxDropped: [7, u64],
  txDropped: [8, u64],
})

/** IFLA_VF_*, linux/if_link.h: the content of IFLA_VF_INFO */
export const vfInfoAttrs = attributes('IFLA_VF', {
  mac: [1, iflaVfMac],
  vlan: [2, iflaVfVlan],
  txRate: [3, iflaVfTxRate],
  spoofchk: [4, iflaVfSpoofchk],
  linkState: [5, iflaVfLinkState],
  rate: [6, iflaVfRate],
  rssQueryEn: [7, iflaVfRssQueryEn],
  stats: [8, vfStatsAttrs],
  trust: [9, iflaVfTrust],
  ibNodeGuid: [10, iflaVfGuid],
  ibPortGuid: [11, iflaVfGuid],
  vlanList: [12, vfVlanListAttrs],
  broadcast: [13, iflaVfBroadcast],
})

/** IFLA_VF_INFO, linux/if_link.h: the content of IFLA_VFINFO_LIST, one entry per function */
export const vfInfoListAttrs = attributes('IFLA_VF', { info: [1, multi(vfInfoAttrs)] })

/** `struct ifla_port_vsi`, linux/if_link.h */
export const iflaPortVsi = struct('ifla_port_vsi', {
  vsiMgrId: u8,
  vsiTypeId: fixedBytes(3),
  vsiTypeVersion: u8,
  _pad: pad(3),
})

/** IFLA_PORT_*, linux/if_link.h: the profile of a port */
export const portAttrs = attributes('IFLA_PORT', {
  vf: [1, u32],
  profile: [2, string], // at most 39 bytes
  vsiType: [3, atMost(iflaPortVsi)],
  instanceUuid: [4, atMost(fixedBytes(16))],
  hostUuid: [5, atMost(fixedBytes(16))],
  request: [6, enumOf(u8, PORT_REQUEST)],
  response: [7, enumOf(u16, PORT_VDP_RESPONSE, PORT_PROFILE_RESPONSE)],
})

/** IFLA_VF_PORT, linux/if_link.h: the content of IFLA_VF_PORTS, one entry per function */
export const vfPortsAttrs = attributes('IFLA_VF', { port: [1, multi(portAttrs)] })
