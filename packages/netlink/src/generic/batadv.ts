import {
  attributes,
  bytes,
  constants,
  type Declaration,
  enumOf,
  flag,
  flagsOf,
  hexadecimal,
  type Infer,
  ipv4,
  lladdr,
  milliseconds,
  string,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import { named } from '../codec/named.js'
import { gets } from '../message/index.js'
import { sized } from './either.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** BATADV_TT_CLIENT_*, linux/batman_adv.h: flags of a client */
export const BATADV_TT_CLIENT = constants('BATADV_TT_CLIENT', {
  DEL: 1,
  ROAM: 2,
  WIFI: 16,
  ISOLA: 32,
  NOPURGE: 256,
  NEW: 512,
  PENDING: 1024,
  TEMP: 2048,
})

/** BATADV_GW_MODE_*, linux/batman_adv.h: modes of the gateway: offers one, or searches for one */
export const BATADV_GW_MODE = constants('BATADV_GW_MODE', {
  OFF: 0,
  CLIENT: 1,
  SERVER: 2,
})

/** BATADV_TP_REASON_*, linux/batman_adv.h: result of a throughput measurement */
export const BATADV_TP_REASON = constants('BATADV_TP_REASON', {
  COMPLETE: 3,
  CANCEL: 4,
  DST_UNREACHABLE: 128,
  RESEND_LIMIT: 129,
  ALREADY_ONGOING: 130,
  MEMORY_ERROR: 131,
  CANT_SEND: 132,
  TOO_MANY: 133,
})

/** BATADV_ATTR_*, linux/batman_adv.h */
export const batadvMeshAttrs = attributes('BATADV_ATTR', {
  version: [1, string],
  algoName: [2, string],
  meshIfindex: [3, u32], // ifindex
  meshIfname: [4, string],
  meshAddress: [5, lladdr],
  hardIfindex: [6, u32], // ifindex
  hardIfname: [7, string],
  hardAddress: [8, lladdr],
  origAddress: [9, lladdr],
  tpmeterResult: [10, enumOf(u8, BATADV_TP_REASON)],
  tpmeterTestTime: [11, writtenAs(u32, milliseconds)],
  tpmeterBytes: [12, u64], // bytes
  tpmeterCookie: [13, u32],
  pad: [14, bytes],
  active: [15, flag],
  ttAddress: [16, lladdr],
  ttTtvn: [17, u8],
  ttLastTtvn: [18, u8],
  ttCrc32: [19, u32],
  ttVid: [20, u16],
  ttFlags: [21, flagsOf(u32, BATADV_TT_CLIENT)],
  flagBest: [22, flag],
  lastSeenMsecs: [23, writtenAs(u32, milliseconds)],
  neighAddress: [24, lladdr],
  tq: [25, u8], // of 255
  throughput: [26, u32], // 100 kbit/s
  bandwidthUp: [27, u32], // 100 kbit/s
  bandwidthDown: [28, u32], // 100 kbit/s
  router: [29, lladdr],
  blaOwn: [30, flag],
  blaAddress: [31, lladdr],
  blaVid: [32, u16],
  blaBackbone: [33, lladdr],
  blaCrc: [34, u16],
  datCacheIp4address: [35, ipv4],
  datCacheHwaddress: [36, lladdr],
  datCacheVid: [37, u16],
  mcastFlags: [38, u32],
  mcastFlagsPriv: [39, u32],
  vlanid: [40, sized(u16, u32)],
  aggregatedOgmsEnabled: [41, u8],
  apIsolationEnabled: [42, u8],
  isolationMark: [43, writtenAs(u32, hexadecimal)],
  isolationMask: [44, writtenAs(u32, hexadecimal)],
  bondingEnabled: [45, u8],
  bridgeLoopAvoidanceEnabled: [46, u8],
  distributedArpTableEnabled: [47, u8],
  fragmentationEnabled: [48, u8],
  gwBandwidthDown: [49, u32], // 100 kbit/s
  gwBandwidthUp: [50, u32], // 100 kbit/s
  gwMode: [51, enumOf(u8, BATADV_GW_MODE)],
  gwSelClass: [52, u32],
  hopPenalty: [53, u8],
  logLevel: [54, u32],
  multicastForcefloodEnabled: [55, u8],
  networkCodingEnabled: [56, u8],
  origInterval: [57, writtenAs(u32, milliseconds)],
  elpInterval: [58, writtenAs(u32, milliseconds)],
  throughputOverride: [59, u32], // 100 kbit/s
  multicastFanout: [60, u32],
})
export interface BatadvMeshAttrs extends Infer<typeof batadvMeshAttrs> {}

/** BATADV_CMD_*, linux/batman_adv.h */
export const batadvMessage: Declaration<BatadvMessage> = genericMessage(
  'batadv',
  named<BatadvMeshAttrs>(batadvMeshAttrs),
)
export interface BatadvMessage extends GenericMessage<BatadvMeshAttrs> {}

/** BATADV_NL_NAME, linux/batman_adv.h: meshes of B.A.T.M.A.N. advanced */
export const batadv = genericFamily('batadv', {
  version: 1,
  messages: {
    BATADV_CMD_GET_MESH: gets(1, batadvMessage),
    BATADV_CMD_TP_METER: [2, batadvMessage],
    BATADV_CMD_TP_METER_CANCEL: [3, batadvMessage],
    BATADV_CMD_GET_ROUTING_ALGOS: gets(4, batadvMessage),
    BATADV_CMD_GET_HARDIF: gets(5, batadvMessage),
    BATADV_CMD_GET_TRANSTABLE_LOCAL: gets(6, batadvMessage),
    BATADV_CMD_GET_TRANSTABLE_GLOBAL: gets(7, batadvMessage),
    BATADV_CMD_GET_ORIGINATORS: gets(8, batadvMessage),
    BATADV_CMD_GET_NEIGHBORS: gets(9, batadvMessage),
    BATADV_CMD_GET_GATEWAYS: gets(10, batadvMessage),
    BATADV_CMD_GET_BLA_CLAIM: gets(11, batadvMessage),
    BATADV_CMD_GET_BLA_BACKBONE: gets(12, batadvMessage),
    BATADV_CMD_GET_DAT_CACHE: gets(13, batadvMessage),
    BATADV_CMD_GET_MCAST_FLAGS: gets(14, batadvMessage),
    BATADV_CMD_SET_MESH: [15, batadvMessage],
    BATADV_CMD_SET_HARDIF: [16, batadvMessage],
    BATADV_CMD_GET_VLAN: gets(17, batadvMessage),
    BATADV_CMD_SET_VLAN: [18, batadvMessage],
  },
})
