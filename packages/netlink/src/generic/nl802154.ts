import {
  attributes,
  bytes,
  constants,
  type Declaration,
  enumOf,
  flag,
  type Infer,
  i8,
  i32,
  indexed,
  inUnit,
  list,
  multi,
  secret,
  string,
  u8,
  u16,
  u32,
  u32be,
  u64,
  writtenAs,
} from '../codec/index.js'
import { named } from '../codec/named.js'
import { creates, gets } from '../message/index.js'
import { sized } from './either.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** NL802154_IFTYPE_*, net/nl802154.h of the kernel */
export const NL802154_IFTYPE = constants('NL802154_IFTYPE', {
  NODE: 0,
  MONITOR: 1,
  COORD: 2,
})

/** NL802154_CCA_*, net/nl802154.h of the kernel */
export const NL802154_CCA = constants('NL802154_CCA', {
  ENERGY: 1,
  CARRIER: 2,
  ENERGY_CARRIER: 3,
  ALOHA: 4,
  UWB_SHR: 5,
  UWB_MULTIPLEXED: 6,
})

/** NL802154_SCAN_*, net/nl802154.h of the kernel */
export const NL802154_SCAN = constants('NL802154_SCAN', {
  ED: 1,
  ACTIVE: 2,
  PASSIVE: 3,
  ORPHAN: 4,
  ENHANCED_ACTIVE: 5,
  RIT_PASSIVE: 6,
})

/** NL802154_CAP_ATTR_*, net/nl802154.h of the kernel: a set has one flag per member */
export const nl802154CapAttrs = attributes('NL802154_CAP_ATTR', {
  iftypes: [1, indexed(flag, NL802154_IFTYPE)],
  channels: [2, indexed(indexed(flag))], // by page
  txPowers: [3, list(writtenAs(i32, inUnit('dBm', 2)), { from: 0 })],
  ccaEdLevels: [4, list(writtenAs(i32, inUnit('dBm', 2)), { from: 0 })],
  ccaModes: [5, indexed(flag, NL802154_CCA)],
  ccaOpts: [6, indexed(flag)],
  minMinbe: [7, u8],
  maxMinbe: [8, u8],
  minMaxbe: [9, u8],
  maxMaxbe: [10, u8],
  minCsmaBackoffs: [11, u8],
  maxCsmaBackoffs: [12, u8],
  minFrameRetries: [13, i8],
  maxFrameRetries: [14, i8],
  lbt: [15, u32],
})
export interface Nl802154CapAttrs extends Infer<typeof nl802154CapAttrs> {}

/** NL802154_COORD_*, net/nl802154.h of the kernel */
export const nl802154CoordAttrs = attributes('NL802154_COORD', {
  panid: [1, u16],
  addr: [2, u64],
  channel: [3, u8],
  page: [4, u8],
  preambleCode: [5, u8],
  meanPrf: [6, u8],
  superframeSpec: [7, u16],
  linkQuality: [8, u8],
  gtsPermit: [9, flag],
  payloadData: [10, bytes],
  pad: [11, bytes],
})
export interface Nl802154CoordAttrs extends Infer<typeof nl802154CoordAttrs> {}

/** NL802154_DEV_ADDR_*, net/nl802154.h of the kernel: types of addresses. */
export const NL802154_DEV_ADDR = constants('NL802154_DEV_ADDR', { NONE: 0, SHORT: 2, EXTENDED: 3 })

/** NL802154_DEV_ADDR_ATTR_*, net/nl802154.h of the kernel */
export const nl802154DevAddrAttrs = attributes('NL802154_DEV_ADDR_ATTR', {
  panId: [1, u16],
  mode: [2, enumOf(sized(u32, u8), NL802154_DEV_ADDR)],
  short: [3, u16],
  extended: [4, u64],
  pad: [5, bytes],
  peerType: [6, u8],
})
export interface Nl802154DevAddrAttrs extends Infer<typeof nl802154DevAddrAttrs> {}

/** NL802154_KEY_ID_ATTR_*, net/nl802154.h of the kernel */
export const nl802154KeyIdAttrs = attributes('NL802154_KEY_ID_ATTR', {
  mode: [1, u32],
  index: [2, u8],
  implicit: [3, nl802154DevAddrAttrs],
  sourceShort: [4, u32],
  sourceExtended: [5, u64],
  pad: [6, bytes],
})
export interface Nl802154KeyIdAttrs extends Infer<typeof nl802154KeyIdAttrs> {}

