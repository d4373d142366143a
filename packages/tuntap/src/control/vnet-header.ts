import { constants } from 'node:os'
import { ArgumentError, show } from '@netloom/netlink/codec'
import { HOST_ORDER, queuesOf } from '../device/check-framing.js'
import type { Framing, VnetHeaderSize } from '../device/framing.js'
import { bitsOf, type Offload } from '../device/offload.js'
import type { Queue } from '../device/queue.js'
import { checkHeaderFor, checkOffload, checkVnetHdr } from '../options.js'
import { ioctl, type Named } from './call.js'
import { TunTapError } from './error.js'
import { readOffload } from './ethtool.js'
import type { IoctlName } from './ioctls.js'
import { linkOf } from './link.js'
import { setOffload } from './offload.js'

const { EBUSY, EINVAL } = constants.errno

type ByteOrder = Framing['vnetByteOrder']

/** Returns the byte order of the header's members (TUNGETVNETLE, TUNGETVNETBE). */
export function byteOrderOf(fd: number, device: Named): ByteOrder {
  if (ioctl(fd, 'TUNGETVNETLE', 0, device) === 1) return 'little'
  try {
    return ioctl(fd, 'TUNGETVNETBE', 0, device) === 1 ? 'big' : HOST_ORDER
  } catch (error) {
    // The kernel was built without CONFIG_TUN_VNET_CROSS_LE.
    if (error instanceof TunTapError && error.errno === EINVAL) return HOST_ORDER
    throw error
  }
}

/** Refuses a change that would also change the frames of another queue. */
function checkAlone(queue: Queue, ioctlName: IoctlName): void {
  if (queue.macvtap || queuesOf(linkOf(queue)) <= 1) return
  throw new TunTapError(ioctlName, EBUSY, queue.name, 'another queue is attached, whose frames would change too')
}

function checkHasHeader(queue: Queue): void {
  if (queue.framing.vnetHeaderSize === 0)
    throw new ArgumentError(`expected ${queue.name} to have been opened with vnetHdr, which its frames lack`)
}

/** The virtio header before each frame of a device, and what the kernel leaves to its reader. All queues share it. */
export class VnetHeader {
  readonly #queue: Queue

  /** @internal */
  constructor(queue: Queue) {
    this.#queue = queue
  }

  /** Size in bytes; 0 if frames have no such header. */
  get size(): number {
    return this.#queue.framing.vnetHeaderSize
  }

  /**
   * Sets the size in bytes (TUNSETVNETHDRSZ).
   * @throws {TunTapError} `EBUSY` if another queue is attached
   * @throws {TypeError} if the size is invalid, or frames have no such header
   */
  setSize(size: VnetHeaderSize): void {
    const queue = this.#queue
    if (typeof size !== 'number') throw new ArgumentError(`expected a size of 10, 12, 20, 24, got ${show(size)}`)
    checkVnetHdr('size', size)
    checkHasHeader(queue)
    checkAlone(queue, 'TUNSETVNETHDRSZ')
    ioctl(queue.openFd(), 'TUNSETVNETHDRSZ', size, queue)
    queue.framing = { ...queue.framing, vnetHeaderSize: size }
  }

  /** Byte order of its members. */
  get byteOrder(): ByteOrder {
    return this.#queue.framing.vnetByteOrder
  }

  /**
   * Sets the byte order of its members (TUNSETVNETLE, TUNSETVNETBE). On a little-endian machine, `big` is legacy virtio of a big-endian
   * guest, and needs a kernel with CONFIG_TUN_VNET_CROSS_LE.
   * @throws {TunTapError} `EBUSY` if another queue is attached, `EINVAL` if the kernel does not support `big`
   * @throws {TypeError} if frames have no such header
   */
  setByteOrder(order: ByteOrder): void {
    const queue = this.#queue
    if (order !== 'little' && order !== 'big') throw new ArgumentError(`expected 'little' or 'big', got ${show(order)}`)
    checkHasHeader(queue)
    checkAlone(queue, order === 'little' ? 'TUNSETVNETLE' : 'TUNSETVNETBE')
    const fd = queue.openFd()
    if (order !== HOST_ORDER) ioctl(fd, 'TUNSETVNETBE', 1, queue)
    ioctl(fd, 'TUNSETVNETLE', order === 'little' ? 1 : 0, queue)
    queue.framing = { ...queue.framing, vnetByteOrder: order }
  }

  /**
   * The offloads that are in effect: those of {@link setOffload}, unless ethtool switched some off. Each access looks them up
   * (ETHTOOL_GFEATURES).
   * @throws {TypeError} if the device is a macvtap or ipvtap, whose driver does not report them
   */
  get offload(): Offload {
    if (this.#queue.macvtap)
      throw new ArgumentError(`expected a tun or tap device, got ${this.#queue.name}, whose driver reports no offloads`)
    return readOffload(this.#queue)
  }

  /**
   * Sets the offloads: those that are left out are off (TUNSETOFFLOAD). They apply to the frames that are read, of all queues.
   * @throws {TunTapError} `EINVAL` if the kernel does not support one of them; `reason` names it
   * @throws {TypeError} if an offload lacks one that it requires, or frames have no virtio header, which describes such frames
   */
  setOffload(offload: Offload): void {
    const queue = this.#queue
    checkOffload('offloads', offload)
    if (bitsOf(offload) !== 0) checkHasHeader(queue)
    checkHeaderFor(offload, this.size)
    setOffload(queue, offload)
  }
}
