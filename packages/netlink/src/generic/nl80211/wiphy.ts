import {
  array,
  attributes,
  bitsOf,
  bytes,
  enumOf,
  flag,
  flagsOf,
  type Infer,
  i8,
  i32,
  inUnit,
  list,
  milliseconds,
  multi,
  struct,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../../codec/index.js'
import {
  NL80211_CHAN_WIDTH,
  NL80211_DFS_STATE,
  NL80211_IFTYPE,
  NL80211_SAR_TYPE,
  NL80211_VENDOR_ID,
} from './constants.js'
import { akmSuite, frameType } from './ieee80211.js'

/** NL80211_IFTYPE_*, linux/nl80211.h: a set of types, as flags */
export const nl80211IftypesAttrs = attributes('NL80211_IFTYPE', {
  adhoc: [1, flag],
  station: [2, flag],
  ap: [3, flag],
  apVlan: [4, flag],
  wds: [5, flag],
  monitor: [6, flag],
  meshPoint: [7, flag],
  p2pClient: [8, flag],
  p2pGo: [9, flag],
  p2pDevice: [10, flag],
  ocb: [11, flag],
  nan: [12, flag],
  nanData: [13, flag],
  pd: [14, flag],
})
export interface Nl80211IftypesAttrs extends Infer<typeof nl80211IftypesAttrs> {}

/** NL80211_WMMR_*, linux/nl80211.h */
export const nl80211WmmRuleAttrs = attributes('NL80211_WMMR', {
  cwMin: [1, u16],
  cwMax: [2, u16],
  aifsn: [3, u8],
  txop: [4, u16], // 32 microseconds
})
export interface Nl80211WmmRuleAttrs extends Infer<typeof nl80211WmmRuleAttrs> {}

/** NL80211_FREQUENCY_ATTR_*, linux/nl80211.h */
export const nl80211FrequencyAttrs = attributes('NL80211_FREQUENCY_ATTR', {
  freq: [1, writtenAs(u32, inUnit('MHz'))],
  disabled: [2, flag],
  noIr: [3, flag],
  noIbss: [4, flag, '__NL80211_FREQUENCY_ATTR_NO_IBSS'], // for old programs, sent with noIr
  radar: [5, flag],
  maxTxPower: [6, writtenAs(u32, inUnit('dBm', 2))],
  dfsState: [7, enumOf(u32, NL80211_DFS_STATE)],
  dfsTime: [8, writtenAs(u32, milliseconds)], // milliseconds in that state
  noHt40Minus: [9, flag],
  noHt40Plus: [10, flag],
  no80mhz: [11, flag, 'NL80211_FREQUENCY_ATTR_NO_80MHZ'],
  no160mhz: [12, flag, 'NL80211_FREQUENCY_ATTR_NO_160MHZ'],
  dfsCacTime: [13, writtenAs(u32, milliseconds)],
  indoorOnly: [14, flag],
  irConcurrent: [15, flag],
  no20mhz: [16, flag, 'NL80211_FREQUENCY_ATTR_NO_20MHZ'],
  no10mhz: [17, flag, 'NL80211_FREQUENCY_ATTR_NO_10MHZ'],
  wmm: [18, list(nl80211WmmRuleAttrs, { from: 0 })], // by NL80211_AC_*
  noHe: [19, flag],
  offset: [20, writtenAs(u32, inUnit('kHz'))],
  '1mhz': [21, flag],
  '2mhz': [22, flag],
  '4mhz': [23, flag],
  '8mhz': [24, flag],
  '16mhz': [25, flag],
  no320mhz: [26, flag, 'NL80211_FREQUENCY_ATTR_NO_320MHZ'],
  noEht: [27, flag],
  psd: [28, writtenAs(i8, inUnit('dBm'))],
  dfsConcurrent: [29, flag],
  no6ghzVlpClient: [30, flag, 'NL80211_FREQUENCY_ATTR_NO_6GHZ_VLP_CLIENT'],
  no6ghzAfcClient: [31, flag, 'NL80211_FREQUENCY_ATTR_NO_6GHZ_AFC_CLIENT'],
  canMonitor: [32, flag],
  allow6ghzVlpAp: [33, flag, 'NL80211_FREQUENCY_ATTR_ALLOW_6GHZ_VLP_AP'],
  allow20mhzActivity: [34, flag, 'NL80211_FREQUENCY_ATTR_ALLOW_20MHZ_ACTIVITY'],
  no4mhz: [35, flag, 'NL80211_FREQUENCY_ATTR_NO_4MHZ'],
  no8mhz: [36, flag, 'NL80211_FREQUENCY_ATTR_NO_8MHZ'],
  no16mhz: [37, flag, 'NL80211_FREQUENCY_ATTR_NO_16MHZ'],
  s1gNoPrimary: [38, flag],
  noUhr: [39, flag],
  cacStartTime: [40, u64],
  pad: [41, bytes],
})
export interface Nl80211FrequencyAttrs extends Infer<typeof nl80211FrequencyAttrs> {}

/** NL80211_BITRATE_ATTR_*, linux/nl80211.h */
export const nl80211BitrateAttrs = attributes('NL80211_BITRATE_ATTR', {
  rate: [1, writtenAs(u32, inUnit('Mbit/s', 1))],
  '2ghzShortpreamble': [2, flag],
})
export interface Nl80211BitrateAttrs extends Infer<typeof nl80211BitrateAttrs> {}

/** NL80211_BAND_IFTYPE_ATTR_*, linux/nl80211.h: capabilities of some types of interfaces, in the layout of IEEE 802.11 */
export const nl80211BandIftypeAttrs = attributes('NL80211_BAND_IFTYPE_ATTR', {
  iftypes: [1, nl80211IftypesAttrs],
  heCapMac: [2, bytes],
  heCapPhy: [3, bytes],
  heCapMcsSet: [4, bytes],
  heCapPpe: [5, bytes],
  he6ghzCapa: [6, bytes, 'NL80211_BAND_IFTYPE_ATTR_HE_6GHZ_CAPA'],
  vendorElems: [7, bytes],
  ehtCapMac: [8, bytes],
  ehtCapPhy: [9, bytes],
  ehtCapMcsSet: [10, bytes],
  ehtCapPpe: [11, bytes],
  uhrCapMac: [12, bytes],
  uhrCapPhy: [13, bytes],
})
export interface Nl80211BandIftypeAttrs extends Infer<typeof nl80211BandIftypeAttrs> {}

/** NL80211_BAND_ATTR_*, linux/nl80211.h: payloads of `bytes` have a layout of IEEE 802.11 */
export const nl80211BandAttrs = attributes('NL80211_BAND_ATTR', {
  freqs: [1, list(nl80211FrequencyAttrs, { from: 0 })],
  rates: [2, list(nl80211BitrateAttrs, { from: 0 })],
  htMcsSet: [3, bytes],
  htCapa: [4, u16],
  htAmpduFactor: [5, u8],
  htAmpduDensity: [6, u8],
  vhtMcsSet: [7, bytes],
  vhtCapa: [8, u32],
  iftypeData: [9, list(nl80211BandIftypeAttrs)],
  edmgChannels: [10, u8],
  edmgBwConfig: [11, u8],
  s1gMcsNssSet: [12, bytes],
  s1gCapa: [13, bytes],
})
export interface Nl80211BandAttrs extends Infer<typeof nl80211BandAttrs> {}

/** NL80211_IFACE_LIMIT_*, linux/nl80211.h */
export const nl80211IfaceLimitAttrs = attributes('NL80211_IFACE_LIMIT', {
  max: [1, u32],
  types: [2, nl80211IftypesAttrs],
})
export interface Nl80211IfaceLimitAttrs extends Infer<typeof nl80211IfaceLimitAttrs> {}

/** NL80211_IFACE_COMB_*, linux/nl80211.h */
export const nl80211IfaceCombAttrs = attributes('NL80211_IFACE_COMB', {
  limits: [1, list(nl80211IfaceLimitAttrs)],
  maxnum: [2, u32],
  staApBiMatch: [3, flag],
  numChannels: [4, u32],
  radarDetectWidths: [5, flagsOf(u32, bitsOf(NL80211_CHAN_WIDTH))],
  radarDetectRegions: [6, u32],
  biMinGcd: [7, u32],
})
export interface Nl80211IfaceCombAttrs extends Infer<typeof nl80211IfaceCombAttrs> {}

/** NL80211_WIPHY_RADIO_FREQ_ATTR_*, linux/nl80211.h */
export const nl80211WiphyRadioFreqAttrs = attributes('NL80211_WIPHY_RADIO_FREQ_ATTR', {
  start: [1, writtenAs(u32, inUnit('kHz'))],
  end: [2, writtenAs(u32, inUnit('kHz'))],
})
export interface Nl80211WiphyRadioFreqAttrs extends Infer<typeof nl80211WiphyRadioFreqAttrs> {}

/** NL80211_WIPHY_RADIO_ATTR_*, linux/nl80211.h */
export const nl80211WiphyRadioAttrs = attributes('NL80211_WIPHY_RADIO_ATTR', {
  index: [1, u32],
  freqRange: [2, multi(nl80211WiphyRadioFreqAttrs)],
  interfaceCombination: [3, multi(nl80211IfaceCombAttrs)],
  antennaMask: [4, u32],
  rtsThreshold: [5, u32],
})
export interface Nl80211WiphyRadioAttrs extends Infer<typeof nl80211WiphyRadioAttrs> {}

/** NL80211_IFTYPE_AKM_ATTR_*, linux/nl80211.h */
export const nl80211IftypeAkmAttrs = attributes('NL80211_IFTYPE_AKM_ATTR', {
  iftypes: [1, nl80211IftypesAttrs],
  suites: [2, array(akmSuite)],
})
export interface Nl80211IftypeAkmAttrs extends Infer<typeof nl80211IftypeAkmAttrs> {}

/** The NL80211_ATTR_* attributes inside NL80211_ATTR_IFTYPE_EXT_CAPA, linux/nl80211.h */
export const nl80211IftypeExtCapaAttrs = attributes('NL80211_ATTR', {
  iftype: [5, enumOf(u32, NL80211_IFTYPE)],
  extCapa: [169, bytes],
  extCapaMask: [170, bytes],
  emlCapability: [317, u16],
  mldCapaAndOps: [318, u16],
})
export interface Nl80211IftypeExtCapaAttrs extends Infer<typeof nl80211IftypeExtCapaAttrs> {}

/** NL80211_SAR_ATTR_SPECS_*, linux/nl80211.h */
export const nl80211SarSpecsAttrs = attributes('NL80211_SAR_ATTR_SPECS', {
  power: [1, i32], // quarters of a dBm
  rangeIndex: [2, u32],
  startFreq: [3, writtenAs(u32, inUnit('kHz'))],
  endFreq: [4, writtenAs(u32, inUnit('kHz'))],
})
export interface Nl80211SarSpecsAttrs extends Infer<typeof nl80211SarSpecsAttrs> {}

/** NL80211_SAR_ATTR_*, linux/nl80211.h */
export const nl80211SarAttrs = attributes('NL80211_SAR_ATTR', {
  type: [1, enumOf(u32, NL80211_SAR_TYPE)],
  specs: [2, list(nl80211SarSpecsAttrs)],
})
export interface Nl80211SarAttrs extends Infer<typeof nl80211SarAttrs> {}

/**
 * The NL80211_ATTR_* attributes inside NL80211_ATTR_BSS_PARAM in NL80211_CMD_NEW_WIPHY, linux/nl80211.h: the supported settings
 */
export const nl80211BssParamSupportAttrs = attributes('NL80211_ATTR', {
  bssCtsProt: [28, flag],
  bssShortPreamble: [29, flag],
  bssShortSlotTime: [30, flag],
  bssBasicRates: [36, flag],
  apIsolate: [96, flag],
  bssHtOpmode: [109, flag],
  p2pCtwindow: [162, flag],
  p2pOppps: [163, flag],
})
export interface Nl80211BssParamSupportAttrs extends Infer<typeof nl80211BssParamSupportAttrs> {}

/** The NL80211_ATTR_* attributes inside NL80211_ATTR_TX_FRAME_TYPES for each type of interface, linux/nl80211.h */
export const nl80211FrameTypesAttrs = attributes('NL80211_ATTR', { frameType: [101, multi(frameType)] })
export interface Nl80211FrameTypesAttrs extends Infer<typeof nl80211FrameTypesAttrs> {}

/** `struct nl80211_vendor_cmd_info`, linux/nl80211.h */
export const nl80211VendorCmdInfo = struct('nl80211_vendor_cmd_info', {
  vendorId: flagsOf(u32, NL80211_VENDOR_ID), // an OUI
  subcmd: u32,
})
