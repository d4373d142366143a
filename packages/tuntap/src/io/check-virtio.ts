import { type Framing, headerSize, type Mode } from '../device/framing.js'
import { VIRTIO_NET_HDR_GSO as GSO, VIRTIO_NET_HDR_F, type VirtioNetHeader } from './virtio-header.js'

/** Describes why a frame is refused, for a `FrameError`. */
export interface FrameFault {
  readonly field: string
  readonly value: number
  readonly expected: string
}

const GSO_TYPES: readonly number[] = [GSO.TCPV4, GSO.UDP, GSO.TCPV6, GSO.UDP_L4]
export const TUNNEL = GSO.UDP_TUNNEL_IPV4 | GSO.UDP_TUNNEL_IPV6
/** Size of `virtio_net_hdr_v1_hash_tunnel`, which has the members that a tunnel needs. */
export const TUNNEL_HEADER = 24
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

/** Returns the offset of the virtio header in a frame. */
export const startOfVirtio = (framing: Framing): number => headerSize(framing) - framing.vnetHeaderSize

/** Returns the type without the bits that accompany it. */
export const baseOf = (type: number): number => type & ~(GSO.ECN | TUNNEL)

/** Returns the shortest IP header of a packet of this type, as the kernel requires it. */
const ipHeaderOf = (base: number) => (base === GSO.TCPV6 ? IPV6 : IPV4)

/** Returns the transport header of a type; undefined without one. */
const transportOf = (base: number) =>
  base === GSO.NONE ? undefined : base === GSO.UDP || base === GSO.UDP_L4 ? UDP : TCP

const fault = (field: string, value: number, expected: string): FrameFault => ({
  field: `virtio_net_hdr.${field}`,
  value,
  expected,
})

/**
 * Finds what `tun_get_user` and `virtio_net_hdr_to_skb` of the kernel refuse.
 * @param size Size of the virtio header.
 * @param room Number of bytes after it.
 */
export function virtioFault(header: VirtioNetHeader, size: number, room: number, mode: Mode): FrameFault | undefined {
  const { headerLength, gsoType, flags } = header
  if (headerLength > room) return fault('hdr_len', headerLength, `at most ${room}, the bytes after the header`)
  if (mode === 'tap' && headerLength > 0 && headerLength < ETHERNET)
    return fault('hdr_len', headerLength, `0 or at least ${ETHERNET}, Ethernet's header`)
  const needsChecksum = (flags & VIRTIO_NET_HDR_F.NEEDS_CSUM) !== 0
  const found = gsoType === GSO.NONE ? undefined : segmentationFault(header, size, room, needsChecksum)
  return found ?? (needsChecksum ? checksumFault(header, room) : undefined)
}

function segmentationFault(
  { flags, gsoType, gsoSize }: VirtioNetHeader,
  size: number,
  room: number,
  needsChecksum: boolean,
): FrameFault | undefined {
  const base = baseOf(gsoType)
  if (!GSO_TYPES.includes(base)) return fault('gso_type', gsoType, 'a VIRTIO_NET_HDR_GSO type')
  const tunnel = gsoType & TUNNEL
  if (tunnel !== 0 && size < TUNNEL_HEADER)
    return fault('gso_type', gsoType, `no tunnel, which requires a header of ${TUNNEL_HEADER} bytes`)
  if (tunnel === TUNNEL) return fault('gso_type', gsoType, 'a tunnel over IPv4 or IPv6, not both')
  if (gsoSize === 0 || gsoSize === GSO_BY_FRAGS)
    return fault('gso_size', gsoSize, `from 1 to ${GSO_BY_FRAGS - 1}, as gso_type is set`)
  if (base === GSO.UDP_L4) {
    if ((gsoType & GSO.ECN) !== 0) return fault('gso_type', gsoType, 'UDP_L4 without ECN, which is of TCP')
    if (!needsChecksum) return fault('flags', flags, 'NEEDS_CSUM, which UDP_L4 requires')
  }
  if (needsChecksum) return undefined
  const least = ipHeaderOf(base) + (transportOf(base)?.size ?? 0)
  if (room >= least) return undefined
  return {
    field: 'packet length',
    value: room,
    expected: `at least ${least}: gso_type ${gsoType} has a transport header`,
  }
}

function checksumFault({ gsoType, gsoSize, csumStart, csumOffset }: VirtioNetHeader, room: number) {
  const base = baseOf(gsoType)
  const ipHeader = ipHeaderOf(base)
  const transport = transportOf(base)
  if (csumStart >= room) return fault('csum_start', csumStart, `less than ${room}, the bytes after the header`)
  if (csumStart < ipHeader) return fault('csum_start', csumStart, `at least ${ipHeader}, the size of an IP header`)
  if (transport && csumStart + transport.size > room)
    return fault('csum_start', csumStart, `at most ${room - transport.size}, as a transport header begins there`)
  if (csumStart + csumOffset + CHECKSUM > room)
    return fault('csum_offset', csumOffset, `at most ${room - CHECKSUM - csumStart}, so that the checksum is inside`)
  // The kernel does not compare it for UDP.
  if (transport && base !== GSO.UDP && csumOffset !== transport.checksum)
    return fault('csum_offset', csumOffset, `${transport.checksum}, as in the header of gso_type`)
  if (base !== GSO.UDP_L4) return undefined
  const least = Math.ceil((room - csumStart - UDP.size) / UDP_MAX_SEGMENTS)
  if (gsoSize >= least) return undefined
  return fault('gso_size', gsoSize, `at least ${least}: the kernel makes at most ${UDP_MAX_SEGMENTS} segments`)
}
