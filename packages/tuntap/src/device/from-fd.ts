import { fstatSync } from 'node:fs'
import { constants } from 'node:os'
import { ArgumentError, show } from '@netloom/netlink/codec'
import { adopt, check, libcFunction, uninterrupted } from '@netloom/netlink/socket'
import { IFF } from '../abi.js'
import { ioctl } from '../control/call.js'
import { TunTapError } from '../control/error.js'
import { linkOf } from '../control/link.js'
import { byteOrderOf } from '../control/vnet-header.js'
import { checkBoolean, checkInteger, checkOptions } from '../options.js'
import { HOST_ORDER } from './check-framing.js'
import type { Framing } from './framing.js'
import { checkNotOwned, own } from './owned.js'
import { Queue } from './queue.js'

/** Options of `TunTap.fromFd`. */
export interface FromFdOptions {
  /**
   * True if each frame begins with `struct tun_pi`. Needed only if the kernel does not report it: without CAP_NET_ADMIN in the namespace
   * of the device, and with the calling thread in another one.
   */
  readonly pi?: boolean | undefined
}

const { EPERM } = constants.errno

/** F_GETFL, F_SETFL, F_SETFD and FD_CLOEXEC, asm-generic/fcntl.h */
const F_SETFD = 2
const F_GETFL = 3
const F_SETFL = 4
const FD_CLOEXEC = 1
const O_NONBLOCK = 0o4000

const fcntl = libcFunction('int fcntl(int, int, unsigned long)')

const control = (fd: number, command: number, argument: number) =>
  check(
    'fcntl',
    uninterrupted(() => fcntl(fd, command, argument)),
    `descriptor ${fd}`,
  )

/** Major and minor number of /dev/net/tun, linux/miscdevice.h. Those of /dev/tapN are assigned at run time. */
const TUN_DEVICE = (10 << 8) | 200

/** Takes over a descriptor that is attached to a device. Does not close it if this throws. */
export function adoptQueue(fd: number, options: FromFdOptions = {}): Queue {
  checkInteger('a descriptor', fd, 0, 0x7fffffff)
  checkOptions(options, { pi: checkBoolean })
  checkNotOwned(fd)
  ioctl(fd, 'TUNGETIFF', {}, { name: `descriptor ${fd}` })
  // Closing this one has no effect: it only looks.
  const macvtap = fstatSync(fd).rdev === TUN_DEVICE ? undefined : { netns: undefined }
  const probe = new Queue({ fd, close: () => {} }, unknownFraming, macvtap)
  const framing = readFraming(probe, options.pi)
  probe.close()
  control(fd, F_SETFL, control(fd, F_GETFL, 0) | O_NONBLOCK)
  control(fd, F_SETFD, FD_CLOEXEC)
  const descriptor = own(adopt(fd))
  try {
    return new Queue(descriptor, framing, macvtap)
  } catch (error) {
    descriptor.close()
    throw error
  }
}

const unknownFraming: Framing = { pi: false, vnetHeaderSize: 0, vnetByteOrder: HOST_ORDER }

/** Reads the headers of a descriptor from the kernel. */
function readFraming(queue: Queue, given: boolean | undefined): Framing {
  const { fd } = queue
  const { flags } = ioctl(fd, 'TUNGETIFF', {}, queue)
  const pi = readPi(queue, flags) ?? given
  if (pi === undefined) {
    throw new ArgumentError(
      `expected the option pi for ${queue.name}, because the kernel does not report it to this process`,
    )
  }
  if (given !== undefined && given !== pi)
    throw new ArgumentError(`expected pi: ${pi} for ${queue.name}, as the device has it, got ${show(given)}`)
  const hasVnetHdr = (flags & IFF.VNET_HDR) !== 0
  return {
    pi,
    vnetHeaderSize: hasVnetHdr ? ioctl(fd, 'TUNGETVNETHDRSZ', 0, queue) : 0,
    vnetByteOrder: hasVnetHdr ? byteOrderOf(fd, queue) : HOST_ORDER,
  }
}

/**
 * Returns true if frames begin with `struct tun_pi`; undefined if the kernel does not report it. In the flags of TUNGETIFF, the bit of
 * IFF_NO_PI is also set if the queue has no classic filter (IFF_NOFILTER).
 */
function readPi(queue: Queue, flags: number): boolean | undefined {
  if (queue.macvtap) return false
  if ((flags & IFF.NO_PI) === 0) return true
  try {
    const pi = linkOf(queue)?.tun?.pi
    return pi === undefined ? undefined : pi === 1
  } catch (error) {
    if (error instanceof TunTapError && error.errno === EPERM) return undefined
    throw error
  }
}
