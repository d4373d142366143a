import { IPPROTO } from '@netloom/netlink/constants'
import { setU16, u16 } from '../bytes.js'
import { addSums, foldSum, sumUnchecked } from '../checksum.js'
import type { PacketView } from './packet.js'

/**
 * Result of checking the checksum of TCP, UDP, ICMP or ICMPv6. `absent`: the packet has none, e.g. UDP over IPv4 with the value 0.
 * `unverified`: the packet does not contain what it covers, because it is a fragment, truncated, or has an unknown routing header.
 */
export type ChecksumState = 'valid' | 'invalid' | 'absent' | 'unverified'

/** Returns the offset of the checksum of TCP, UDP, ICMP or ICMPv6. -1 if the packet has none of these headers. */
export function transportChecksumOffset(packet: PacketView): number {
  const { transportOffset } = packet
  if (packet.tcp) return transportOffset + 16
  if (packet.udp) return transportOffset + 6
  return packet.icmp || packet.icmpv6 ? transportOffset + 2 : -1
}

/** True if a checksum of 0 means that there is none. */
const isOmitted = (packet: PacketView, at: number) => packet.protocol === IPPROTO.UDP && u16(packet.bytes, at) === 0

/** Returns the sum of the pseudo-header: RFC 9293, section 3.1, and RFC 8200, section 8.1. ICMP has none. */
function pseudoSum(packet: PacketView, end: number): number {
  const { bytes, ipv4, extensions, networkOffset } = packet
  if (packet.icmp) return 0
  const length = end - packet.transportOffset
  // Lengths are below 2 ** 16, so there is no upper half to add.
  const numbers = foldSum(packet.protocol + length)
  if (ipv4) return addSums(numbers, sumUnchecked(bytes, networkOffset + 12, networkOffset + 20))
  const to = extensions.destinationOffset
  const addresses = addSums(
    sumUnchecked(bytes, networkOffset + 8, networkOffset + 24),
    sumUnchecked(bytes, to, to + 16),
  )
  return addSums(numbers, addresses)
}

const isIncomplete = ({ isFragment, isTruncated, ipv6, extensions }: PacketView) =>
  isFragment || isTruncated || (ipv6 !== undefined && extensions.destinationOffset < 0)

/** Checks the checksum of TCP, UDP, ICMP or ICMPv6 in a packet that was parsed. */
export function transportChecksumState(packet: PacketView): ChecksumState {
  const at = transportChecksumOffset(packet)
  if (at < 0 || isOmitted(packet, at)) return 'absent'
  if (isIncomplete(packet)) return 'unverified'
  const end = packet.payloadEnd
  const sum = addSums(sumUnchecked(packet.bytes, packet.transportOffset, end), pseudoSum(packet, end))
  return sum === 0xffff ? 'valid' : 'invalid'
}

/**
 * Calculates the checksums of the IPv4 header and of TCP, UDP, ICMP or ICMPv6, and writes them. Keeps the latter of a fragment, of a
 * truncated packet, and of one with an unknown routing header, because the bytes that it covers are unknown.
 */
export function updateChecksums(packet: PacketView): void {
  packet.ipv4?.updateChecksum()
  const at = transportChecksumOffset(packet)
  if (at < 0 || isIncomplete(packet)) return
  const { bytes } = packet
  const end = packet.payloadEnd
  setU16(bytes, at, 0)
  writeTransport(
    packet,
    at,
    ~addSums(sumUnchecked(bytes, packet.transportOffset, end), pseudoSum(packet, end)) & 0xffff,
  )
}

/**
 * Writes the sum of the pseudo-header into the checksum of TCP or UDP: what the kernel expects in a frame with
 * VIRTIO_NET_HDR_F_NEEDS_CSUM, and completes.
 */
export function writePartialChecksum(packet: PacketView): void {
  const at = transportChecksumOffset(packet)
  if (at < 0 || isIncomplete(packet)) return
  setU16(packet.bytes, at, pseudoSum(packet, packet.payloadEnd))
}

/** Writes a checksum. RFC 768: UDP sends 0xffff for 0. */
function writeTransport(packet: PacketView, at: number, checksum: number): void {
  setU16(packet.bytes, at, checksum === 0 && packet.protocol === IPPROTO.UDP ? 0xffff : checksum)
}

/** Corrects the transport checksum after two bytes that it covers changed. `isPartial`: the field contains a sum. */
function adjust(packet: PacketView, at: number, before: number, after: number, isPartial: boolean): void {
  const field = u16(packet.bytes, at)
  if (isPartial) setU16(packet.bytes, at, foldSum(field + (~before & 0xffff) + after))
  else writeTransport(packet, at, ~foldSum((~field & 0xffff) + (~before & 0xffff) + after) & 0xffff)
}

/** Options of the functions that change a field and correct the checksums. */
export interface RewriteOptions {
  /**
   * True if the frame has VIRTIO_NET_HDR_F_NEEDS_CSUM: the checksum field contains only the sum of the pseudo-header, which the
   * addresses belong to and the ports do not.
   */
  readonly partialChecksum?: boolean
}

const COMPLETE: RewriteOptions = {}

/** Changes 16 bits of a packet, and corrects the checksums that cover them (RFC 1624). */
export function rewrite16(
  packet: PacketView,
  at: number,
  value: number,
  isPseudo: boolean,
  { partialChecksum = false }: RewriteOptions = COMPLETE,
): void {
  const { bytes, ipv4 } = packet
  const before = u16(bytes, at)
  const after = value & 0xffff
  if (before === after) return
  setU16(bytes, at, after)
  if (ipv4 && at < ipv4.payloadOffset) {
    const field = ipv4.checksum
    ipv4.checksum = ~foldSum((~field & 0xffff) + (~before & 0xffff) + after)
  }
  const field = transportChecksumOffset(packet)
  if (field < 0 || (partialChecksum && !isPseudo) || (isPseudo && packet.icmp !== undefined)) return
  if (!isOmitted(packet, field) || partialChecksum) adjust(packet, field, before, after, partialChecksum)
}
