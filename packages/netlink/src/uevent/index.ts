import { constants } from '../codec/index.js'
import { NETLINK } from '../message/index.js'

/**
 * Number of the protocol NETLINK_KOBJECT_UEVENT, linux/netlink.h. Each datagram is one {@link uevent}, without `nlmsghdr`.
 */
export const NETLINK_KOBJECT_UEVENT = NETLINK.KOBJECT_UEVENT

/** Multicast groups: the kernel sends to group 1, udev to group 2 (`enum monitor_netlink_group` of systemd). */
export const MONITOR_GROUP = constants('MONITOR_GROUP', { KERNEL: 1, UDEV: 2 })

export type { Property } from './properties.js'
export type { UdevHeader } from './udev.js'
export { type Uevent, uevent } from './uevent.js'
