import { constants as fs, openSync } from 'node:fs'
import { constants } from 'node:os'
import { AF } from '@netloom/netlink/codec'
import { check, closeFile, isOwnNetns, libc, openIn } from '@netloom/netlink/socket'
import type { Macvtap, Queue } from '../device/queue.js'
import { ioctl, ioctlNumber } from './call.js'
import { TunTapError } from './error.js'
import type { ArgumentOf, IoctlName } from './ioctls.js'

const { EINVAL, ENODEV, EPERM } = constants.errno
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000

/** Opens a socket whose ioctls concern the links of the calling thread's namespace. */
const openSocket = () => check('socket', libc.socket(AF.INET, SOCK_DGRAM_CLOEXEC, 0))

/** Opens a descriptor again. Descriptors that `fs` did not open, `closeSync` in a worker would warn about. */
const reopen = (fd: number) => openSync(`/proc/thread-self/fd/${fd}`, fs.O_RDONLY)

/** Opens the namespace of the device, which may have been moved since it was attached (TUNGETDEVNETNS). */
export function openNetns(queue: Queue): number {
  if (queue.macvtap) return openNetnsOfMacvtap(queue, queue.macvtap)
  const netns = ioctlNumber(queue.openFd(), 'TUNGETDEVNETNS', 0, queue)
  try {
    return reopen(netns)
  } finally {
    libc.close(netns)
  }
}

/** Opens the namespace in which a macvtap was opened, unless the link was moved: its driver has no TUNGETDEVNETNS. */
function openNetnsOfMacvtap(queue: Queue, { netns }: Macvtap): number {
  queue.openFd()
  if (netns === undefined || !isIn(queue, isOwnNetns(netns.fd) ? undefined : netns.fd))
    throw new TunTapError('TUNGETDEVNETNS', EINVAL, queue.name, 'the driver of macvtap does not report its namespace')
  return reopen(netns.fd)
}

/** True if the kernel does not open the namespace of the device: no CAP_NET_ADMIN, or a macvtap that was moved or opened elsewhere. */
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
    if (!isUnknown(error) || !isIn(queue)) throw error
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

/** True if a link with the name, link type and address of the device is in a namespace. By default, that is the calling thread's. */
export function isIn(queue: Queue, netns?: number): boolean {
  const { name } = queue
  const own = ioctl(queue.openFd(), 'SIOCGIFHWADDR', {}, queue)
  const socket = openIn(netns, openSocket)
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
