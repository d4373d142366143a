import {
  array,
  attributes,
  bytes,
  enumOf,
  flag,
  flagsOf,
  type Infer,
  i8,
  inUnit,
  list,
  lladdr,
  u8,
  u16,
  u32,
  writtenAs,
} from '../../codec/index.js'
import {
  NL80211_BAND,
  NL80211_CHAN,
  NL80211_CHAN_WIDTH,
  NL80211_NAN,
  NL80211_NAN_FUNC,
  NL80211_NAN_FUNC_TERM_REASON,
  NL80211_NAN_SCHED,
} from './constants.js'

/** NL80211_NAN_SRF_*, linux/nl80211.h */
export const nl80211NanSrfAttrs = attributes('NL80211_NAN_SRF', {
  include: [1, flag],
  bf: [2, bytes],
  bfIdx: [3, u8],
  macAddrs: [4, list(lladdr, { from: 0 })],
})
export interface Nl80211NanSrfAttrs extends Infer<typeof nl80211NanSrfAttrs> {}

/** NL80211_NAN_FUNC_*, linux/nl80211.h */
export const nl80211NanFuncAttrs = attributes('NL80211_NAN_FUNC', {
  type: [1, enumOf(u8, NL80211_NAN_FUNC)],
  serviceId: [2, bytes],
  publishType: [3, flagsOf(u8, NL80211_NAN)],
  publishBcast: [4, flag],
  subscribeActive: [5, flag],
  followUpId: [6, u8],
  followUpReqId: [7, u8],
  followUpDest: [8, lladdr],
  closeRange: [9, flag],
  ttl: [10, u32], // discovery windows
  serviceInfo: [11, bytes],
  srf: [12, nl80211NanSrfAttrs],
  rxMatchFilter: [13, list(bytes, { from: 0 })],
  txMatchFilter: [14, list(bytes, { from: 0 })],
  instanceId: [15, u8],
  termReason: [16, enumOf(u8, NL80211_NAN_FUNC_TERM_REASON)],
})
export interface Nl80211NanFuncAttrs extends Infer<typeof nl80211NanFuncAttrs> {}

/** NL80211_NAN_MATCH_*, linux/nl80211.h */
export const nl80211NanMatchAttrs = attributes('NL80211_NAN_MATCH', {
  funcLocal: [1, nl80211NanFuncAttrs],
  funcPeer: [2, nl80211NanFuncAttrs],
})
export interface Nl80211NanMatchAttrs extends Infer<typeof nl80211NanMatchAttrs> {}

/** NL80211_NAN_BAND_CONF_*, linux/nl80211.h */
export const nl80211NanBandConfAttrs = attributes('NL80211_NAN_BAND_CONF', {
  band: [1, enumOf(u8, NL80211_BAND)],
  freq: [2, writtenAs(u16, inUnit('MHz'))],
  rssiClose: [3, i8],
  rssiMiddle: [4, i8],
  wakeDw: [5, u8],
  disableScan: [6, flag],
})
export interface Nl80211NanBandConfAttrs extends Infer<typeof nl80211NanBandConfAttrs> {}

/** NL80211_NAN_CONF_*, linux/nl80211.h */
export const nl80211NanConfAttrs = attributes('NL80211_NAN_CONF', {
  clusterId: [1, lladdr],
  extraAttrs: [2, bytes],
  vendorElems: [3, bytes],
  bandConfigs: [4, list(nl80211NanBandConfAttrs)],
  scanPeriod: [5, u16],
  scanDwellTime: [6, u16],
  discoveryBeaconInterval: [7, u8],
  notifyDw: [8, flag],
})
export interface Nl80211NanConfAttrs extends Infer<typeof nl80211NanConfAttrs> {}

/** NL80211_NAN_PHY_CAP_ATTR_*, linux/nl80211.h: in the layout of IEEE 802.11 */
export const nl80211NanPhyCapAttrs = attributes('NL80211_NAN_PHY_CAP_ATTR', {
  htMcsSet: [1, bytes],
  htCapa: [2, u16],
  htAmpduFactor: [3, u8],
  htAmpduDensity: [4, u8],
  vhtMcsSet: [5, bytes],
  vhtCapa: [6, u32],
  heMac: [7, bytes],
  hePhy: [8, bytes],
  heMcsSet: [9, bytes],
  hePpe: [10, bytes],
})
export interface Nl80211NanPhyCapAttrs extends Infer<typeof nl80211NanPhyCapAttrs> {}

/** NL80211_NAN_CAPA_*, linux/nl80211.h */
export const nl80211NanCapaAttrs = attributes('NL80211_NAN_CAPA', {
  configurableSync: [1, flag],
  userspaceDe: [2, flag],
  opMode: [3, u8],
  numAntennas: [4, u8],
  maxChannelSwitchTime: [5, u16],
  capabilities: [6, u8],
  phy: [7, nl80211NanPhyCapAttrs],
})
export interface Nl80211NanCapaAttrs extends Infer<typeof nl80211NanCapaAttrs> {}

/** NL80211_NAN_PEER_MAP_ATTR_*, linux/nl80211.h */
export const nl80211NanPeerMapAttrs = attributes('NL80211_NAN_PEER_MAP_ATTR', {
  mapId: [1, u8],
  timeSlots: [2, array(enumOf(u8, NL80211_NAN_SCHED))], // for each slot, the index of a channel
})
export interface Nl80211NanPeerMapAttrs extends Infer<typeof nl80211NanPeerMapAttrs> {}

/** The NL80211_ATTR_* attributes inside NL80211_ATTR_NAN_CHANNEL, linux/nl80211.h */
export const nl80211NanChannelAttrs = attributes('NL80211_ATTR', {
  wiphyFreq: [38, writtenAs(u32, inUnit('MHz'))],
  wiphyChannelType: [39, enumOf(u32, NL80211_CHAN)],
  channelWidth: [159, enumOf(u32, NL80211_CHAN_WIDTH)],
  centerFreq1: [160, writtenAs(u32, inUnit('MHz'))],
  centerFreq2: [161, writtenAs(u32, inUnit('MHz'))],
  wiphyEdmgChannels: [280, u8],
  wiphyEdmgBwConfig: [281, u8],
  wiphyFreqOffset: [290, writtenAs(u32, inUnit('kHz'))],
  centerFreq1Offset: [291, writtenAs(u32, inUnit('kHz'))],
  punctBitmap: [322, u32],
  s1gPrimary2mhz: [345, flag, 'NL80211_ATTR_S1G_PRIMARY_2MHZ'],
  nanChannelEntry: [352, bytes],
  nanRxNss: [354, u8],
  npcaPrimaryFreq: [365, u32],
  npcaPunctBitmap: [366, u32],
})
export interface Nl80211NanChannelAttrs extends Infer<typeof nl80211NanChannelAttrs> {}
