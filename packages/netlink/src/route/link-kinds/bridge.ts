import {
  attributes,
  bitsOf,
  bytes,
  centiseconds,
  enumOf,
  flag,
  flagsOf,
  hexadecimal,
  type Infer,
  lladdr,
  macaddr,
  special,
  struct,
  u8,
  u16,
  u16be,
  u32,
  u64,
  writtenAs,
} from '../../codec/index.js'
import { BR_BOOLOPT, BR_STATE, BR_STP, BR_STP_MODE } from '../bridge-constants.js'
import { bridgeQuerierAttrs } from '../shared/bridge-querier.js'
import { ifindex } from '../shared/ifindex.js'
import { MDB_RTR_TYPE } from '../shared/mdb-router.js'
import { VLAN_PROTOCOL } from '../shared/vlan-protocol.js'

const routerNames = Object.fromEntries(
  Object.entries(MDB_RTR_TYPE.values).map(([name, number]) => [number, `${MDB_RTR_TYPE.prefix}_${name}`]),
)
/** A number of MDB_RTR_TYPE where `ip` has the number: so has the API, and views print the name. */
const routerType = writtenAs(u8, special(routerNames))

/** `struct ifla_bridge_id`, linux/if_link.h */
export const iflaBridgeId = struct('ifla_bridge_id', {
  prio: u16be, // priority and system id extension
  addr: macaddr,
})

/** `struct br_boolopt_multi`, linux/if_bridge.h */
export const brBooloptMulti = struct('br_boolopt_multi', {
  optval: flagsOf(u32, bitsOf(BR_BOOLOPT)),
  optmask: flagsOf(u32, bitsOf(BR_BOOLOPT)), // mask of the options to change
})

/** IFLA_BR_*, linux/if_link.h. Times are in USER_HZ (hundredths of a second). */
export const bridgeAttrs = attributes('IFLA_BR', {
  /** Hundredths of a second. */
  forwardDelay: [1, writtenAs(u32, centiseconds)],
  /** Hundredths of a second. */
  helloTime: [2, writtenAs(u32, centiseconds)],
  /** Hundredths of a second. */
  maxAge: [3, writtenAs(u32, centiseconds)],
  /** Hundredths of a second. */
  ageingTime: [4, writtenAs(u32, centiseconds)],
  stpState: [5, enumOf(u32, BR_STP)],
  priority: [6, u16],
  vlanFiltering: [7, u8],
  vlanProtocol: [8, enumOf(u16be, VLAN_PROTOCOL)],
  groupFwdMask: [9, writtenAs(u16, hexadecimal)],
  rootId: [10, iflaBridgeId],
  bridgeId: [11, iflaBridgeId],
  rootPort: [12, u16],
  rootPathCost: [13, u32],
  topologyChange: [14, u8],
  topologyChangeDetected: [15, u8],
  /** Hundredths of a second. */
  helloTimer: [16, writtenAs(u64, centiseconds)],
  /** Hundredths of a second. */
  tcnTimer: [17, writtenAs(u64, centiseconds)],
  /** Hundredths of a second. */
  topologyChangeTimer: [18, writtenAs(u64, centiseconds)],
  /** Hundredths of a second. */
  gcTimer: [19, writtenAs(u64, centiseconds)],
  groupAddr: [20, lladdr],
  fdbFlush: [21, flag],
  mcastRouter: [22, routerType],
  mcastSnooping: [23, u8],
  mcastQueryUseIfaddr: [24, u8],
  mcastQuerier: [25, u8],
  mcastHashElasticity: [26, u32],
  mcastHashMax: [27, u32],
  mcastLastMemberCnt: [28, u32],
  mcastStartupQueryCnt: [29, u32],
  /** Hundredths of a second. */
  mcastLastMemberIntvl: [30, writtenAs(u64, centiseconds)],
  /** Hundredths of a second. */
  mcastMembershipIntvl: [31, writtenAs(u64, centiseconds)],
  /** Hundredths of a second. */
  mcastQuerierIntvl: [32, writtenAs(u64, centiseconds)],
  /** Hundredths of a second. */
  mcastQueryIntvl: [33, writtenAs(u64, centiseconds)],
  /** Hundredths of a second. */
  mcastQueryResponseIntvl: [34, writtenAs(u64, centiseconds)],
  /** Hundredths of a second. */
  mcastStartupQueryIntvl: [35, writtenAs(u64, centiseconds)],
  nfCallIptables: [36, u8],
  nfCallIp6tables: [37, u8],
  nfCallArptables: [38, u8],
  vlanDefaultPvid: [39, u16],
  pad: [40, bytes],
  vlanStatsEnabled: [41, u8],
  mcastStatsEnabled: [42, u8],
  mcastIgmpVersion: [43, u8],
  mcastMldVersion: [44, u8],
  vlanStatsPerPort: [45, u8],
  multiBoolopt: [46, brBooloptMulti],
  mcastQuerierState: [47, bridgeQuerierAttrs],
  fdbNLearned: [48, u32],
  fdbMaxLearned: [49, u32],
  stpMode: [50, enumOf(u32, BR_STP_MODE)],
})
export interface BridgeAttrs extends Infer<typeof bridgeAttrs> {}

/** IFLA_BRPORT_*, linux/if_link.h: a bridge port. Timers are in USER_HZ (hundredths of a second). */
export const brportAttrs = attributes('IFLA_BRPORT', {
  state: [1, enumOf(u8, BR_STATE)],
  priority: [2, u16],
  cost: [3, u32],
  mode: [4, u8], // hairpin mode
  guard: [5, u8],
  protect: [6, u8], // root port protection (root block)
  fastLeave: [7, u8],
  learning: [8, u8],
  unicastFlood: [9, u8],
  proxyarp: [10, u8],
  learningSync: [11, u8],
  proxyarpWifi: [12, u8],
  rootId: [13, iflaBridgeId],
  bridgeId: [14, iflaBridgeId],
  designatedPort: [15, writtenAs(u16, hexadecimal)],
  designatedCost: [16, u16],
  id: [17, writtenAs(u16, hexadecimal)],
  no: [18, u16],
  topologyChangeAck: [19, u8],
  configPending: [20, u8],
  /** Hundredths of a second. */
  messageAgeTimer: [21, writtenAs(u64, centiseconds)],
  /** Hundredths of a second. */
  forwardDelayTimer: [22, writtenAs(u64, centiseconds)],
  /** Hundredths of a second. */
  holdTimer: [23, writtenAs(u64, centiseconds)],
  flush: [24, flag],
  multicastRouter: [25, routerType],
  pad: [26, bytes],
  mcastFlood: [27, u8],
  mcastToUcast: [28, u8],
  vlanTunnel: [29, u8],
  bcastFlood: [30, u8],
  groupFwdMask: [31, writtenAs(u16, hexadecimal)],
  neighSuppress: [32, u8],
  isolated: [33, u8],
  backupPort: [34, ifindex],
  mrpRingOpen: [35, u8],
  mrpInOpen: [36, u8],
  mcastEhtHostsLimit: [37, u32],
  mcastEhtHostsCnt: [38, u32],
  locked: [39, u8],
  mab: [40, u8],
  mcastNGroups: [41, u32],
  mcastMaxGroups: [42, u32],
  neighVlanSuppress: [43, u8],
  backupNhid: [44, u32],
  neighForwardGrat: [45, u8],
})
export interface BrportAttrs extends Infer<typeof brportAttrs> {}
