import * as control from '../../../packages/netlink/dist/generic/control.js'
import { genlmsghdr } from '../../../packages/netlink/dist/generic/family.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'nlctrl',
  headers: ['linux/genetlink.h'],
  declarations: [control],
  structs: [[genlmsghdr, '']],
  numbers: { GENL_ID_CTRL: control.GENL_ID_CTRL },
  except: {
    GENL_HDRLEN: 'a length, not a flag of operations',
    GENL_NAMSIZ: 'a length, not a flag of operations',
    GENL_MAX_ID: 'limit of family numbers',
    GENL_ID_VFS_DQUOT: 'number of an undeclared family',
    GENL_ID_PMCRAID: 'number of an undeclared family',
    GENL_START_ALLOC: 'limit of family numbers',
  },
}
