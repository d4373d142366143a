import {
  attributes,
  bitsOf,
  bytes,
  type Declaration,
  enumOf,
  flag,
  flagsOf,
  type Infer,
  i32,
  i64,
  inUnit,
  lazy,
  list,
  lladdr,
  milliseconds,
  seconds,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../../codec/index.js'
import {
  NL80211_CHAN_WIDTH,
  NL80211_PMSR_FTM_FAILURE,
  NL80211_PMSR_FTM_REQ_TYPE,
  NL80211_PMSR_STATUS,
  NL80211_PREAMBLE,
} from './constants.js'
import { nl80211ChannelAttrs } from './settings.js'
import { nl80211RateInfoAttrs } from './station.js'

/** NL80211_FTM_RESP_ATTR_*, linux/nl80211.h */
export const nl80211FtmRespAttrs = attributes('NL80211_FTM_RESP_ATTR', {
  enabled: [1, flag],
  lci: [2, bytes],
  civicloc: [3, bytes],
})
export interface Nl80211FtmRespAttrs extends Infer<typeof nl80211FtmRespAttrs> {}

/** NL80211_FTM_STATS_*, linux/nl80211.h */
export const nl80211FtmStatsAttrs = attributes('NL80211_FTM_STATS', {
  successNum: [1, u32],
  partialNum: [2, u32],
  failedNum: [3, u32],
  asapNum: [4, u32],
  nonAsapNum: [5, u32],
  totalDurationMsec: [6, writtenAs(u64, milliseconds)],
  unknownTriggersNum: [7, u32],
  rescheduleRequestsNum: [8, u32],
  outOfWindowTriggersNum: [9, u32],
  pad: [10, bytes],
})
export interface Nl80211FtmStatsAttrs extends Infer<typeof nl80211FtmStatsAttrs> {}

/** NL80211_PMSR_FTM_TYPE_CAPA_ATTR_*, linux/nl80211.h */
export const nl80211PmsrFtmTypeCapaAttrs = attributes('NL80211_PMSR_FTM_TYPE_CAPA_ATTR', {
  infraSupport: [1, flag],
  pdSupport: [2, flag],
})
export interface Nl80211PmsrFtmTypeCapaAttrs extends Infer<typeof nl80211PmsrFtmTypeCapaAttrs> {}

/** Capabilities of one role in a measurement. The numbers are those of NL80211_PMSR_FTM_CAPA_ATTR_*. */
const roleCaps = lazy((): Declaration<Nl80211PmsrFtmCapaAttrs> => nl80211PmsrFtmCapaAttrs)

/** NL80211_PMSR_FTM_CAPA_ATTR_*, linux/nl80211.h */
export const nl80211PmsrFtmCapaAttrs = attributes('NL80211_PMSR_FTM_CAPA_ATTR', {
  asap: [1, flag],
  nonAsap: [2, flag],
  reqLci: [3, flag],
  reqCivicloc: [4, flag],
  preambles: [5, flagsOf(u32, bitsOf(NL80211_PREAMBLE))],
  bandwidths: [6, flagsOf(u32, bitsOf(NL80211_CHAN_WIDTH))],
  maxBurstsExponent: [7, u32],
  maxFtmsPerBurst: [8, u32],
  triggerBased: [9, flag],
  nonTriggerBased: [10, flag],
  '6ghzSupport': [11, flag],
  maxTxLtfRep: [12, u32],
  maxRxLtfRep: [13, u32],
  maxTxSts: [14, u32],
  maxRxSts: [15, u32],
  maxTotalLtfTx: [16, u32],
  maxTotalLtfRx: [17, u32],
  rstaSupport: [18, flag],
  istaCaps: [19, roleCaps],
  rstaCaps: [20, roleCaps],
  supportNtb: [21, flag],
  supportTb: [22, flag],
  supportEdca: [23, flag],
  typeCaps: [24, nl80211PmsrFtmTypeCapaAttrs],
  concurrentIstaRstaSupport: [25, flag],
  maxNumTxAntennas: [26, u8],
  maxNumRxAntennas: [27, u8],
  minIntervalEdca: [28, u32],
  minIntervalNtb: [29, u32],
  pdPreambles: [30, u32],
  pdBandwidths: [31, u32],
})
export interface Nl80211PmsrFtmCapaAttrs extends Infer<typeof nl80211PmsrFtmCapaAttrs> {}

/** NL80211_PMSR_FTM_REQ_ATTR_*, linux/nl80211.h */
export const nl80211PmsrFtmReqAttrs = attributes('NL80211_PMSR_FTM_REQ_ATTR', {
  asap: [1, flag],
  preamble: [2, enumOf(u32, NL80211_PREAMBLE)],
  numBurstsExp: [3, u8],
  burstPeriod: [4, u16], // 100 milliseconds
  burstDuration: [5, u8],
  ftmsPerBurst: [6, u8],
  numFtmrRetries: [7, u8],
  requestLci: [8, flag],
  requestCivicloc: [9, flag],
  triggerBased: [10, flag],
  nonTriggerBased: [11, flag],
  lmrFeedback: [12, flag],
  bssColor: [13, u8],
  rsta: [14, flag],
  minTimeBetweenMeasurements: [15, u32],
  maxTimeBetweenMeasurements: [16, u32],
  nominalTime: [17, u32],
  awDuration: [18, u32],
  numMeasurements: [19, u32],
  pad: [20, bytes],
  ingress: [21, u64],
  egress: [22, u64],
  pdSuppressResults: [23, flag],
})
export interface Nl80211PmsrFtmReqAttrs extends Infer<typeof nl80211PmsrFtmReqAttrs> {}

/** NL80211_PMSR_FTM_RESP_ATTR_*, linux/nl80211.h */
export const nl80211PmsrFtmRespAttrs = attributes('NL80211_PMSR_FTM_RESP_ATTR', {
  failReason: [1, enumOf(u32, NL80211_PMSR_FTM_FAILURE)],
  burstIndex: [2, u32],
  numFtmrAttempts: [3, u32],
  numFtmrSuccesses: [4, u32],
  busyRetryTime: [5, writtenAs(u32, seconds)],
  numBurstsExp: [6, u8],
  burstDuration: [7, u8],
  ftmsPerBurst: [8, u8],
  rssiAvg: [9, writtenAs(i32, inUnit('dBm'))],
  rssiSpread: [10, i32], // dB
  txRate: [11, nl80211RateInfoAttrs],
  rxRate: [12, nl80211RateInfoAttrs],
  rttAvg: [13, i64], // picoseconds
  rttVariance: [14, u64],
  rttSpread: [15, u64], // picoseconds
  distAvg: [16, i64], // millimetres
  distVariance: [17, u64],
  distSpread: [18, u64], // millimetres
  lci: [19, bytes],
  civicloc: [20, bytes],
  pad: [21, bytes],
  burstPeriod: [22, u16],
  txLtfRepetitionCount: [23, u32],
  rxLtfRepetitionCount: [24, u32],
  maxTimeBetweenMeasurements: [25, u32],
  minTimeBetweenMeasurements: [26, u32],
  numTxSpatialStreams: [27, u8],
  numRxSpatialStreams: [28, u8],
  nominalTime: [29, u32],
  availabilityWindow: [30, u8],
  channelWidth: [31, u32],
  preamble: [32, u32],
  isDelayedLmr: [33, flag],
})
export interface Nl80211PmsrFtmRespAttrs extends Infer<typeof nl80211PmsrFtmRespAttrs> {}

/** NL80211_PMSR_TYPE_*, linux/nl80211.h: supported measurements */
export const nl80211PmsrTypeCapaAttrs = attributes('NL80211_PMSR_TYPE', { ftm: [1, nl80211PmsrFtmCapaAttrs] })
export interface Nl80211PmsrTypeCapaAttrs extends Infer<typeof nl80211PmsrTypeCapaAttrs> {}

/** NL80211_PMSR_TYPE_*, linux/nl80211.h: requested measurements */
export const nl80211PmsrTypeReqAttrs = attributes('NL80211_PMSR_TYPE', { ftm: [1, nl80211PmsrFtmReqAttrs] })
export interface Nl80211PmsrTypeReqAttrs extends Infer<typeof nl80211PmsrTypeReqAttrs> {}

/** NL80211_PMSR_TYPE_*, linux/nl80211.h: results of measurements */
export const nl80211PmsrTypeRespAttrs = attributes('NL80211_PMSR_TYPE', { ftm: [1, nl80211PmsrFtmRespAttrs] })
export interface Nl80211PmsrTypeRespAttrs extends Infer<typeof nl80211PmsrTypeRespAttrs> {}

/** NL80211_PMSR_REQ_ATTR_*, linux/nl80211.h */
export const nl80211PmsrReqAttrs = attributes('NL80211_PMSR_REQ_ATTR', {
  data: [1, nl80211PmsrTypeReqAttrs],
  getApTsf: [2, flag],
})
export interface Nl80211PmsrReqAttrs extends Infer<typeof nl80211PmsrReqAttrs> {}

/** NL80211_PMSR_RESP_ATTR_*, linux/nl80211.h */
export const nl80211PmsrRespAttrs = attributes('NL80211_PMSR_RESP_ATTR', {
  data: [1, nl80211PmsrTypeRespAttrs],
  status: [2, enumOf(u32, NL80211_PMSR_STATUS)],
  hostTime: [3, u64], // nanoseconds since boot
  apTsf: [4, u64],
  final: [5, flag],
  pad: [6, bytes],
})
export interface Nl80211PmsrRespAttrs extends Infer<typeof nl80211PmsrRespAttrs> {}

/** NL80211_PMSR_PEER_ATTR_*, linux/nl80211.h */
export const nl80211PmsrPeerAttrs = attributes('NL80211_PMSR_PEER_ATTR', {
  addr: [1, lladdr],
  chan: [2, nl80211ChannelAttrs],
  req: [3, nl80211PmsrReqAttrs],
  resp: [4, nl80211PmsrRespAttrs],
  reqType: [5, enumOf(u32, NL80211_PMSR_FTM_REQ_TYPE)],
})
export interface Nl80211PmsrPeerAttrs extends Infer<typeof nl80211PmsrPeerAttrs> {}

/** NL80211_PMSR_ATTR_*, linux/nl80211.h */
export const nl80211PmsrAttrs = attributes('NL80211_PMSR_ATTR', {
  maxPeers: [1, u32],
  reportApTsf: [2, flag],
  randomizeMacAddr: [3, flag],
  typeCapa: [4, nl80211PmsrTypeCapaAttrs],
  peers: [5, list(nl80211PmsrPeerAttrs)],
  maxPeerIstaRole: [6, u32],
  maxPeerRstaRole: [7, u32],
})
export interface Nl80211PmsrAttrs extends Infer<typeof nl80211PmsrAttrs> {}
