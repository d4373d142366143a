import { constants } from 'node:os'
import { ArgumentError, show } from '@netloom/netlink/codec'
import { TUN_F } from '../abi.js'
import { HOST_ORDER, queuesOf } from '../device/check-framing.js'
import type { Framing, VnetHeaderSize } from '../device/framing.js'
import type { Queue } from '../device/queue.js'
import { type Checks, checkBoolean, checkOptions, checkVnetHdr } from '../options.js'
import { ioctl, ioctlNumber, type Named } from './call.js'
import { TunTapError } from './error.js'
import type { IoctlName } from './ioctls.js'
import { linkOf } from './link.js'

const { EBUSY, EINVAL } = constants.errno

type ByteOrder = Framing['vnetByteOrder']

/** Segmentation and checksums that the reader of the frames does instead of the kernel: TUN_F_* of linux/if_tun.h. */
export interface Offload {
  /** Frames may lack their checksums (TUN_F_CSUM). All others require it. */
  readonly csum?: boolean | undefined
  /** Frames may be TCP segments over IPv4 of up to 64 KiB (TUN_F_TSO4). */
  readonly tso4?: boolean | undefined
  /** The same over IPv6 (TUN_F_TSO6). */
  readonly tso6?: boolean | undefined
  /** Such segments may have ECN bits (TUN_F_TSO_ECN). Requires `tso4` or `tso6`. */
  readonly tsoEcn?: boolean | undefined
  /** Frames may be UDP datagrams of several segments (TUN_F_USO4 and TUN_F_USO6, which the kernel accepts only together; Linux 6.2). */
  readonly uso?: boolean | undefined
  /** Such frames may be encapsulated in UDP (TUN_F_UDP_TUNNEL_GSO, Linux 6.17). Requires `tso4`, `tso6` or `uso`. */
  readonly udpTunnel?: boolean | undefined
  /** The outer UDP checksum may be missing too (TUN_F_UDP_TUNNEL_GSO_CSUM). Requires `udpTunnel`. */
  readonly udpTunnelCsum?: boolean | undefined
}

/** The bits of each offload. */
const bits: Readonly<Record<keyof Offload, number>> = {
  csum: TUN_F.CSUM,
  tso4: TUN_F.TSO4,
  tso6: TUN_F.TSO6,
  tsoEcn: TUN_F.TSO_ECN,
  uso: TUN_F.USO4 | TUN_F.USO6,
  udpTunnel: TUN_F.UDP_TUNNEL_GSO,
  udpTunnelCsum: TUN_F.UDP_TUNNEL_GSO_CSUM,
}

const offloadChecks = Object.fromEntries(Object.keys(bits).map((key) => [key, checkBoolean])) as Checks<Offload>

/** Returns the bits of the offloads that are on. @throws {TypeError} if one is unknown or neither true nor false */
function bitsOf(offload: Offload): number {
  checkOptions(offload, offloadChecks, 'offloads')
  const keys = Object.keys(bits) as (keyof Offload)[]
  return keys.reduce((all, key) => (offload[key] ? all | bits[key] : all), 0)
}

/** Throws a TypeError if an offload lacks another one that it requires (`set_offload`). */
function checkRequired({ csum, tso4, tso6, tsoEcn, uso, udpTunnel, udpTunnelCsum }: Offload): void {
  const needs = (key: string, used: boolean | undefined, found: boolean | undefined, needed: string) => {
    if (used && !found) throw new ArgumentError(`expected ${needed} with ${key}`)
  }
  const segments = tso4 || tso6 || uso
  needs('an offload', segments || tsoEcn || udpTunnel || udpTunnelCsum, csum, 'csum: true')
  needs('tsoEcn', tsoEcn, tso4 || tso6, 'tso4 or tso6')
  needs('udpTunnel', udpTunnel, segments, 'tso4, tso6 or uso')
  needs('udpTunnelCsum', udpTunnelCsum, udpTunnel, 'udpTunnel')
}

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
   * Sets the offloads: those that are left out are off (TUNSETOFFLOAD). They apply to the frames that are read, of all queues.
   * @throws {TunTapError} `EINVAL` if the kernel does not support one of them
   * @throws {TypeError} if an offload lacks one that it requires, or frames have no virtio header, which describes such frames
   */
  setOffload(offload: Offload): void {
    const queue = this.#queue
    const all = bitsOf(offload)
    checkRequired(offload)
    if (all !== 0) checkHasHeader(queue)
    ioctlNumber(queue.openFd(), 'TUNSETOFFLOAD', all, queue)
  }
}
