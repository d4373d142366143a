import { constants } from 'node:os'
import { hostOrder } from '@netloom/netlink/codec'
import { ioctl, type Named } from '../control/call.js'
import { TunTapError } from '../control/error.js'
import type { TunLink } from '../control/tun-link.js'
import type { TunTapOptions } from '../options.js'
import type { Framing } from './framing.js'

const { EINVAL } = constants.errno

/** Size of `struct virtio_net_hdr`, linux/virtio_net.h. A new device has this size. */
const VNET_HEADER_SIZE = 10

/** Byte order of the virtio header, unless TUNSETVNETLE or TUNSETVNETBE changed it. */
export const HOST_ORDER = hostOrder === 'LE' ? 'little' : 'big'

/** Returns the framing that the options request. */
export const framingFor = ({ vnetHdr = false, pi = false }: Pick<TunTapOptions, 'vnetHdr' | 'pi'>): Framing => ({
  pi,
  vnetHeaderSize: vnetHdr === true ? VNET_HEADER_SIZE : Number(vnetHdr),
  vnetByteOrder: HOST_ORDER,
})

/** Number of queues of a device, detached ones included. */
export const queuesOf = (link: TunLink | undefined): number =>
  (link?.tun?.numQueues ?? 0) + (link?.tun?.numDisabledQueues ?? 0)

const differs = (wanted: string, present: string, name: string) =>
  new TunTapError('TUNSETIFF', EINVAL, name, `attach with ${wanted}: the queue that is already attached has ${present}`)

/**
 * Compares the headers of a framing with those of the device's other queues. The kernel ignores the headers that a further queue
 * requests.
 * @param own Number of queues that this process has just attached.
 * @returns true if there are other queues
 * @throws {TunTapError} if the headers differ
 */
export function checkHeaders(link: TunLink | undefined, wanted: Framing, own: number, name: string): boolean {
  if (queuesOf(link) <= own) return false
  const present = { pi: link?.tun?.pi === 1, vnetHdr: link?.tun?.vnetHdr === 1 }
  const hasVnetHdr = wanted.vnetHeaderSize > 0
  if (wanted.pi !== present.pi || hasVnetHdr !== present.vnetHdr) {
    const describe = (pi: boolean, vnetHdr: boolean) => `pi: ${pi}, vnetHdr: ${vnetHdr}`
    throw differs(describe(wanted.pi, hasVnetHdr), describe(present.pi, present.vnetHdr), name)
  }
  return true
}

/** Compares the size of the virtio header with the device's. @throws {TunTapError} if they differ */
export function checkHeaderSize(fd: number, { vnetHeaderSize }: Framing, name: string): void {
  if (vnetHeaderSize === 0) return
  const size = ioctl(fd, 'TUNGETVNETHDRSZ', 0, { name })
  if (size !== vnetHeaderSize) throw differs(`vnetHdr: ${vnetHeaderSize}`, `vnetHdr: ${size}`, name)
}

/** Sets the size of the virtio header, even to the default of 10: a persistent device keeps the size that was set last. */
export function setHeaderSize(fd: number, { vnetHeaderSize }: Framing, device: Named): void {
  if (vnetHeaderSize > 0) ioctl(fd, 'TUNSETVNETHDRSZ', vnetHeaderSize, device)
}