/** NL802154_SECLEVEL_ATTR_*, net/nl802154.h of the kernel */
export const nl802154SeclevelAttrs = attributes('NL802154_SECLEVEL_ATTR', {
  levels: [1, sized(u8, u32)],
  frame: [2, u32],
  cmdFrame: [3, u32],
  devOverride: [4, u8],
})
export interface Nl802154SeclevelAttrs extends Infer<typeof nl802154SeclevelAttrs> {}

/** NL802154_DEV_ATTR_*, net/nl802154.h of the kernel */
export const nl802154DevAttrs = attributes('NL802154_DEV_ATTR', {
  frameCounter: [1, u32],
  panId: [2, u16],
  shortAddr: [3, u16],
  extendedAddr: [4, u64],
  seclevelExempt: [5, u8],
  keyMode: [6, u32],
  pad: [7, bytes],
})
export interface Nl802154DevAttrs extends Infer<typeof nl802154DevAttrs> {}

/** NL802154_DEVKEY_ATTR_*, net/nl802154.h of the kernel */
export const nl802154DevkeyAttrs = attributes('NL802154_DEVKEY_ATTR', {
  frameCounter: [1, u32],
  extendedAddr: [2, u64],
  id: [3, nl802154KeyIdAttrs],
  pad: [4, bytes],
})
export interface Nl802154DevkeyAttrs extends Infer<typeof nl802154DevkeyAttrs> {}

/** NL802154_KEY_ATTR_*, net/nl802154.h of the kernel */
export const nl802154KeyAttrs = attributes('NL802154_KEY_ATTR', {
  id: [1, nl802154KeyIdAttrs],
  usageFrames: [2, u8],
  usageCmds: [3, bytes],
  bytes: [4, secret(bytes)],
})
export interface Nl802154KeyAttrs extends Infer<typeof nl802154KeyAttrs> {}

/** The NL802154_ATTR_* attributes inside NL802154_ATTR_CHANNELS_SUPPORTED: for each page, the channels as bits */
export const nl802154ChannelsAttrs = attributes('NL802154_ATTR', { supportedChannel: [22, multi(u32)] })
export interface Nl802154ChannelsAttrs extends Infer<typeof nl802154ChannelsAttrs> {}

/** NL802154_ATTR_*, net/nl802154.h of the kernel */
export const nl802154Attrs = attributes('NL802154_ATTR', {
  wpanPhy: [1, u32],
  wpanPhyName: [2, string],
  ifindex: [3, u32], // ifindex
  ifname: [4, string],
  iftype: [5, enumOf(u32, NL802154_IFTYPE)],
  wpanDev: [6, u64],
  page: [7, u8],
  channel: [8, u8],
  panId: [9, u16],
  shortAddr: [10, u16],
  txPower: [11, writtenAs(i32, inUnit('dBm', 2))],
  ccaMode: [12, enumOf(u32, NL802154_CCA)],
  ccaOpt: [13, u32],
  ccaEdLevel: [14, writtenAs(i32, inUnit('dBm', 2))],
  maxFrameRetries: [15, i8],
  maxBe: [16, u8],
  minBe: [17, u8],
  maxCsmaBackoffs: [18, u8],
  lbtMode: [19, u8],
  generation: [20, u32],
  channelsSupported: [21, nl802154ChannelsAttrs],
  supportedChannel: [22, u32],
  extendedAddr: [23, u64],
  wpanPhyCaps: [24, nl802154CapAttrs],
  supportedCommands: [25, list(u32)],
  ackreqDefault: [26, u8],
  pad: [27, bytes],
  pid: [28, u32],
  netnsFd: [29, u32],
  coordinator: [30, nl802154CoordAttrs],
  scanType: [31, enumOf(u8, NL802154_SCAN)],
  scanFlags: [32, u32],
  scanChannels: [33, u32],
  scanPreambleCodes: [34, u64],
  scanMeanPrf: [35, u8],
  scanDuration: [36, u8],
  scanDoneReason: [37, u8],
  beaconInterval: [38, u8],
  maxAssociations: [39, u32],
  peer: [40, nl802154DevAddrAttrs],
  secEnabled: [41, u8],
  secOutLevel: [42, u32],
  secOutKeyId: [43, nl802154KeyIdAttrs],
  secFrameCounter: [44, u32be],
  secLevel: [45, nl802154SeclevelAttrs],
  secDevice: [46, nl802154DevAttrs],
  secDevkey: [47, nl802154DevkeyAttrs],
  secKey: [48, nl802154KeyAttrs],
})
export interface Nl802154Attrs extends Infer<typeof nl802154Attrs> {}

