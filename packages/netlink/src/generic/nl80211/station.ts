import {
  attributes,
  bitsOf,
  bytes,
  enumOf,
  flag,
  flagsOf,
  type Infer,
  i8,
  i32,
  i64,
  indexed,
  inUnit,
  lladdr,
  microseconds,
  milliseconds,
  numbersOf,
  seconds,
  struct,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../../codec/index.js'
import {
  NL80211_BSS_CANNOT_USE,
  NL80211_BSS_CHAN_WIDTH,
  NL80211_BSS_STATUS,
  NL80211_BSS_USE_FOR,
  NL80211_MESH_POWER,
  NL80211_MPATH_FLAG,
  NL80211_PLINK,
  NL80211_RATE_INFO_EHT_GI,
  NL80211_RATE_INFO_EHT_RU_ALLOC,
  NL80211_RATE_INFO_HE_GI,
  NL80211_RATE_INFO_HE_RU_ALLOC,
} from './constants.js'
import { capabilities } from './ieee80211.js'

/** NL80211_STA_FLAG_*, linux/nl80211.h: a set of flags */
export const nl80211StaFlagsAttrs = attributes('NL80211_STA_FLAG', {
  authorized: [1, flag],
  shortPreamble: [2, flag],
  wme: [3, flag],
  mfp: [4, flag],
  authenticated: [5, flag],
  tdlsPeer: [6, flag],
  associated: [7, flag],
  sppAmsdu: [8, flag],
})
export interface Nl80211StaFlagsAttrs extends Infer<typeof nl80211StaFlagsAttrs> {}

const staFlagBits = flagsOf(u32, bitsOf(numbersOf(nl80211StaFlagsAttrs)))

/**
 * `struct nl80211_sta_flag_update`, linux/nl80211.h: bit 1 is NL80211_STA_FLAG_AUTHORIZED, number 1 of {@link
 * nl80211StaFlagsAttrs}.
 */
export const nl80211StaFlagUpdate = struct('nl80211_sta_flag_update', { mask: staFlagBits, set: staFlagBits })

/** NL80211_RATE_INFO_*, linux/nl80211.h */
export const nl80211RateInfoAttrs = attributes('NL80211_RATE_INFO', {
  bitrate: [1, writtenAs(u16, inUnit('Mbit/s', 1))], // 100 kbit/s, if it fits 16 bits
  mcs: [2, u8],
  '40MhzWidth': [3, flag],
  shortGi: [4, flag],
  bitrate32: [5, writtenAs(u32, inUnit('Mbit/s', 1))],
  vhtMcs: [6, u8],
  vhtNss: [7, u8],
  '80MhzWidth': [8, flag],
  '80p80MhzWidth': [9, flag],
  '160MhzWidth': [10, flag],
  '10MhzWidth': [11, flag],
  '5MhzWidth': [12, flag],
  heMcs: [13, u8],
  heNss: [14, u8],
  heGi: [15, enumOf(u8, NL80211_RATE_INFO_HE_GI)],
  heDcm: [16, u8],
  heRuAlloc: [17, enumOf(u8, NL80211_RATE_INFO_HE_RU_ALLOC)],
  '320MhzWidth': [18, flag],
  ehtMcs: [19, u8],
  ehtNss: [20, u8],
  ehtGi: [21, enumOf(u8, NL80211_RATE_INFO_EHT_GI)],
  ehtRuAlloc: [22, enumOf(u8, NL80211_RATE_INFO_EHT_RU_ALLOC)],
  s1gMcs: [23, u8],
  s1gNss: [24, u8],
  '1MhzWidth': [25, flag],
  '2MhzWidth': [26, flag],
  '4MhzWidth': [27, flag],
  '8MhzWidth': [28, flag],
  '16MhzWidth': [29, flag],
  uhrMcs: [30, u8],
  uhrElr: [31, flag],
  uhrIm: [32, flag],
})
export interface Nl80211RateInfoAttrs extends Infer<typeof nl80211RateInfoAttrs> {}

/** NL80211_STA_BSS_PARAM_*, linux/nl80211.h */
export const nl80211StaBssParamAttrs = attributes('NL80211_STA_BSS_PARAM', {
  ctsProt: [1, flag],
  shortPreamble: [2, flag],
  shortSlotTime: [3, flag],
  dtimPeriod: [4, u8],
  beaconInterval: [5, writtenAs(u16, inUnit('TU'))],
})
export interface Nl80211StaBssParamAttrs extends Infer<typeof nl80211StaBssParamAttrs> {}

/** NL80211_TXQ_STATS_*, linux/nl80211.h */
export const nl80211TxqStatsAttrs = attributes('NL80211_TXQ_STATS', {
  backlogBytes: [1, u32],
  backlogPackets: [2, u32],
  flows: [3, u32],
  drops: [4, u32],
  ecnMarks: [5, u32],
  overlimit: [6, u32],
  overmemory: [7, u32],
  collisions: [8, u32],
  txBytes: [9, u32],
  txPackets: [10, u32],
  maxFlows: [11, u32],
})
export interface Nl80211TxqStatsAttrs extends Infer<typeof nl80211TxqStatsAttrs> {}

/** NL80211_TID_STATS_*, linux/nl80211.h */
export const nl80211TidStatsAttrs = attributes('NL80211_TID_STATS', {
  rxMsdu: [1, u64],
  txMsdu: [2, u64],
  txMsduRetries: [3, u64],
  txMsduFailed: [4, u64],
  pad: [5, bytes],
  txqStats: [6, nl80211TxqStatsAttrs],
})
export interface Nl80211TidStatsAttrs extends Infer<typeof nl80211TidStatsAttrs> {}

/** NL80211_STA_INFO_*, linux/nl80211.h */
export const nl80211StaInfoAttrs = attributes('NL80211_STA_INFO', {
  inactiveTime: [1, writtenAs(u32, milliseconds)],
  rxBytes: [2, u32],
  txBytes: [3, u32],
  llid: [4, u16],
  plid: [5, u16],
  plinkState: [6, enumOf(u8, NL80211_PLINK)],
  signal: [7, writtenAs(i8, inUnit('dBm'))],
  txBitrate: [8, nl80211RateInfoAttrs],
  rxPackets: [9, u32],
  txPackets: [10, u32],
  txRetries: [11, u32],
  txFailed: [12, u32],
  signalAvg: [13, writtenAs(i8, inUnit('dBm'))],
  rxBitrate: [14, nl80211RateInfoAttrs],
  bssParam: [15, nl80211StaBssParamAttrs],
  connectedTime: [16, writtenAs(u32, seconds)],
  staFlags: [17, nl80211StaFlagUpdate],
  beaconLoss: [18, u32],
  tOffset: [19, writtenAs(i64, microseconds)],
  localPm: [20, enumOf(u32, NL80211_MESH_POWER)],
  peerPm: [21, enumOf(u32, NL80211_MESH_POWER)],
  nonpeerPm: [22, enumOf(u32, NL80211_MESH_POWER)],
  rxBytes64: [23, u64],
  txBytes64: [24, u64],
  chainSignal: [25, indexed(writtenAs(i8, inUnit('dBm')))], // dBm, by chain
  chainSignalAvg: [26, indexed(writtenAs(i8, inUnit('dBm')))], // dBm, by chain
  expectedThroughput: [27, u32], // kbit/s
  rxDropMisc: [28, u64],
  beaconRx: [29, u64],
  beaconSignalAvg: [30, writtenAs(i8, inUnit('dBm'))],
  tidStats: [31, indexed(nl80211TidStatsAttrs)], // by the traffic identifier and 1
  rxDuration: [32, writtenAs(u64, microseconds)],
  pad: [33, bytes],
  ackSignal: [34, writtenAs(i8, inUnit('dBm'))],
  ackSignalAvg: [35, writtenAs(i8, inUnit('dBm'))],
  rxMpdus: [36, u32],
  fcsErrorCount: [37, u32],
  connectedToGate: [38, u8],
  txDuration: [39, writtenAs(u64, microseconds)],
  airtimeWeight: [40, u16],
  airtimeLinkMetric: [41, u32],
  assocAtBoottime: [42, u64], // nanoseconds since boot
  connectedToAs: [43, u8],
})
export interface Nl80211StaInfoAttrs extends Infer<typeof nl80211StaInfoAttrs> {}

/** NL80211_MPATH_INFO_*, linux/nl80211.h */
export const nl80211MpathInfoAttrs = attributes('NL80211_MPATH_INFO', {
  frameQlen: [1, u32],
  sn: [2, u32],
  metric: [3, u32],
  exptime: [4, writtenAs(u32, milliseconds)],
  flags: [5, flagsOf(u8, NL80211_MPATH_FLAG)],
  discoveryTimeout: [6, writtenAs(u32, milliseconds)],
  discoveryRetries: [7, u8],
  hopCount: [8, u8],
  pathChange: [9, u32],
})
export interface Nl80211MpathInfoAttrs extends Infer<typeof nl80211MpathInfoAttrs> {}

/** NL80211_SURVEY_INFO_*, linux/nl80211.h */
export const nl80211SurveyInfoAttrs = attributes('NL80211_SURVEY_INFO', {
  frequency: [1, writtenAs(u32, inUnit('MHz'))],
  noise: [2, writtenAs(i8, inUnit('dBm'))],
  inUse: [3, flag],
  time: [4, writtenAs(u64, milliseconds)], // milliseconds, as all times
  timeBusy: [5, u64],
  timeExtBusy: [6, u64],
  timeRx: [7, u64],
  timeTx: [8, u64],
  timeScan: [9, u64],
  pad: [10, bytes],
  timeBssRx: [11, u64],
  frequencyOffset: [12, writtenAs(u32, inUnit('kHz'))],
})
export interface Nl80211SurveyInfoAttrs extends Infer<typeof nl80211SurveyInfoAttrs> {}

/** NL80211_BSS_*, linux/nl80211.h */
export const nl80211BssAttrs = attributes('NL80211_BSS', {
  bssid: [1, lladdr],
  frequency: [2, writtenAs(u32, inUnit('MHz'))],
  tsf: [3, writtenAs(u64, microseconds)],
  beaconInterval: [4, writtenAs(u16, inUnit('TU'))],
  capability: [5, capabilities],
  informationElements: [6, bytes], // of the newest frame, as IEEE 802.11 has them
  signalMbm: [7, writtenAs(i32, inUnit('dBm', 2))],
  signalUnspec: [8, u8], // 0 to 100
  status: [9, enumOf(u32, NL80211_BSS_STATUS)],
  seenMsAgo: [10, writtenAs(u32, milliseconds)],
  beaconIes: [11, bytes], // of the newest beacon
  chanWidth: [12, enumOf(u32, NL80211_BSS_CHAN_WIDTH)],
  beaconTsf: [13, u64],
  prespData: [14, flag],
  lastSeenBoottime: [15, u64], // nanoseconds since boot
  pad: [16, bytes],
  parentTsf: [17, u64],
  parentBssid: [18, lladdr],
  chainSignal: [19, indexed(writtenAs(i8, inUnit('dBm')))], // dBm, by chain
  frequencyOffset: [20, writtenAs(u32, inUnit('kHz'))],
  mloLinkId: [21, u8],
  mldAddr: [22, lladdr],
  useFor: [23, flagsOf(u32, NL80211_BSS_USE_FOR)],
  cannotUseReasons: [24, flagsOf(u64, NL80211_BSS_CANNOT_USE)],
})
export interface Nl80211BssAttrs extends Infer<typeof nl80211BssAttrs> {}

/** NL80211_STA_WME_*, linux/nl80211.h */
export const nl80211StaWmeAttrs = attributes('NL80211_STA_WME', {
  uapsdQueues: [1, u8],
  maxSp: [2, u8],
})
export interface Nl80211StaWmeAttrs extends Infer<typeof nl80211StaWmeAttrs> {}
