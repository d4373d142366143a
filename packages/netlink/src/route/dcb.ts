import {
  AF,
  attributes,
  type Choice,
  choice,
  constants,
  type Declaration,
  enumOf,
  flag,
  flagsOf,
  type Infer,
  lladdr,
  message,
  pad,
  string,
  struct,
  u8,
} from '../codec/index.js'
import * as cee from './dcb-cee.js'
import { DCB_CAP_DCBX } from './dcb-constants.js'
import { dcbIeeeAttrs } from './dcb-ieee.js'

/** DCB_CMD_*, linux/dcbnl.h: commands of data centre bridging */
export const DCB_CMD = constants('DCB_CMD', {
  UNDEFINED: 0,
  GSTATE: 1,
  SSTATE: 2,
  PGTX_GCFG: 3,
  PGTX_SCFG: 4,
  PGRX_GCFG: 5,
  PGRX_SCFG: 6,
  PFC_GCFG: 7,
  PFC_SCFG: 8,
  SET_ALL: 9,
  GPERM_HWADDR: 10,
  GCAP: 11,
  GNUMTCS: 12,
  SNUMTCS: 13,
  PFC_GSTATE: 14,
  PFC_SSTATE: 15,
  BCN_GCFG: 16,
  BCN_SCFG: 17,
  GAPP: 18,
  SAPP: 19,
  IEEE_SET: 20,
  IEEE_GET: 21,
  GDCBX: 22,
  SDCBX: 23,
  GFEATCFG: 24,
  SFEATCFG: 25,
  CEE_GET: 26,
  IEEE_DEL: 27,
})

/** `struct dcbmsg`, linux/dcbnl.h */
export const dcbmsg = struct('dcbmsg', {
  family: enumOf(u8, AF), // AF_UNSPEC
  cmd: enumOf(u8, DCB_CMD),
  _pad: pad(2),
})

/** Declares attributes, or the reply to a request that sets them: one byte, 0 or an error. */
const orResult = <A>(attrs: Declaration<A>): Choice<A | number> =>
  choice<A | number>(attrs.name, [attrs, u8], {
    ofBytes: (_bytes, start, end) => (end - start === u8.size ? u8 : attrs),
    ofValue: (value) => (typeof value === 'number' ? u8 : attrs),
  })

/** DCB_CAP_ATTR_*, linux/dcbnl.h: capabilities of a link */
export const dcbCapAttrs = attributes('DCB_CAP_ATTR', {
  all: [1, flag],
  pg: [2, u8],
  pfc: [3, u8],
  up2tc: [4, u8, 'DCB_CAP_ATTR_UP2TC'],
  pgTcs: [5, u8], // one bit per supported number of traffic classes
  pfcTcs: [6, u8], // one bit per supported number of traffic classes
  gsp: [7, u8],
  bcn: [8, u8],
  dcbx: [9, flagsOf(u8, DCB_CAP_DCBX)],
})

/** DCB_NUMTCS_ATTR_*, linux/dcbnl.h: numbers of traffic classes */
export const dcbNumtcsAttrs = attributes('DCB_NUMTCS_ATTR', {
  all: [1, flag],
  pg: [2, u8],
  pfc: [3, u8],
})

/** DCB_ATTR_*, linux/dcbnl.h. In a request, the flag `all` selects everything. */
export const dcbAttrs = attributes('DCB_ATTR', {
  ifname: [1, string],
  state: [2, u8],
  pfcState: [3, u8],
  pfcCfg: [4, orResult(cee.dcbPfcUpAttrs)],
  numTc: [5, u8],
  pgCfg: [6, orResult(cee.dcbPgAttrs)],
  setAll: [7, u8],
  permHwaddr: [8, lladdr], // 32 bytes: the addresses, padded with 0x00 or 0xff
  cap: [9, dcbCapAttrs],
  numtcs: [10, orResult(dcbNumtcsAttrs)],
  bcn: [11, orResult(cee.dcbBcnAttrs)],
  app: [12, orResult(cee.dcbAppAttrs)],
  ieee: [13, orResult(dcbIeeeAttrs)],
  dcbx: [14, flagsOf(u8, DCB_CAP_DCBX)],
  featcfg: [15, orResult(cee.dcbFeatcfgAttrs)],
  cee: [16, cee.dcbCeeAttrs],
})

/** RTM_GETDCB, RTM_SETDCB */
export const dcbMessage = message('dcb', dcbmsg, dcbAttrs)
export interface DcbMessage extends Infer<typeof dcbMessage> {}
