import { type Framing, headerSize, type Mode } from '../device/framing.js'
import { lengthOf } from './bytes.js'
import { FrameError } from './errors.js'

/** Offsets of `struct virtio_net_hdr`, linux/virtio_net.h. Longer forms begin with it. */
const FLAGS = 0 // u8
const GSO_TYPE = 1 // u8
const HDR_LEN = 2 // u16, like the following ones
const GSO_SIZE = 4
const CSUM_START = 6
const CSUM_OFFSET = 8

/** VIRTIO_NET_HDR_F_NEEDS_CSUM */
const NEEDS_CSUM = 1

/** VIRTIO_NET_HDR_GSO_* */
const GSO_NONE = 0
const GSO_TYPES: readonly number[] = [1, 3, 4, 5] // TCPV4, UDP, TCPV6, UDP_L4
/** Bits that accompany a type: VIRTIO_NET_HDR_GSO_ECN, GSO_UDP_TUNNEL_IPV4, GSO_UDP_TUNNEL_IPV6 */
const GSO_MODIFIERS = 0xe0

const ETHERNET = 14
const CHECKSUM = 2

/** Returns the offset of the header in a frame. */
const startOf = (framing: Framing) => headerSize(framing) - framing.vnetHeaderSize

/** True for a packet that the kernel splits. */
export const isSegmented = (frame: Uint8Array, framing: Framing): boolean =>
  framing.vnetHeaderSize > 0 && frame[startOf(framing) + GSO_TYPE] !== GSO_NONE

/** Checks what `tun_get_user` and `virtio_net_hdr_to_skb` check in the kernel. @throws {FrameError} */
export function checkVirtioHeader(frame: Uint8Array, framing: Framing, mode: Mode, index?: number): void {
  const start = startOf(framing)
  const [low, high] = framing.vnetByteOrder === 'little' ? [0, 1] : [1, 0]
  const u16 = (at: number) => (frame[start + at + low] as number) | ((frame[start + at + high] as number) << 8)
  const refuse = (field: string, value: number, expected: string) => {
    throw new FrameError(`virtio_net_hdr.${field}`, value, expected, index)
  }
  const room = lengthOf(frame) - headerSize(framing)
  const headerLength = u16(HDR_LEN)
  if (headerLength > room) refuse('hdr_len', headerLength, `at most ${room}, the bytes after the header`)
  if (mode === 'tap' && headerLength > 0 && headerLength < ETHERNET)
    refuse('hdr_len', headerLength, `0 or at least ${ETHERNET}, Ethernet's header`)
  if ((frame[start + FLAGS] as number) & NEEDS_CSUM) {
    const end = u16(CSUM_START) + u16(CSUM_OFFSET) + CHECKSUM
    if (u16(CSUM_START) >= room) refuse('csum_start', u16(CSUM_START), `less than ${room}, the bytes after the header`)
    if (end > room)
      refuse(
        'csum_offset',
        u16(CSUM_OFFSET),
        `at most ${room - CHECKSUM - u16(CSUM_START)}, so that the checksum is inside`,
      )
  }
  const type = frame[start + GSO_TYPE] as number
  if (type === GSO_NONE) return
  if (!GSO_TYPES.includes(type & ~GSO_MODIFIERS)) refuse('gso_type', type, 'a VIRTIO_NET_HDR_GSO type')
  if (u16(GSO_SIZE) === 0) refuse('gso_size', 0, 'from 1, as gso_type is set')
}
