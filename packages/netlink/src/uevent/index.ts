import { constants } from '../codec/index.js'
import { NETLINK } from '../message/index.js'

/** NETLINK_KOBJECT_UEVENT, linux/netlink.h: the protocol's number. Each datagram is one {@link uevent}, without nlmsghdr. */
export const NETLINK_KOBJECT_UEVENT = NETLINK.KOBJECT_UEVENT

/** The multicast groups: 1 is the group of the kernel, 2 that of udev (`enum monitor_netlink_group`, systemd). */
export const MONITOR_GROUP = constants('MONITOR_GROUP', { KERNEL: 1, UDEV: 2 })

export type { Property } from './properties.js'
export type { UdevHeader } from './udev.js'
export { type Uevent, uevent } from './uevent.js'
