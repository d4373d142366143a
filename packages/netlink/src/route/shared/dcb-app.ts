import { struct, u8, u16 } from '../../codec/index.js'

/** `struct dcb_app`, linux/dcbnl.h */
export const dcbApp = struct('dcb_app', {
  selector: u8, // IEEE_8021QAZ_APP_SEL_* or DCB_APP_SEL_PCP; DCB_APP_IDTYPE_* of CEE
  priority: u8,
  protocol: u16,
})
