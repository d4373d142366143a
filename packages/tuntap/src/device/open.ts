import { constants as fs, openSync } from 'node:fs'
import { constants } from 'node:os'
import { AF, compile, encode } from '@netloom/netlink/codec'
import { check, closeFile, libc, openIn, SystemError } from '@netloom/netlink/socket'
import { IFF, ifreq, ifreqIndex, ioctl, TunTapError } from '../abi.js'
import type { TunTapOptions } from '../options.js'
import { Queue } from './queue.js'

const DEVICE = '/dev/net/tun'
const { ENODEV } = constants.errno
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000

function openDevice(): number {
  try {
    return openSync(DEVICE, fs.O_RDWR | fs.O_NONBLOCK)
  } catch (error) {
    throw new SystemError('open', -((error as NodeJS.ErrnoException).errno ?? 0), DEVICE)
  }
}

/** Returns the index of a link in the calling thread's namespace. @throws {TunTapError} `ENODEV` if there is none */
function indexOf(name: string): number {
  const fd = check('socket', libc.socket(AF.INET, SOCK_DGRAM_CLOEXEC, 0))
  try {
    const argument = encode(ifreqIndex, { name })
    ioctl(fd, 'SIOCGIFINDEX', argument, name)
    return compile(ifreqIndex).read(argument, 0).index
  } finally {
    libc.close(fd)
  }
}

/**
 * Opens /dev/net/tun and attaches to a device, which TUNSETIFF creates if it does not exist. open(2) determines the namespace, so
 * the calling thread must be in the device's.
 */
function openAttached({ mode, name, multiQueue, vnetHdr, pi }: TunTapOptions, more: number): number {
  const flags =
    (mode === 'tap' ? IFF.TAP : IFF.TUN) |
    (multiQueue ? IFF.MULTI_QUEUE : 0) |
    (vnetHdr ? IFF.VNET_HDR : 0) |
    (pi ? 0 : IFF.NO_PI) |
    more
  const fd = openDevice()
  try {
    ioctl(fd, 'TUNSETIFF', encode(ifreq, { name: name ?? '', flags }), name ?? `${mode}%d`)
    return fd
  } catch (error) {
    closeFile(fd)
    throw error
  }
}

/** Attaches to an existing device. TUNSETIFF alone would create a missing one, so this compares the index before and after. */
function openExisting(options: TunTapOptions, name: string): number {
  const before = indexOf(name)
  const fd = openAttached(options, 0)
  try {
    // The device was deleted meanwhile, and TUNSETIFF created a new one. Closing the descriptor deletes it.
    if (indexOf(name) !== before) throw new TunTapError('TUNSETIFF', ENODEV, name)
    return fd
  } catch (error) {
    closeFile(fd)
    throw error
  }
}

function attached({ netns, pi = false }: TunTapOptions, open: () => number): Queue {
  const fd = openIn(netns, open)
  try {
    return new Queue(fd, pi)
  } catch (error) {
    closeFile(fd)
    throw error
  }
}

/** Creates a device and attaches to it. */
export const openNew = (options: TunTapOptions): Queue => attached(options, () => openAttached(options, IFF.TUN_EXCL))

/** Attaches to an existing device. */
export const openNamed = (options: TunTapOptions & { readonly name: string }): Queue =>
  attached(options, () => openExisting(options, options.name))
