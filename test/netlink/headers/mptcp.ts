import * as mptcp from '../../../packages/netlink/dist/generic/mptcp.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'mptcp_pm',
  headers: ['linux/mptcp_pm.h'],
  also: ['linux/mptcp.h'],
  declarations: [mptcp],
  structs: [],
  except: {
    MPTCP_PM_VER: 'a version',
    MPTCP_PM_ENDPOINT_ADDR: 'the same number as MPTCP_PM_ATTR_ADDR, under the name that the policy of endpoints uses',
  },
}
