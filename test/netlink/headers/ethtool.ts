import * as ethtool from '../../../packages/netlink/dist/generic/ethtool/index.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'ethtool',
  headers: ['linux/ethtool_netlink.h', 'linux/ethtool_netlink_generated.h'],
  also: ['linux/ethtool.h', 'linux/net_tstamp.h'],
  declarations: [ethtool],
  structs: [],
  except: {
    ETHTOOL_FLAG_ALL: 'all bits',
    ETHTOOL_MSG_USER_NONE: 'means no message',
    ETHTOOL_MSG_KERNEL_NONE: 'means no message',
    SOF_TIMESTAMPING_MASK: 'all flags together',
    HWTSTAMP_FLAG_MASK: 'all flags together',
    RXH_DISCARD: 'used only by the ioctl interface',
  },
}
