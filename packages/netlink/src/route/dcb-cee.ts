import { attributes, enumOf, flag, flagsOf, multi, repeat, struct, u8, u16, u32 } from '../codec/index.js'
import { DCB_APP_IDTYPE, DCB_FEATCFG } from './dcb-constants.js'
import { dcbApp } from './shared/dcb-app.js'

/** Settings negotiated by CEE DCBX, the predecessor of the IEEE standard. `all` in a request selects all of them. */

/** DCB_PFC_UP_ATTR_*, linux/dcbnl.h: priority flow control by user priority */
export const dcbPfcUpAttrs = attributes('DCB_PFC_UP_ATTR', {
  up0: [1, u8, 'DCB_PFC_UP_ATTR_0'],
  up1: [2, u8, 'DCB_PFC_UP_ATTR_1'],
  up2: [3, u8, 'DCB_PFC_UP_ATTR_2'],
  up3: [4, u8, 'DCB_PFC_UP_ATTR_3'],
  up4: [5, u8, 'DCB_PFC_UP_ATTR_4'],
  up5: [6, u8, 'DCB_PFC_UP_ATTR_5'],
  up6: [7, u8, 'DCB_PFC_UP_ATTR_6'],
  up7: [8, u8, 'DCB_PFC_UP_ATTR_7'],
  all: [9, flag],
})

/** DCB_TC_ATTR_PARAM_*, linux/dcbnl.h: parameters of a traffic class */
export const dcbTcParamAttrs = attributes('DCB_TC_ATTR_PARAM', {
  pgid: [1, u8],
  upMapping: [2, u8], // one bit per priority
  strictPrio: [3, u8],
  bwPct: [4, u8],
  all: [5, flag],
})

/** DCB_PG_ATTR_*, linux/dcbnl.h: traffic classes, and the bandwidth of each group in percent */
export const dcbPgAttrs = attributes('DCB_PG_ATTR', {
  tc0: [1, dcbTcParamAttrs, 'DCB_PG_ATTR_TC_0'],
  tc1: [2, dcbTcParamAttrs, 'DCB_PG_ATTR_TC_1'],
  tc2: [3, dcbTcParamAttrs, 'DCB_PG_ATTR_TC_2'],
  tc3: [4, dcbTcParamAttrs, 'DCB_PG_ATTR_TC_3'],
  tc4: [5, dcbTcParamAttrs, 'DCB_PG_ATTR_TC_4'],
  tc5: [6, dcbTcParamAttrs, 'DCB_PG_ATTR_TC_5'],
  tc6: [7, dcbTcParamAttrs, 'DCB_PG_ATTR_TC_6'],
  tc7: [8, dcbTcParamAttrs, 'DCB_PG_ATTR_TC_7'],
  tcMax: [9, dcbTcParamAttrs],
  tcAll: [10, dcbTcParamAttrs],
  bwId0: [11, u8, 'DCB_PG_ATTR_BW_ID_0'],
  bwId1: [12, u8, 'DCB_PG_ATTR_BW_ID_1'],
  bwId2: [13, u8, 'DCB_PG_ATTR_BW_ID_2'],
  bwId3: [14, u8, 'DCB_PG_ATTR_BW_ID_3'],
  bwId4: [15, u8, 'DCB_PG_ATTR_BW_ID_4'],
  bwId5: [16, u8, 'DCB_PG_ATTR_BW_ID_5'],
  bwId6: [17, u8, 'DCB_PG_ATTR_BW_ID_6'],
  bwId7: [18, u8, 'DCB_PG_ATTR_BW_ID_7'],
  bwIdMax: [19, u8],
  bwIdAll: [20, flag],
})

/** DCB_BCN_ATTR_*, linux/dcbnl.h: backward congestion notification */
export const dcbBcnAttrs = attributes('DCB_BCN_ATTR', {
  rp0: [1, u8, 'DCB_BCN_ATTR_RP_0'],
  rp1: [2, u8, 'DCB_BCN_ATTR_RP_1'],
  rp2: [3, u8, 'DCB_BCN_ATTR_RP_2'],
  rp3: [4, u8, 'DCB_BCN_ATTR_RP_3'],
  rp4: [5, u8, 'DCB_BCN_ATTR_RP_4'],
  rp5: [6, u8, 'DCB_BCN_ATTR_RP_5'],
  rp6: [7, u8, 'DCB_BCN_ATTR_RP_6'],
  rp7: [8, u8, 'DCB_BCN_ATTR_RP_7'],
  rpAll: [9, flag],
  bcna0: [10, u32, 'DCB_BCN_ATTR_BCNA_0'],
  bcna1: [11, u32, 'DCB_BCN_ATTR_BCNA_1'],
  alpha: [12, u32],
  beta: [13, u32],
  gd: [14, u32],
  gi: [15, u32],
  tmax: [16, u32],
  td: [17, u32],
  rmin: [18, u32],
  w: [19, u32],
  rd: [20, u32],
  ru: [21, u32],
  wrtt: [22, u32],
  ri: [23, u32],
  c: [24, u32],
  all: [25, flag],
})

/** DCB_APP_ATTR_*, linux/dcbnl.h */
export const dcbAppAttrs = attributes('DCB_APP_ATTR', {
  idtype: [1, enumOf(u8, DCB_APP_IDTYPE)],
  id: [2, u16],
  priority: [3, u8],
})

/** DCB_FEATCFG_ATTR_*, linux/dcbnl.h */
export const dcbFeatcfgAttrs = attributes('DCB_FEATCFG_ATTR', {
  all: [1, flag],
  pg: [2, flagsOf(u8, DCB_FEATCFG)],
  pfc: [3, flagsOf(u8, DCB_FEATCFG)],
  app: [4, flagsOf(u8, DCB_FEATCFG)],
})

/** `struct cee_pg`, linux/dcbnl.h */
export const ceePg = struct('cee_pg', {
  willing: u8,
  error: u8,
  pgEn: u8,
  tcsSupported: u8,
  pgBw: repeat(u8, 8), // percent
  prioPg: repeat(u8, 8),
})

/** `struct cee_pfc`, linux/dcbnl.h */
export const ceePfc = struct('cee_pfc', { willing: u8, error: u8, pfcEn: u8, tcsSupported: u8 })

/** `struct dcb_peer_app_info`, linux/dcbnl.h */
export const dcbPeerAppInfo = struct('dcb_peer_app_info', { willing: u8, error: u8 })

/** DCB_ATTR_CEE_PEER_APP_*, linux/dcbnl.h */
export const dcbCeePeerAppAttrs = attributes('DCB_ATTR_CEE', {
  peerAppInfo: [1, dcbPeerAppInfo],
  peerApp: [2, multi(dcbApp)],
})

/** DCB_ATTR_CEE_APP_TABLE, linux/dcbnl.h. The kernel sends DCB_ATTR_APP inside it (`dcbnl_cee_fill`). */
export const dcbCeeAppAttrs = attributes('DCB_ATTR', {
  ceeApp: [1, multi(dcbApp)],
  app: [12, multi(dcbAppAttrs)],
})

/** DCB_ATTR_CEE_*, linux/dcbnl.h */
export const dcbCeeAttrs = attributes('DCB_ATTR_CEE', {
  peerPg: [1, ceePg],
  peerPfc: [2, ceePfc],
  peerAppTable: [3, dcbCeePeerAppAttrs],
  txPg: [4, dcbPgAttrs],
  rxPg: [5, dcbPgAttrs],
  pfc: [6, dcbPfcUpAttrs],
  appTable: [7, dcbCeeAppAttrs],
  feat: [8, dcbFeatcfgAttrs],
})
