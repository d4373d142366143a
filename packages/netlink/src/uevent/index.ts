import { constants } from '../codec/index.js'
import { NETLINK } from '../message/index.js'

/** NETLINK_KOBJECT_UEVENT, linux/netlink.h: the protocol's number. Its datagrams are a {@link uevent} each, without nlmsghdr. */
export const NETLINK_KOBJECT_UEVENT = NETLINK.KOBJECT_UEVENT

/** The multicast groups: 1 is the kernel's, 2 udev's (`enum monitor_netlink_group`, systemd). */
export const MONITOR_GROUP = constants('MONITOR_GROUP', { KERNEL: 1, UDEV: 2 })

export type { Property } from './properties.js'
export type { UdevHeader } from './udev.js'
export { type Uevent, uevent } from './uevent.js'
