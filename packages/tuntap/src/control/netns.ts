import { constants as fs, openSync } from 'node:fs'
import { constants } from 'node:os'
import { AF } from '@netloom/netlink/codec'
import { check, closeFile, isOwnNetns, libc, openIn } from '@netloom/netlink/socket'
import type { Queue } from '../device/queue.js'
import { ioctl, ioctlNumber } from './call.js'
import { TunTapError } from './error.js'
import type { ArgumentOf, IoctlName } from './ioctls.js'

const { EINVAL, ENODEV, EPERM } = constants.errno
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000

/** Opens a socket whose ioctls concern the links of the calling thread's namespace. */
const openSocket = () => check('socket', libc.socket(AF.INET, SOCK_DGRAM_CLOEXEC, 0))

/** Opens the namespace of the device, which may have been moved since it was attached (TUNGETDEVNETNS). */
export function openNetns(queue: Queue): number {
  const netns = ioctlNumber(queue.openFd(), 'TUNGETDEVNETNS', 0, queue)
  try {
    // Opened again, because `closeSync` in a worker warns about descriptors that `fs` did not open.
    return openSync(`/proc/thread-self/fd/${netns}`, fs.O_RDONLY)
  } finally {
    libc.close(netns)
  }
}

/** True if the kernel does not open the namespace of the device: no CAP_NET_ADMIN, or a macvtap, which has no TUNGETDEVNETNS. */
const isUnknown = (error: unknown) => error instanceof TunTapError && [EPERM, EINVAL].includes(error.errno)

/**
 * Opens the namespace of the device. Returns undefined if it is the calling thread's, which must not be entered without CAP_SYS_ADMIN. If
 * the kernel does not open it, it is the calling thread's if that has a link like the device.
 * @throws {TunTapError} if the namespace is unknown
 */
export function openOtherNetns(queue: Queue): number | undefined {
  try {
    const netns = openNetns(queue)
    if (!isOwnNetns(netns)) return netns
    closeFile(netns)
  } catch (error) {
    if (!isUnknown(error) || !isHere(queue)) throw error
  }
  return undefined
}

/** Opens a descriptor in the namespace of the device. */
export function openNextTo(queue: Queue, open: () => number): number {
  const netns = openOtherNetns(queue)
  try {
    return openIn(netns, open)
  } finally {
    if (netns !== undefined) closeFile(netns)
  }
}

/** True if a link with the name, link type and address of the device is in the calling thread's namespace. */
export function isHere(queue: Queue): boolean {
  const { name } = queue
  const own = ioctl(queue.openFd(), 'SIOCGIFHWADDR', {}, queue)
  const socket = openSocket()
  try {
    const found = ioctl(socket, 'SIOCGIFHWADDR', { name }, queue)
    return found.family === own.family && found.address === own.address
  } catch (error) {
    if (error instanceof TunTapError && error.errno === ENODEV) return false
    throw error
  } finally {
    libc.close(socket)
  }
}

type LinkIoctl = Extract<IoctlName, 'SIOCGIFINDEX' | 'SIOCGIFMTU' | 'SIOCSIFMTU' | 'SIOCGIFFLAGS' | 'SIOCSIFFLAGS'>

/** Makes an ioctl that takes the name of the device. If the device was renamed before the kernel looked it up, tries again. */
export function linkIoctl<N extends LinkIoctl>(
  queue: Queue,
  name: N,
  value: Omit<ArgumentOf<N>, 'name'> | object = {},
): ArgumentOf<N> {
  const socket = openNextTo(queue, openSocket)
  try {
    for (;;) {
      const device = queue.name
      try {
        return ioctl(socket, name, { ...value, name: device } as never, queue)
      } catch (error) {
        if (!(error instanceof TunTapError && error.errno === ENODEV) || queue.name === device) throw error
      }
    }
  } finally {
    libc.close(socket)
  }
}
