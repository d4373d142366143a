import {
  AF,
  addressesOfFamily,
  attributes,
  centiseconds,
  constants,
  enumOf,
  flag,
  flagsOf,
  type Infer,
  i32,
  lladdr,
  message,
  pad,
  struct,
  u8,
  u16,
  u16be,
  u32,
  writtenAs,
} from '../codec/index.js'
import { RTN, RTPROT } from './route-constants.js'
import { familyAddress } from './shared/eid.js'

/** NUD_*, linux/neighbour.h: state of a neighbour */
export const NUD = constants('NUD', {
  NONE: 0x00,
  INCOMPLETE: 0x01,
  REACHABLE: 0x02,
  STALE: 0x04,
  DELAY: 0x08,
  PROBE: 0x10,
  FAILED: 0x20,
  NOARP: 0x40, // never resolved, like PERMANENT
  PERMANENT: 0x80,
})

/** NTF_*, linux/neighbour.h: flags of a neighbour, and the FDB of an FDB entry */
export const NTF = constants('NTF', {
  USE: 0x01,
  SELF: 0x02, // FDB of the link itself
  MASTER: 0x04, // FDB of its master, the bridge
  PROXY: 0x08,
  EXT_LEARNED: 0x10,
  OFFLOADED: 0x20,
  STICKY: 0x40,
  ROUTER: 0x80,
})

/** NTF_EXT_*, linux/neighbour.h: flags in NDA_FLAGS_EXT. NTF_EXT_LEARNED is not one of them; it belongs to {@link NTF}. */
export const NTF_EXT = constants('NTF_EXT', { MANAGED: 0x1, LOCKED: 0x2, EXT_VALIDATED: 0x4 })

/** FDB_NOTIFY_*, linux/neighbour.h */
export const FDB_NOTIFY = constants('FDB_NOTIFY', { BIT: 0x1, INACTIVE_BIT: 0x2 })

/** `struct ndmsg`, linux/neighbour.h */
export const ndmsg = struct('ndmsg', {
  family: enumOf(u8, AF), // AF_INET, AF_INET6, AF_MCTP, or AF_BRIDGE for FDB entries
  _pad1: pad(1),
  _pad2: pad(2),
  ifindex: i32,
  state: flagsOf(u16, NUD),
  flags: flagsOf(u8, NTF),
  type: enumOf(u8, RTN),
})

const age = writtenAs(u32, centiseconds)

/** `struct nda_cacheinfo`, linux/neighbour.h: ages in hundredths of a second */
export const ndaCacheinfo = struct('nda_cacheinfo', { confirmed: age, used: age, updated: age, refcnt: u32 })

/** NFEA_*, linux/neighbour.h */
export const fdbExtAttrs = attributes('NFEA', {
  activityNotify: [1, flagsOf(u8, FDB_NOTIFY)],
  dontRefresh: [2, flag],
})

/** NDA_*, linux/neighbour.h. `vlan` to `srcVni` and `nhId` are for FDB entries. */
export const neighbourAttrs = attributes('NDA', {
  dst: [1, familyAddress],
  lladdr: [2, lladdr],
  cacheinfo: [3, ndaCacheinfo],
  probes: [4, u32],
  vlan: [5, u16],
  port: [6, u16be], // UDP port
  vni: [7, u32],
  ifindex: [8, u32], // lower link of a tunnel; in a dump request, the link to list
  master: [9, u32], // ifindex
  linkNetnsid: [10, i32],
  srcVni: [11, u32],
  protocol: [12, enumOf(u8, RTPROT)],
  nhId: [13, u32],
  fdbExtAttrs: [14, fdbExtAttrs],
  flagsExt: [15, flagsOf(u32, NTF_EXT)],
  ndmStateMask: [16, flagsOf(u16, NUD)], // in bulk deletions, mask of the header's `state`
  ndmFlagsMask: [17, flagsOf(u8, NTF)],
})

/** RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH */
export const neighbourMessage = message('neighbour', ndmsg, neighbourAttrs, addressesOfFamily(neighbourAttrs))
export interface NeighbourMessage extends Infer<typeof neighbourMessage> {}
