import * as uevent from '../../../packages/netlink/dist/uevent/index.js'
import type { HeaderFamily } from '../../support/header-family.js'

export const headers: HeaderFamily = {
  name: 'uevent',
  headers: [],
  also: ['linux/netlink.h'],
  declarations: [uevent],
  structs: [],
  numbers: { NETLINK_KOBJECT_UEVENT: uevent.NETLINK_KOBJECT_UEVENT },
  unnamed: [[uevent.MONITOR_GROUP, 'defined by systemd, which has no header for it']],
}
