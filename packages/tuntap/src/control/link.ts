import { IFF_UP } from '../abi.js'
import type { Queue } from '../device/queue.js'
import { ioctl } from './call.js'
import { TunTapError } from './error.js'
import { linkIoctl, openNextTo } from './netns.js'
import { readTunLink, type TunLink } from './tun-link.js'

/** True if the descriptor is still attached to a device, which may be in another namespace now (TUNGETIFF). */
export function exists(queue: Queue): boolean {
  if (!queue.isOpen) return false
  try {
    ioctl(queue.fd, 'TUNGETIFF', {}, queue)
    return true
  } catch (error) {
    if (error instanceof TunTapError) return false
    throw error
  }
}

/** Returns the index of the link (SIOCGIFINDEX). */
export const indexOf = (queue: Queue): number => linkIoctl(queue, 'SIOCGIFINDEX').value

/** Returns the MTU of the link (SIOCGIFMTU). */
export const mtuOf = (queue: Queue): number => linkIoctl(queue, 'SIOCGIFMTU').value

/** Sets the MTU of the link (SIOCSIFMTU). */
export const setMtu = (queue: Queue, mtu: number): void => void linkIoctl(queue, 'SIOCSIFMTU', { value: mtu })

/** True if the link is up (SIOCGIFFLAGS). */
export const isUp = (queue: Queue): boolean => (linkIoctl(queue, 'SIOCGIFFLAGS').flags & IFF_UP) !== 0

/** Sets the link up, and keeps its other flags (SIOCSIFFLAGS). */
export function setUp(queue: Queue): void {
  const { flags } = linkIoctl(queue, 'SIOCGIFFLAGS')
  linkIoctl(queue, 'SIOCSIFFLAGS', { flags: flags | IFF_UP })
}

/** Returns the device as netlink reports it; undefined if it was deleted. */
export const linkOf = (queue: Queue): TunLink | undefined =>
  readTunLink(indexOf(queue), (open) => openNextTo(queue, open))
