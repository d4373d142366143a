import * as devlink from '../../../packages/netlink/dist/generic/devlink/index.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'devlink',
  headers: ['linux/devlink.h'],
  declarations: [devlink],
  structs: [],
  except: {
    DEVLINK_PORT_FN_ATTR_CAP_ROCE_BIT: 'bit number of DEVLINK_PORT_FN_CAP_ROCE and so on',
    DEVLINK_SUPPORTED_FLASH_OVERWRITE_SECTIONS: 'all bits',
    DEVLINK_RELOAD_LIMITS_VALID_MASK: 'all bits',
  },
}
