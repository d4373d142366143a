import {
  AF,
  attributes,
  bytes,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  ipv4,
  ipv6,
  message,
  multi,
  pad,
  struct,
  u8,
  u32,
  u64,
} from '../codec/index.js'

/** TUNNEL_MSG_FLAG_*, linux/if_link.h */
export const TUNNEL_MSG_FLAG = constants('TUNNEL_MSG_FLAG', { STATS: 0x1 })

/** `struct tunnel_msg`, linux/if_link.h */
export const tunnelMsg = struct('tunnel_msg', {
  family: enumOf(u8, AF), // AF_BRIDGE
  flags: flagsOf(u8, TUNNEL_MSG_FLAG),
  _reserved2: pad(2),
  ifindex: u32, // ifindex of the vxlan
})

/** VNIFILTER_ENTRY_STATS_*, linux/if_link.h */
export const vnifilterEntryStatsAttrs = attributes('VNIFILTER_ENTRY_STATS', {
  rxBytes: [1, u64],
  rxPkts: [2, u64],
  rxDrops: [3, u64],
  rxErrors: [4, u64],
  txBytes: [5, u64],
  txPkts: [6, u64],
  txDrops: [7, u64],
  txErrors: [8, u64],
  pad: [9, bytes],
})

/** VXLAN_VNIFILTER_ENTRY_*, linux/if_link.h: VNIs from `start` to `end` */
export const vnifilterEntryAttrs = attributes('VXLAN_VNIFILTER_ENTRY', {
  start: [1, u32],
  end: [2, u32], // if absent, only `start`
  group: [3, ipv4],
  group6: [4, ipv6, 'VXLAN_VNIFILTER_ENTRY_GROUP6'],
  stats: [5, vnifilterEntryStatsAttrs],
})

/** VXLAN_VNIFILTER_*, linux/if_link.h */
export const vnifilterAttrs = attributes('VXLAN_VNIFILTER', { entry: [1, multi(vnifilterEntryAttrs)] })

/** RTM_NEWTUNNEL, RTM_DELTUNNEL, RTM_GETTUNNEL: the VNIs that a vxlan accepts */
export const tunnelMessage = message('tunnel', tunnelMsg, vnifilterAttrs)
export interface TunnelMessage extends Infer<typeof tunnelMessage> {}
