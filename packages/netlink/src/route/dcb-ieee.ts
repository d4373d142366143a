import { attributes, enumOf, indexed, multi, pad, repeat, struct, u8, u16, u32, u64 } from '../codec/index.js'
import { DCB_CNDD, IEEE_8021QAZ_TSA } from './dcb-constants.js'
import { dcbApp } from './shared/dcb-app.js'

/** Settings negotiated by IEEE 802.1Qaz. Array elements are indexed by traffic class or priority, 0 to 7. */

const classes = 8 // IEEE_8021QAZ_MAX_TCS
const each8 = repeat(u8, classes)
const each32 = repeat(u32, classes)
const each64 = repeat(u64, classes)

/** `struct ieee_ets`, linux/dcbnl.h: enhanced transmission selection */
export const ieeeEts = struct('ieee_ets', {
  willing: u8,
  etsCap: u8,
  cbs: u8,
  tcTxBw: each8, // percent
  tcRxBw: each8, // percent
  tcTsa: repeat(enumOf(u8, IEEE_8021QAZ_TSA), 8),
  prioTc: each8,
  tcRecoBw: each8, // percent
  tcRecoTsa: repeat(enumOf(u8, IEEE_8021QAZ_TSA), 8),
  recoPrioTc: each8,
})

/** `struct ieee_maxrate`, linux/dcbnl.h */
export const ieeeMaxrate = struct('ieee_maxrate', {
  tcMaxrate: each64, // kbit/s
})

/** `struct ieee_qcn`, linux/dcbnl.h: congestion notification */
export const ieeeQcn = struct('ieee_qcn', {
  rpgEnable: each8,
  rpppMaxRps: each32,
  rpgTimeReset: each32,
  rpgByteReset: each32,
  rpgThreshold: each32,
  rpgMaxRate: each32,
  rpgAiRate: each32,
  rpgHaiRate: each32,
  rpgGd: each32,
  rpgMinDecFac: each32,
  rpgMinRate: each32,
  cnddStateMachine: repeat(enumOf(u32, DCB_CNDD), 8),
})

/** `struct ieee_qcn_stats`, linux/dcbnl.h */
export const ieeeQcnStats = struct('ieee_qcn_stats', { rpppRpCentiseconds: each64, rpppCreatedRps: each32 })

/** `struct ieee_pfc`, linux/dcbnl.h: priority flow control */
export const ieeePfc = struct('ieee_pfc', {
  pfcCap: u8,
  pfcEn: u8, // one bit per priority
  mbc: u8,
  _pad1: pad(1),
  delay: u16,
  _pad2: pad(2),
  requests: each64,
  indications: each64,
})

/** `struct dcbnl_buffer`, linux/dcbnl.h; sizes in bytes */
export const dcbnlBuffer = struct('dcbnl_buffer', { prio2buffer: each8, bufferSize: each32, totalSize: u32 })

/**
 * DCB_ATTR_IEEE_APP and DCB_ATTR_DCB_APP, linux/dcbnl.h: priorities of applications. The first has the selectors of IEEE 802.1Qaz,
 * the second those that only Linux has (DCB_APP_SEL_PCP).
 */
export const dcbIeeeAppAttrs = attributes('DCB_ATTR', {
  ieeeApp: [1, multi(dcbApp)],
  dcbApp: [2, multi(dcbApp)],
})

/**
 * DCB_ATTR_DCB_APP_TRUST_TABLE: the trusted selectors, most trusted first. The type of each attribute is DCB_ATTR_IEEE_APP (1)
 * or DCB_ATTR_DCB_APP (2), see `dcbnl_apptrust`.
 */
const appTrustTable = indexed(u8)

/** DCB_ATTR_IEEE_*, linux/dcbnl.h */
export const dcbIeeeAttrs = attributes('DCB_ATTR_IEEE', {
  ets: [1, ieeeEts],
  pfc: [2, ieeePfc],
  appTable: [3, dcbIeeeAppAttrs],
  peerEts: [4, ieeeEts],
  peerPfc: [5, ieeePfc],
  peerApp: [6, dcbIeeeAppAttrs],
  maxrate: [7, ieeeMaxrate],
  qcn: [8, ieeeQcn],
  qcnStats: [9, ieeeQcnStats],
  buffer: [10, dcbnlBuffer, 'DCB_ATTR_DCB_BUFFER'],
  appTrustTable: [11, appTrustTable, 'DCB_ATTR_DCB_APP_TRUST_TABLE'],
  rewrTable: [12, dcbIeeeAppAttrs, 'DCB_ATTR_DCB_REWR_TABLE'],
})
