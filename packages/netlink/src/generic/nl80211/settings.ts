import {
  array,
  attributes,
  bytes,
  bytesAs,
  enumOf,
  flag,
  flagsOf,
  type Infer,
  i8,
  i32,
  indexed,
  inUnit,
  lladdr,
  milliseconds,
  quotedText,
  repeat,
  seconds,
  secret,
  struct,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../../codec/index.js'
import { flagOr, sized } from '../either.js'
import {
  NL80211_AC,
  NL80211_BAND,
  NL80211_CHAN,
  NL80211_CHAN_WIDTH,
  NL80211_CQM_RSSI,
  NL80211_KEY,
  NL80211_KEYTYPE,
  NL80211_MESH_POWER,
  NL80211_RATE_INFO_EHT,
  NL80211_RATE_INFO_HE,
  NL80211_RATE_INFO_HE_GI,
  NL80211_RRF,
  NL80211_SCAN_RSSI_THOLD,
  NL80211_TID_CONFIG,
  NL80211_TX_RATE,
  NL80211_TXRATE,
} from './constants.js'
import { akmSuite, cipherSuite } from './ieee80211.js'

/** NL80211_MNTR_FLAG_*, linux/nl80211.h: a set of flags */
export const nl80211MntrFlagsAttrs = attributes('NL80211_MNTR_FLAG', {
  fcsfail: [1, flag],
  plcpfail: [2, flag],
  control: [3, flag],
  otherBss: [4, flag],
  cookFrames: [5, flag],
  active: [6, flag],
  skipTx: [7, flag],
})
export interface Nl80211MntrFlagsAttrs extends Infer<typeof nl80211MntrFlagsAttrs> {}

/** NL80211_KEY_DEFAULT_TYPE_*, linux/nl80211.h */
export const nl80211KeyDefaultTypesAttrs = attributes('NL80211_KEY_DEFAULT_TYPE', {
  unicast: [1, flag],
  multicast: [2, flag],
})
export interface Nl80211KeyDefaultTypesAttrs extends Infer<typeof nl80211KeyDefaultTypesAttrs> {}

/** NL80211_KEY_*, linux/nl80211.h */
export const nl80211KeyAttrs = attributes('NL80211_KEY', {
  data: [1, secret(bytes)],
  idx: [2, u8],
  cipher: [3, cipherSuite],
  seq: [4, bytes],
  default: [5, flag],
  defaultMgmt: [6, flag],
  type: [7, enumOf(u32, NL80211_KEYTYPE)],
  defaultTypes: [8, nl80211KeyDefaultTypesAttrs],
  mode: [9, enumOf(u8, NL80211_KEY)],
  defaultBeacon: [10, flag],
  ltfSeed: [11, bytes],
})
export interface Nl80211KeyAttrs extends Infer<typeof nl80211KeyAttrs> {}

/** NL80211_MESHCONF_*, linux/nl80211.h */
export const nl80211MeshconfAttrs = attributes('NL80211_MESHCONF', {
  retryTimeout: [1, writtenAs(u16, milliseconds)], // milliseconds, as most times
  confirmTimeout: [2, u16],
  holdingTimeout: [3, u16],
  maxPeerLinks: [4, u16],
  maxRetries: [5, u8],
  ttl: [6, u8],
  autoOpenPlinks: [7, u8],
  hwmpMaxPreqRetries: [8, u8],
  pathRefreshTime: [9, u32],
  minDiscoveryTimeout: [10, u16],
  hwmpActivePathTimeout: [11, u32],
  hwmpPreqMinInterval: [12, u16],
  hwmpNetDiamTrvsTime: [13, u16],
  hwmpRootmode: [14, u8],
  elementTtl: [15, u8],
  hwmpRannInterval: [16, u16],
  gateAnnouncements: [17, u8],
  hwmpPerrMinInterval: [18, u16],
  forwarding: [19, u8],
  rssiThreshold: [20, writtenAs(i32, inUnit('dBm'))],
  syncOffsetMaxNeighbor: [21, u32],
  htOpmode: [22, sized(u16, u32)],
  hwmpPathToRootTimeout: [23, u32],
  hwmpRootInterval: [24, u16],
  hwmpConfirmationInterval: [25, u16],
  powerMode: [26, enumOf(u32, NL80211_MESH_POWER)],
  awakeWindow: [27, u16],
  plinkTimeout: [28, u32],
  connectedToGate: [29, u8],
  nolearn: [30, u8],
  connectedToAs: [31, u8],
})
export interface Nl80211MeshconfAttrs extends Infer<typeof nl80211MeshconfAttrs> {}

/** NL80211_MESH_SETUP_*, linux/nl80211.h */
export const nl80211MeshSetupAttrs = attributes('NL80211_MESH_SETUP', {
  enableVendorPathSel: [1, u8],
  enableVendorMetric: [2, u8],
  ie: [3, bytes],
  userspaceAuth: [4, flag],
  userspaceAmpe: [5, flag],
  enableVendorSync: [6, u8],
  userspaceMpm: [7, flag],
  authProtocol: [8, u8],
})
export interface Nl80211MeshSetupAttrs extends Infer<typeof nl80211MeshSetupAttrs> {}

/** NL80211_TXQ_ATTR_*, linux/nl80211.h */
export const nl80211TxqAttrs = attributes('NL80211_TXQ_ATTR', {
  ac: [1, enumOf(u8, NL80211_AC)],
  txop: [2, u16], // 32 microseconds
  cwmin: [3, u16],
  cwmax: [4, u16],
  aifs: [5, u8],
})
export interface Nl80211TxqAttrs extends Infer<typeof nl80211TxqAttrs> {}

/** `struct nl80211_txrate_vht`, linux/nl80211.h: the modulations as bits, for each number of streams minus one */
export const nl80211TxrateVht = struct('nl80211_txrate_vht', { mcs: repeat(u16, 8) })

/** `struct nl80211_txrate_he`, linux/nl80211.h */
export const nl80211TxrateHe = struct('nl80211_txrate_he', { mcs: repeat(u16, 8) })

/** `struct nl80211_txrate_eht`, linux/nl80211.h */
export const nl80211TxrateEht = struct('nl80211_txrate_eht', { mcs: repeat(u16, 16) })

/** NL80211_TXRATE_*, linux/nl80211.h */
export const nl80211TxrateAttrs = attributes('NL80211_TXRATE', {
  legacy: [1, array(u8)], // 500 kbit/s
  ht: [2, array(u8)], // modulation and coding schemes
  vht: [3, nl80211TxrateVht],
  gi: [4, enumOf(u8, NL80211_TXRATE)],
  he: [5, nl80211TxrateHe],
  heGi: [6, enumOf(u8, NL80211_RATE_INFO_HE_GI)],
  heLtf: [7, enumOf(u8, NL80211_RATE_INFO_HE)],
  eht: [8, nl80211TxrateEht],
  ehtGi: [9, u8],
  ehtLtf: [10, enumOf(u8, NL80211_RATE_INFO_EHT)],
})
export interface Nl80211TxrateAttrs extends Infer<typeof nl80211TxrateAttrs> {}

/** NL80211_ATTR_CQM_*, linux/nl80211.h: connection quality */
export const nl80211CqmAttrs = attributes('NL80211_ATTR_CQM', {
  rssiThold: [1, array(i32)], // dBm; several since Linux 4.11
  rssiHyst: [2, u32], // dB
  rssiThresholdEvent: [3, enumOf(u32, NL80211_CQM_RSSI)],
  pktLossEvent: [4, u32],
  txeRate: [5, u32], // percent
  txePkts: [6, u32],
  txeIntvl: [7, writtenAs(u32, seconds)],
  beaconLossEvent: [8, flag],
  rssiLevel: [9, writtenAs(i32, inUnit('dBm'))],
})
export interface Nl80211CqmAttrs extends Infer<typeof nl80211CqmAttrs> {}

/** NL80211_TID_CONFIG_ATTR_*, linux/nl80211.h */
export const nl80211TidConfigAttrs = attributes('NL80211_TID_CONFIG_ATTR', {
  pad: [1, bytes],
  vifSupp: [2, u64],
  peerSupp: [3, u64],
  override: [4, flag],
  tids: [5, u16], // as bits
  noack: [6, enumOf(u8, NL80211_TID_CONFIG)],
  retryShort: [7, u8],
  retryLong: [8, u8],
  ampduCtrl: [9, u8],
  rtsctsCtrl: [10, u8],
  amsduCtrl: [11, u8],
  txRateType: [12, enumOf(u8, NL80211_TX_RATE)],
  txRate: [13, indexed(nl80211TxrateAttrs, NL80211_BAND)],
})
export interface Nl80211TidConfigAttrs extends Infer<typeof nl80211TidConfigAttrs> {}

/** NL80211_REKEY_DATA_*, linux/nl80211.h */
export const nl80211RekeyDataAttrs = attributes('NL80211_REKEY_DATA', {
  kek: [1, secret(bytes)],
  kck: [2, secret(bytes)],
  replayCtr: [3, bytes],
  akm: [4, akmSuite],
})
export interface Nl80211RekeyDataAttrs extends Infer<typeof nl80211RekeyDataAttrs> {}

/** NL80211_PMKSA_CANDIDATE_*, linux/nl80211.h */
export const nl80211PmksaCandidateAttrs = attributes('NL80211_PMKSA_CANDIDATE', {
  index: [1, u32],
  bssid: [2, lladdr],
  preauth: [3, flag],
})
export interface Nl80211PmksaCandidateAttrs extends Infer<typeof nl80211PmksaCandidateAttrs> {}

/** `struct nl80211_bss_select_rssi_adjust`, linux/nl80211.h */
export const nl80211BssSelectRssiAdjust = struct('nl80211_bss_select_rssi_adjust', {
  band: enumOf(u8, NL80211_BAND),
  delta: i8, // dB
})

/** NL80211_BSS_SELECT_ATTR_*, linux/nl80211.h; in a wiphy, all are flags: the supported settings */
export const nl80211BssSelectAttrs = attributes('NL80211_BSS_SELECT_ATTR', {
  rssi: [1, flag],
  bandPref: [2, flagOr(enumOf(u32, NL80211_BAND))],
  rssiAdjust: [3, flagOr(nl80211BssSelectRssiAdjust)],
})
export interface Nl80211BssSelectAttrs extends Infer<typeof nl80211BssSelectAttrs> {}

/** NL80211_ATTR_*, linux/nl80211.h: a rule of a regulatory domain */
export const nl80211RegRuleAttrs = attributes('NL80211_ATTR', {
  regRuleFlags: [1, flagsOf(u32, NL80211_RRF)],
  freqRangeStart: [2, writtenAs(u32, inUnit('kHz'))],
  freqRangeEnd: [3, writtenAs(u32, inUnit('kHz'))],
  freqRangeMaxBw: [4, writtenAs(u32, inUnit('kHz'))],
  powerRuleMaxAntGain: [5, writtenAs(u32, inUnit('dBi', 2))],
  powerRuleMaxEirp: [6, writtenAs(u32, inUnit('dBm', 2))],
  dfsCacTime: [7, writtenAs(u32, milliseconds)],
  powerRulePsd: [8, writtenAs(i8, inUnit('dBm'))],
})
export interface Nl80211RegRuleAttrs extends Infer<typeof nl80211RegRuleAttrs> {}

/** NL80211_SCHED_SCAN_MATCH_ATTR_*, linux/nl80211.h */
export const nl80211SchedScanMatchAttrs = attributes('NL80211_SCHED_SCAN_MATCH_ATTR', {
  ssid: [1, bytesAs(bytes, quotedText)],
  rssi: [2, enumOf(i32, NL80211_SCAN_RSSI_THOLD)], // dBm
  relativeRssi: [3, i8], // dB
  rssiAdjust: [4, nl80211BssSelectRssiAdjust],
  bssid: [5, lladdr],
  perBandRssi: [
    6,
    indexed(enumOf(i32, NL80211_SCAN_RSSI_THOLD), NL80211_BAND),
    'NL80211_SCHED_SCAN_MATCH_PER_BAND_RSSI',
  ], // dBm
})
export interface Nl80211SchedScanMatchAttrs extends Infer<typeof nl80211SchedScanMatchAttrs> {}

/** NL80211_SCHED_SCAN_PLAN_*, linux/nl80211.h */
export const nl80211SchedScanPlanAttrs = attributes('NL80211_SCHED_SCAN_PLAN', {
  interval: [1, writtenAs(u32, seconds)],
  iterations: [2, u32],
})
export interface Nl80211SchedScanPlanAttrs extends Infer<typeof nl80211SchedScanPlanAttrs> {}

/** NL80211_HE_OBSS_PD_ATTR_*, linux/nl80211.h */
export const nl80211HeObssPdAttrs = attributes('NL80211_HE_OBSS_PD_ATTR', {
  minOffset: [1, u8],
  maxOffset: [2, u8],
  nonSrgMaxOffset: [3, u8],
  bssColorBitmap: [4, bytes],
  partialBssidBitmap: [5, bytes],
  srCtrl: [6, u8],
})
export interface Nl80211HeObssPdAttrs extends Infer<typeof nl80211HeObssPdAttrs> {}

/** NL80211_HE_BSS_COLOR_ATTR_*, linux/nl80211.h */
export const nl80211HeBssColorAttrs = attributes('NL80211_HE_BSS_COLOR_ATTR', {
  color: [1, u8],
  disabled: [2, flag],
  partial: [3, flag],
})
export interface Nl80211HeBssColorAttrs extends Infer<typeof nl80211HeBssColorAttrs> {}

/** NL80211_FILS_DISCOVERY_ATTR_*, linux/nl80211.h */
export const nl80211FilsDiscoveryAttrs = attributes('NL80211_FILS_DISCOVERY_ATTR', {
  intMin: [1, writtenAs(u32, inUnit('TU'))],
  intMax: [2, writtenAs(u32, inUnit('TU'))],
  tmpl: [3, bytes],
})
export interface Nl80211FilsDiscoveryAttrs extends Infer<typeof nl80211FilsDiscoveryAttrs> {}

/** NL80211_UNSOL_BCAST_PROBE_RESP_ATTR_*, linux/nl80211.h */
export const nl80211UnsolBcastProbeRespAttrs = attributes('NL80211_UNSOL_BCAST_PROBE_RESP_ATTR', {
  int: [1, writtenAs(u32, inUnit('TU'))],
  tmpl: [2, bytes],
})
export interface Nl80211UnsolBcastProbeRespAttrs extends Infer<typeof nl80211UnsolBcastProbeRespAttrs> {}

/** NL80211_MBSSID_CONFIG_ATTR_*, linux/nl80211.h */
export const nl80211MbssidConfigAttrs = attributes('NL80211_MBSSID_CONFIG_ATTR', {
  maxInterfaces: [1, u8],
  maxEmaProfilePeriodicity: [2, u8],
  index: [3, u8],
  txIfindex: [4, u32],
  ema: [5, flag],
  txLinkId: [6, u8],
})
export interface Nl80211MbssidConfigAttrs extends Infer<typeof nl80211MbssidConfigAttrs> {}

/** NL80211_S1G_SHORT_BEACON_ATTR_*, linux/nl80211.h */
export const nl80211S1gShortBeaconAttrs = attributes('NL80211_S1G_SHORT_BEACON_ATTR', {
  head: [1, bytes],
  tail: [2, bytes],
})
export interface Nl80211S1gShortBeaconAttrs extends Infer<typeof nl80211S1gShortBeaconAttrs> {}

/** The part of NL80211_ATTR_* that describes a channel, linux/nl80211.h */
export const nl80211ChannelAttrs = attributes('NL80211_ATTR', {
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
  npcaPrimaryFreq: [365, u32],
  npcaPunctBitmap: [366, u32],
})
export interface Nl80211ChannelAttrs extends Infer<typeof nl80211ChannelAttrs> {}
