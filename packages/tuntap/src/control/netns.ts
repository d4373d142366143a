import { constants as fs } from 'node:fs'
import { constants } from 'node:os'
import { AF } from '@netloom/netlink/codec'
import { type Descriptor, isOwnNetns, openAdopted, openFile, openIn, openSocket } from '@netloom/netlink/socket'
import type { Macvtap, Queue } from '../device/queue.js'
import { ioctl } from './call.js'
import { TunTapError } from './error.js'
import { type ArgumentOf, type IoctlName, ioctls } from './ioctls.js'

const { EINVAL, ENODEV, EPERM } = constants.errno
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000

/** Opens a socket whose ioctls concern the links of the calling thread's namespace. */
export const openLinkSocket = (): Descriptor => openSocket(AF.INET, SOCK_DGRAM_CLOEXEC, 0)

/**
 * Opens the namespace of the device with `fs`, for the caller. It is closed with `closeSync`, which in a worker warns about descriptors
 * that `fs` did not open.
 */
export function openNetns(queue: Queue): number {
  const netns = openDeviceNetns(queue)
  try {
    return openFile(`/proc/thread-self/fd/${netns.fd}`, fs.O_RDONLY)
  } finally {
    netns.close()
  }
}

/** Opens the namespace of the device, which may have been moved since it was attached (TUNGETDEVNETNS). */
function openDeviceNetns(queue: Queue): Descriptor {
  if (queue.macvtap) return netnsOfMacvtap(queue, queue.macvtap)
  const netns = openAdopted('ioctlValue', queue.openFd(), ioctls.TUNGETDEVNETNS.request, 0)
  if (netns.fd < 0) throw new TunTapError('TUNGETDEVNETNS', -netns.fd, queue.name)
  return netns
}

/** Returns the namespace in which a macvtap was opened, unless the link was moved: its driver has no TUNGETDEVNETNS. */
function netnsOfMacvtap(queue: Queue, { netns }: Macvtap): Descriptor {
  queue.openFd()
  if (netns === undefined || !isIn(queue, isOwnNetns(netns.fd) ? undefined : netns.fd))
    throw new TunTapError('TUNGETDEVNETNS', EINVAL, queue.name, 'the driver of macvtap does not report its namespace')
  // The queue closes it.
  return { fd: netns.fd, close: () => {} }
}

/** True if the kernel does not open the namespace of the device: no CAP_NET_ADMIN, or a macvtap that was moved or opened elsewhere. */
const isUnknown = (error: unknown) => error instanceof TunTapError && [EPERM, EINVAL].includes(error.errno)

/**
 * Opens the namespace of the device. Returns undefined if it is the calling thread's, which must not be entered without CAP_SYS_ADMIN. If
 * the kernel does not open it, it is the calling thread's if that has a link like the device.
 * @throws {TunTapError} if the namespace is unknown
 */
export function openOtherNetns(queue: Queue): Descriptor | undefined {
  try {
    const netns = openDeviceNetns(queue)
    if (!isOwnNetns(netns.fd)) return netns
    netns.close()
  } catch (error) {
    if (!isUnknown(error) || !isIn(queue)) throw error
  }
  return undefined
}

/** Opens a descriptor in the namespace of the device. */
export function openNextTo(queue: Queue, open: () => Descriptor): Descriptor {
  const netns = openOtherNetns(queue)
  try {
    return openIn(netns?.fd, open)
  } finally {
    netns?.close()
  }
}

/** True if a link with the name, link type and address of the device is in a namespace. By default, that is the calling thread's. */
export function isIn(queue: Queue, netns?: number): boolean {
  const { name } = queue
  const own = ioctl(queue.openFd(), 'SIOCGIFHWADDR', {}, queue)
  const socket = openIn(netns, openLinkSocket)
  try {
    const found = ioctl(socket.fd, 'SIOCGIFHWADDR', { name }, queue)
    return found.family === own.family && found.address === own.address
  } catch (error) {
    if (error instanceof TunTapError && error.errno === ENODEV) return false
    throw error
  } finally {
    socket.close()
  }
}

type LinkIoctl = Extract<
  IoctlName,
  'SIOCGIFINDEX' | 'SIOCGIFMTU' | 'SIOCSIFMTU' | 'SIOCGIFFLAGS' | 'SIOCSIFFLAGS' | 'SIOCETHTOOL'
>

/** Makes an ioctl that takes the name of the device. If the device was renamed before the kernel looked it up, tries again. */
export function linkIoctl<N extends LinkIoctl>(
  queue: Queue,
  name: N,
  value: Omit<ArgumentOf<N>, 'name'> | object = {},
): ArgumentOf<N> {
  const socket = openNextTo(queue, openLinkSocket)
  try {
    for (;;) {
      const device = queue.name
      try {
        return ioctl(socket.fd, name, { ...value, name: device } as never, queue)
      } catch (error) {
        if (!(error instanceof TunTapError && error.errno === ENODEV) || queue.name === device) throw error
      }
    }
  } finally {
    socket.close()
  }
}
