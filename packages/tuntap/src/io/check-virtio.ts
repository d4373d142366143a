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
const GSO = { NONE: 0, TCPV4: 1, UDP: 3, TCPV6: 4, UDP_L4: 5 } as const
const GSO_TYPES: readonly number[] = Object.values(GSO).slice(1)
/** Bits that accompany a type: VIRTIO_NET_HDR_GSO_ECN, and GSO_UDP_TUNNEL_IPV4 or GSO_UDP_TUNNEL_IPV6 */
const ECN = 0x80
const TUNNEL = 0x60
/** Size of `virtio_net_hdr_v1_hash_tunnel`, which has the members that a tunnel needs. */
const TUNNEL_HEADER = 24
/** GSO_BY_FRAGS, linux/skbuff.h: it has a meaning of its own inside of the kernel. */
const GSO_BY_FRAGS = 0xffff
/** UDP_MAX_SEGMENTS, linux/udp.h */
const UDP_MAX_SEGMENTS = 128

const ETHERNET = 14
const CHECKSUM = 2
/** Sizes of the shortest headers, and offsets of their checksums. */
const IPV4 = 20
const IPV6 = 40
const TCP = { size: 20, checksum: 16 } as const
const UDP = { size: 8, checksum: 6 } as const

/** Returns the offset of the header in a frame. */
const startOf = (framing: Framing) => headerSize(framing) - framing.vnetHeaderSize

/** True for a packet that the kernel splits. */
export const isSegmented = (frame: Uint8Array, framing: Framing): boolean =>
  framing.vnetHeaderSize > 0 && frame[startOf(framing) + GSO_TYPE] !== GSO.NONE

function u16(frame: Uint8Array, at: number, order: Framing['vnetByteOrder']): number {
  const first = frame[at] as number
  const second = frame[at + 1] as number
  return order === 'little' ? first | (second << 8) : (first << 8) | second
}

/** Returns the type without the bits that accompany it. */
const baseOf = (type: number) => type & ~(ECN | TUNNEL)

/** Returns the shortest IP header of a packet of this type, as the kernel requires it. */
const ipHeaderOf = (base: number) => (base === GSO.TCPV6 ? IPV6 : IPV4)

/** Returns the transport header of a type; undefined without one. */
const transportOf = (base: number) =>
  base === GSO.NONE ? undefined : base === GSO.UDP || base === GSO.UDP_L4 ? UDP : TCP

/** Checks what `tun_get_user` and `virtio_net_hdr_to_skb` check in the kernel. @throws {FrameError} */
export function checkVirtioHeader(frame: Uint8Array, framing: Framing, mode: Mode, index?: number): void {
  const start = startOf(framing)
  const room = lengthOf(frame) - headerSize(framing)
  const headerLength = u16(frame, start + HDR_LEN, framing.vnetByteOrder)
  if (headerLength > room) throw refusal('hdr_len', headerLength, `at most ${room}, the bytes after the header`, index)
  if (mode === 'tap' && headerLength > 0 && headerLength < ETHERNET)
    throw refusal('hdr_len', headerLength, `0 or at least ${ETHERNET}, Ethernet's header`, index)
  const type = frame[start + GSO_TYPE] as number
  const needsChecksum = ((frame[start + FLAGS] as number) & NEEDS_CSUM) !== 0
  if (type !== GSO.NONE) checkSegmentation(frame, framing, type, needsChecksum, index)
  if (needsChecksum) checkChecksum(frame, framing, baseOf(type), index)
}

const refusal = (field: string, value: number, expected: string, index: number | undefined) =>
  new FrameError(`virtio_net_hdr.${field}`, value, expected, index)

function checkSegmentation(
  frame: Uint8Array,
  framing: Framing,
  type: number,
  needsChecksum: boolean,
  index: number | undefined,
): void {
  const start = startOf(framing)
  const base = baseOf(type)
  if (!GSO_TYPES.includes(base)) throw refusal('gso_type', type, 'a VIRTIO_NET_HDR_GSO type', index)
  const tunnel = type & TUNNEL
  if (tunnel !== 0 && framing.vnetHeaderSize < TUNNEL_HEADER)
    throw refusal('gso_type', type, `no tunnel, which requires a header of ${TUNNEL_HEADER} bytes`, index)
  if (tunnel === TUNNEL) throw refusal('gso_type', type, 'a tunnel over IPv4 or IPv6, not both', index)
  const size = u16(frame, start + GSO_SIZE, framing.vnetByteOrder)
  if (size === 0 || size === GSO_BY_FRAGS)
    throw refusal('gso_size', size, `from 1 to ${GSO_BY_FRAGS - 1}, as gso_type is set`, index)
  if (base === GSO.UDP_L4) {
    if ((type & ECN) !== 0) throw refusal('gso_type', type, 'UDP_L4 without ECN, which is of TCP', index)
    if (!needsChecksum)
      throw refusal('flags', frame[start + FLAGS] as number, 'NEEDS_CSUM, which UDP_L4 requires', index)
  }
  if (needsChecksum) return
  const least = headerSize(framing) + ipHeaderOf(base) + (transportOf(base)?.size ?? 0)
  if (lengthOf(frame) < least)
    throw new FrameError('length', lengthOf(frame), `at least ${least}: gso_type ${type} has a transport header`, index)
}

function checkChecksum(frame: Uint8Array, framing: Framing, base: number, index: number | undefined): void {
  const at = startOf(framing)
  const order = framing.vnetByteOrder
  const room = lengthOf(frame) - headerSize(framing)
  const start = u16(frame, at + CSUM_START, order)
  const offset = u16(frame, at + CSUM_OFFSET, order)
  const ipHeader = ipHeaderOf(base)
  const transport = transportOf(base)
  if (start >= room) throw refusal('csum_start', start, `less than ${room}, the bytes after the header`, index)
  if (start < ipHeader) throw refusal('csum_start', start, `at least ${ipHeader}, the size of an IP header`, index)
  if (transport && start + transport.size > room)
    throw refusal('csum_start', start, `at most ${room - transport.size}, as a transport header begins there`, index)
  if (start + offset + CHECKSUM > room)
    throw refusal('csum_offset', offset, `at most ${room - CHECKSUM - start}, so that the checksum is inside`, index)
  // The kernel does not compare it for UDP.
  if (transport && base !== GSO.UDP && offset !== transport.checksum)
    throw refusal('csum_offset', offset, `${transport.checksum}, as in the header of gso_type`, index)
  if (base !== GSO.UDP_L4) return
  const size = u16(frame, at + GSO_SIZE, order)
  const least = Math.ceil((room - start - UDP.size) / UDP_MAX_SEGMENTS)
  if (size < least)
    throw refusal('gso_size', size, `at least ${least}: the kernel makes at most ${UDP_MAX_SEGMENTS} segments`, index)
}
