import { constants as fs } from 'node:fs'
import { constants } from 'node:os'
import { adoptFile, type Descriptor, openFile, openIn } from '@netloom/netlink/socket'
import { IFF } from '../abi.js'
import { ioctl, ioctlNumber, type Named } from '../control/call.js'
import { TunTapError } from '../control/error.js'
import { whyNotAttached } from '../control/explain.js'
import { openLinkSocket } from '../control/netns.js'
import { readTunLink } from '../control/tun-link.js'
import { byteOrderOf } from '../control/vnet-header.js'
import type { CreateOptions, TunTapOptions } from '../options.js'
import { checkHeaderSize, checkHeaders, framingFor, setHeaderSize } from './check-framing.js'
import type { Framing } from './framing.js'
import { own } from './owned.js'
import { Queue } from './queue.js'

export const TUN_NODE = '/dev/net/tun'
const { EBUSY, ENODEV } = constants.errno

/** Opens a device node for reading and writing. @throws {SystemError} */
export function openNode(path: string): Descriptor {
  // Adopted at once: a worker may be terminated while it makes the next calls.
  return own(adoptFile(openFile(path, fs.O_RDWR | fs.O_NONBLOCK)))
}

/** Calls `use` with a temporary socket in the calling thread's namespace, on which it makes an ioctl. */
function socketIoctl<R>(use: (fd: number) => R): R {
  const socket = openLinkSocket()
  try {
    return use(socket.fd)
  } finally {
    socket.close()
  }
}

/** Returns the index of a link in the calling thread's namespace. @throws {TunTapError} `ENODEV` if there is none */
export const indexOfName = (name: string): number =>
  socketIoctl((fd) => ioctl(fd, 'SIOCGIFINDEX', { name }, { name }).value)

/** Returns the name of the link with an index; undefined if the index is free. */
function nameOfIndex(index: number): string | undefined {
  try {
    return socketIoctl((fd) => ioctl(fd, 'SIOCGIFNAME', { value: index }, { name: `link ${index}` }).name)
  } catch {
    return undefined
  }
}

/** Returns the flags of TUNSETIFF. */
const flagsOf = ({ mode, multiQueue, vnetHdr, pi, napi, napiFrags, carrier }: TunTapOptions): number =>
  (mode === 'tap' ? IFF.TAP : IFF.TUN) |
  (multiQueue ? IFF.MULTI_QUEUE : 0) |
  (vnetHdr ? IFF.VNET_HDR : 0) |
  (pi ? 0 : IFF.NO_PI) |
  (napi ? IFF.NAPI : 0) |
  (napiFrags ? IFF.NAPI_FRAGS : 0) |
  (carrier === false ? IFF.NO_CARRIER : 0)

/** Opens a descriptor and passes it to `use`. Closes it if that throws. */
function openWith(use: (fd: number) => void): Descriptor {
  const descriptor = openNode(TUN_NODE)
  try {
    use(descriptor.fd)
    return descriptor
  } catch (error) {
    descriptor.close()
    throw error
  }
}

/** Creates a device in the calling thread's namespace. */
function openNewHere(options: CreateOptions): Descriptor {
  const { mode, name = '', index } = options
  const device = { name: name === '' ? `${mode}%d` : name }
  return openWith((fd) => {
    if (index !== undefined) ioctl(fd, 'TUNSETIFINDEX', index, device)
    try {
      ioctl(fd, 'TUNSETIFF', { name, flags: flagsOf(options) | IFF.TUN_EXCL }, device)
    } catch (error) {
      const holder = index === undefined ? undefined : nameOfIndex(index)
      if (!(error instanceof TunTapError && error.errno === EBUSY) || holder === undefined) throw error
      const what = holder === name ? 'device exists' : `index ${index} is the one of ${holder}`
      throw new TunTapError('TUNSETIFF', EBUSY, device.name, what)
    }
    setHeaderSize(fd, framingFor(options), device)
  })
}

/** Replaces the format that a persistent device keeps. Offloads would remain, even if the new frames have no header that describes them. */
function resetFormat(fd: number, framing: Framing, device: Named): void {
  setHeaderSize(fd, framing, device)
  ioctlNumber(fd, 'TUNSETOFFLOAD', 0, device)
}

/**
 * Attaches to a device of the calling thread's namespace. TUNSETIFF alone would create a missing one, so this compares the index
 * before and after.
 */
function openExistingHere(options: TunTapOptions, name: string): Descriptor {
  const device = { name }
  const index = indexOfName(name)
  const framing = framingFor(options)
  // An attached queue receives frames that the device's other queues would have received. So this is checked before.
  const hasOthers = options.multiQueue && checkHeaders(readTunLink(index), framing, 0, name)
  // Without a carrier, no frame arrives in the format that the last descriptor has left.
  const flags = flagsOf(options) | (hasOthers ? 0 : IFF.NO_CARRIER)
  return openWith((fd) => {
    try {
      ioctl(fd, 'TUNSETIFF', { name, flags }, device)
    } catch (error) {
      if (!(error instanceof TunTapError)) throw error
      throw new TunTapError('TUNSETIFF', error.errno, name, whyNotAttached(error.errno, readTunLink(index), options))
    }
    // The device was deleted meanwhile, and TUNSETIFF created a new one. Closing the descriptor deletes it.
    if (indexOfName(name) !== index) throw new TunTapError('TUNSETIFF', ENODEV, name)
    const isShared = options.multiQueue && checkHeaders(readTunLink(index), framing, 1, name)
    if (isShared) checkHeaderSize(fd, framing, name)
    else resetFormat(fd, framing, device)
    if (!hasOthers && options.carrier !== false) ioctl(fd, 'TUNSETCARRIER', 1, device)
  })
}

/** Calls `open` in the namespace of `options.netns`. Returns a queue that owns the descriptor. */
function attached(options: TunTapOptions, open: () => Descriptor): Queue {
  const descriptor = openIn(options.netns, open)
  try {
    const framing = framingFor(options)
    const queue = new Queue(descriptor, framing)
    if (framing.vnetHeaderSize > 0) queue.framing = { ...framing, vnetByteOrder: byteOrderOf(queue.fd, queue) }
    return queue
  } catch (error) {
    descriptor.close()
    throw error
  }
}

/** Creates a device and attaches to it. */
export const openNew = (options: CreateOptions): Queue => attached(options, () => openNewHere(options))

/** Attaches to an existing device. */
export const openNamed = (options: TunTapOptions & { readonly name: string }): Queue =>
  attached(options, () => openExistingHere(options, options.name))
