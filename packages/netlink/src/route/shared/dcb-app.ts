import { enumOf, struct, u8, u16 } from '../../codec/index.js'
import { DCB_APP_SEL, IEEE_8021QAZ_APP_SEL } from '../dcb-constants.js'

/** `struct dcb_app`, linux/dcbnl.h */
export const dcbApp = struct('dcb_app', {
  selector: enumOf(u8, IEEE_8021QAZ_APP_SEL, DCB_APP_SEL), // in CEE messages, DCB_APP_IDTYPE_*
  priority: u8,
  protocol: u16,
})
