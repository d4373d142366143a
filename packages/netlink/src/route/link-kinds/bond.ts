import {
  attributes,
  enumOf,
  flagsOf,
  type Infer,
  i32,
  ipv4,
  ipv6,
  list,
  lladdr,
  milliseconds,
  seconds,
  u8,
  u16,
  u32,
  writtenAs,
} from '../../codec/index.js'
import {
  AD_LACP,
  BOND_AD,
  BOND_ARP_TARGETS,
  BOND_ARP_VALIDATE,
  BOND_FOM,
  BOND_LINK,
  BOND_MODE,
  BOND_PRI_RESELECT,
  BOND_STATE,
  BOND_XMIT_POLICY,
  LACP_STATE,
} from '../link-constants.js'
import { ifindex } from '../shared/ifindex.js'

/** IFLA_BOND_AD_INFO_*, linux/if_link.h: the active 802.3ad aggregator, read-only */
export const bondAdInfoAttrs = attributes('IFLA_BOND_AD_INFO', {
  aggregator: [1, u16],
  numPorts: [2, u16],
  actorKey: [3, u16],
  partnerKey: [4, u16],
  partnerMac: [5, lladdr],
})

/** IFLA_BOND_*, linux/if_link.h. Times are in milliseconds. */
export const bondAttrs = attributes('IFLA_BOND', {
  mode: [1, enumOf(u8, BOND_MODE)],
  activeSlave: [2, ifindex],
  /** Milliseconds. */
  miimon: [3, writtenAs(u32, milliseconds)],
  /** Milliseconds. */
  updelay: [4, writtenAs(u32, milliseconds)],
  /** Milliseconds. */
  downdelay: [5, writtenAs(u32, milliseconds)],
  useCarrier: [6, u8],
  /** Milliseconds. */
  arpInterval: [7, writtenAs(u32, milliseconds)],
  arpIpTarget: [8, list(ipv4, { from: 0 })], // at most 16
  arpValidate: [9, enumOf(u32, BOND_ARP_VALIDATE)],
  arpAllTargets: [10, enumOf(u32, BOND_ARP_TARGETS)],
  primary: [11, ifindex],
  primaryReselect: [12, enumOf(u8, BOND_PRI_RESELECT)],
  failOverMac: [13, enumOf(u8, BOND_FOM)],
  xmitHashPolicy: [14, enumOf(u8, BOND_XMIT_POLICY)],
  resendIgmp: [15, u32],
  numPeerNotif: [16, u8],
  allSlavesActive: [17, u8],
  minLinks: [18, u32],
  /** Seconds. */
  lpInterval: [19, writtenAs(u32, seconds)],
  packetsPerSlave: [20, u32],
  adLacpRate: [21, enumOf(u8, AD_LACP)],
  adSelect: [22, enumOf(u8, BOND_AD)],
  adInfo: [23, bondAdInfoAttrs],
  adActorSysPrio: [24, u16],
  adUserPortKey: [25, u16], // 10 bits
  adActorSystem: [26, lladdr],
  tlbDynamicLb: [27, u8],
  /** Milliseconds. */
  peerNotifDelay: [28, writtenAs(u32, milliseconds)],
  adLacpActive: [29, u8],
  missedMax: [30, u8],
  nsIp6Target: [31, list(ipv6, { from: 0 })], // at most 16
  coupledControl: [32, u8],
  broadcastNeigh: [33, u8],
  lacpStrict: [34, u8],
})
export interface BondAttrs extends Infer<typeof bondAttrs> {}

/** IFLA_BOND_SLAVE_*, linux/if_link.h: a slave of a bond */
export const bondSlaveAttrs = attributes('IFLA_BOND_SLAVE', {
  state: [1, enumOf(u8, BOND_STATE)],
  miiStatus: [2, enumOf(u8, BOND_LINK)],
  linkFailureCount: [3, u32],
  permHwaddr: [4, lladdr],
  queueId: [5, u16],
  adAggregatorId: [6, u16],
  adActorOperPortState: [7, flagsOf(u8, LACP_STATE)],
  adPartnerOperPortState: [8, flagsOf(u16, LACP_STATE)],
  prio: [9, i32],
  actorPortPrio: [10, u16],
  adChurnActorState: [11, u8],
  adChurnPartnerState: [12, u8],
})
export interface BondSlaveAttrs extends Infer<typeof bondSlaveAttrs> {}
