import { PacketError } from '../error.js'
import { type RewriteOptions, rewrite16 } from './checksums.js'
import type { PacketView } from './packet.js'

/**
 * Changes of a packet that was parsed, with the checksums that cover them. They are corrected by the difference (RFC 1624), so
 * an incorrect checksum stays incorrect and the payload is not read.
 */

const refuse = (field: string, value: unknown, expected: string): never => {
  throw new PacketError({ code: 'ERR_PACKET_BUILD', field, value, offset: -1, expected })
}

/** Address to write: a number of 32 bits for IPv4, a bigint for IPv6, or the bytes of either. */
export type AddressValue = number | bigint | Uint8Array

/** Returns 16 bits of an address. The first ones have index 0. */
function partOf(address: AddressValue, size: number, index: number): number {
  if (typeof address === 'number') return (address >>> (16 - 16 * index)) & 0xffff
  if (typeof address === 'bigint') return Number(BigInt.asUintN(16, address >> BigInt(8 * size - 16 - 16 * index)))
  return ((address[2 * index] as number) << 8) | (address[2 * index + 1] as number)
}

function setAddress(
  packet: PacketView,
  field: 'source' | 'destination',
  value: AddressValue,
  options?: RewriteOptions,
) {
  const { ipv4, ipv6, networkOffset, extensions } = packet
  const size = ipv4 ? 4 : ipv6 ? 16 : refuse(field, 'no IP header', 'an IPv4 or IPv6 packet')
  const isFitting =
    typeof value === 'number'
      ? size === 4
      : typeof value === 'bigint'
        ? size === 16
        : value instanceof Uint8Array && value.length === size
  if (!isFitting)
    refuse(field, value instanceof Uint8Array ? `${value.length} bytes` : `a ${typeof value}`, `${size} bytes`)
  const first = networkOffset + (ipv4 ? 12 : 8) + (field === 'source' ? 0 : size)
  // A final destination in a routing header is covered instead of that in the IPv6 header.
  const isCovered = field === 'source' || ipv4 !== undefined || extensions.destinationOffset === first
  for (let index = 0; index < size / 2; index++) {
    const [at, part] = [first + 2 * index, partOf(value, size, index)]
    if (isCovered) rewrite16(packet, at, part, true, options)
    else packet.bytes.set([part >> 8, part & 0xff], at)
  }
}

/**
 * Changes the source address, and the checksums of IPv4 and of the transport protocol.
 * @throws {PacketError} `ERR_PACKET_BUILD` if the packet is not IP, or the address is of the other version
 */
export function setSource(packet: PacketView, address: AddressValue, options?: RewriteOptions): void {
  setAddress(packet, 'source', address, options)
}

/** Changes the destination address: see {@link setSource}. */
export function setDestination(packet: PacketView, address: AddressValue, options?: RewriteOptions): void {
  setAddress(packet, 'destination', address, options)
}

function setPort(packet: PacketView, name: string, at: number, port: number, options?: RewriteOptions): void {
  if (!packet.tcp && !packet.udp) refuse(name, 'no such header', 'a packet with a TCP or UDP header')
  rewrite16(packet, packet.transportOffset + at, port, false, options)
}

/** Changes the source port of TCP or UDP, and the checksum. @throws {PacketError} if the packet has neither header */
export function setSourcePort(packet: PacketView, port: number, options?: RewriteOptions): void {
  setPort(packet, 'sourcePort', 0, port, options)
}

/** Changes the destination port of TCP or UDP, and the checksum. @throws {PacketError} if the packet has neither header */
export function setDestinationPort(packet: PacketView, port: number, options?: RewriteOptions): void {
  setPort(packet, 'destinationPort', 2, port, options)
}

/**
 * Decrements the TTL or hop limit, and corrects the checksum of IPv4. Returns false, and changes nothing, if the packet must not be
 * forwarded.
 * @throws {PacketError} `ERR_PACKET_BUILD` if the packet is not IP
 */
export function decrementTtl(packet: PacketView): boolean {
  const { ipv4, ipv6 } = packet
  if (ipv4) return ipv4.decrementTtl()
  return ipv6 ? ipv6.decrementHopLimit() : refuse('ttl', 'no IP header', 'an IPv4 or IPv6 packet')
}
