import { constants } from '../codec/index.js'

/** IEEE_8021QAZ_TSA_*, linux/dcbnl.h: transmission selection algorithm of a traffic class */
export const IEEE_8021QAZ_TSA = constants('IEEE_8021QAZ_TSA', { STRICT: 0, CB_SHAPER: 1, ETS: 2, VENDOR: 255 })

/** IEEE_8021QAZ_APP_SEL_*, linux/dcbnl.h: meaning of the `protocol` of an application */
export const IEEE_8021QAZ_APP_SEL = constants('IEEE_8021QAZ_APP_SEL', {
  ETHERTYPE: 1,
  STREAM: 2,
  DGRAM: 3,
  ANY: 4,
  DSCP: 5,
})

/** DCB_CNDD_*, linux/dcbnl.h */
export const DCB_CNDD = constants('DCB_CNDD', { RESET: 0, EDGE: 1, INTERIOR: 2, INTERIOR_READY: 3 })

/** DCB_CAP_DCBX_*, linux/dcbnl.h */
export const DCB_CAP_DCBX = constants('DCB_CAP_DCBX', {
  HOST: 0x1,
  LLD_MANAGED: 0x2,
  VER_CEE: 0x4,
  VER_IEEE: 0x8,
  STATIC: 0x10,
})

/** DCB_APP_IDTYPE_*, linux/dcbnl.h */
export const DCB_APP_IDTYPE = constants('DCB_APP_IDTYPE', { ETHTYPE: 0, PORTNUM: 1 })

/** DCB_APP_SEL_*, linux/dcbnl.h: a selector in addition to IEEE_8021QAZ_APP_SEL_* */
export const DCB_APP_SEL = constants('DCB_APP_SEL', { PCP: 255 })

/** DCB_FEATCFG_*, linux/dcbnl.h */
export const DCB_FEATCFG = constants('DCB_FEATCFG', { ERROR: 0x1, ENABLE: 0x2, WILLING: 0x4, ADVERTISE: 0x8 })