/** NL802154_CMD_*, net/nl802154.h of the kernel */
export const nl802154Message: Declaration<Nl802154Message> = genericMessage(
  'nl802154',
  named<Nl802154Attrs>(nl802154Attrs),
)
export interface Nl802154Message extends GenericMessage<Nl802154Attrs> {}

/** IEEE 802.15.4 devices, net/nl802154.h of the kernel: not in a header for user space */
export const nl802154 = genericFamily('nl802154', {
  version: 1,
  messages: {
    NL802154_CMD_GET_WPAN_PHY: gets(1, nl802154Message),
    NL802154_CMD_SET_WPAN_PHY: [2, nl802154Message],
    NL802154_CMD_NEW_WPAN_PHY: [3, nl802154Message],
    NL802154_CMD_DEL_WPAN_PHY: [4, nl802154Message],
    NL802154_CMD_GET_INTERFACE: gets(5, nl802154Message),
    NL802154_CMD_SET_INTERFACE: [6, nl802154Message],
    NL802154_CMD_NEW_INTERFACE: creates(7, nl802154Message),
    NL802154_CMD_DEL_INTERFACE: [8, nl802154Message],
    NL802154_CMD_SET_CHANNEL: [9, nl802154Message],
    NL802154_CMD_SET_PAN_ID: [10, nl802154Message],
    NL802154_CMD_SET_SHORT_ADDR: [11, nl802154Message],
    NL802154_CMD_SET_TX_POWER: [12, nl802154Message],
    NL802154_CMD_SET_CCA_MODE: [13, nl802154Message],
    NL802154_CMD_SET_CCA_ED_LEVEL: [14, nl802154Message],
    NL802154_CMD_SET_MAX_FRAME_RETRIES: [15, nl802154Message],
    NL802154_CMD_SET_BACKOFF_EXPONENT: [16, nl802154Message],
    NL802154_CMD_SET_MAX_CSMA_BACKOFFS: [17, nl802154Message],
    NL802154_CMD_SET_LBT_MODE: [18, nl802154Message],
    NL802154_CMD_SET_ACKREQ_DEFAULT: [19, nl802154Message],
    NL802154_CMD_SET_WPAN_PHY_NETNS: [20, nl802154Message],
    NL802154_CMD_SET_SEC_PARAMS: [21, nl802154Message],
    NL802154_CMD_GET_SEC_KEY: gets(22, nl802154Message),
    NL802154_CMD_NEW_SEC_KEY: creates(23, nl802154Message),
    NL802154_CMD_DEL_SEC_KEY: [24, nl802154Message],
    NL802154_CMD_GET_SEC_DEV: gets(25, nl802154Message),
    NL802154_CMD_NEW_SEC_DEV: creates(26, nl802154Message),
    NL802154_CMD_DEL_SEC_DEV: [27, nl802154Message],
    NL802154_CMD_GET_SEC_DEVKEY: gets(28, nl802154Message),
    NL802154_CMD_NEW_SEC_DEVKEY: creates(29, nl802154Message),
    NL802154_CMD_DEL_SEC_DEVKEY: [30, nl802154Message],
    NL802154_CMD_GET_SEC_LEVEL: gets(31, nl802154Message),
    NL802154_CMD_NEW_SEC_LEVEL: creates(32, nl802154Message),
    NL802154_CMD_DEL_SEC_LEVEL: [33, nl802154Message],
    NL802154_CMD_SCAN_EVENT: [34, nl802154Message],
    NL802154_CMD_TRIGGER_SCAN: [35, nl802154Message],
    NL802154_CMD_ABORT_SCAN: [36, nl802154Message],
    NL802154_CMD_SCAN_DONE: [37, nl802154Message],
    NL802154_CMD_SEND_BEACONS: [38, nl802154Message],
    NL802154_CMD_STOP_BEACONS: [39, nl802154Message],
    NL802154_CMD_ASSOCIATE: [40, nl802154Message],
    NL802154_CMD_DISASSOCIATE: [41, nl802154Message],
    NL802154_CMD_SET_MAX_ASSOCIATIONS: [42, nl802154Message],
    NL802154_CMD_LIST_ASSOCIATIONS: gets(43, nl802154Message),
  },
})
