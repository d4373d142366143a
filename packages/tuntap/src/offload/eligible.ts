import { IPPROTO, IPPROTO_HOPOPTS, type PacketView, TCP_FLAG } from '@netloom/packet'
import { VIRTIO_NET_HDR_GSO as GSO } from '../io/virtio-header.js'

/** TCP flags of packets that may be joined. */
const JOINABLE = TCP_FLAG.ACK | TCP_FLAG.PSH | TCP_FLAG.FIN | TCP_FLAG.ECE | TCP_FLAG.CWR
/** Flags that may differ between joined packets (`tcp_gro_receive`). */
const MAY_DIFFER = TCP_FLAG.FIN | TCP_FLAG.PSH | TCP_FLAG.CWR
/** Flags after which no packet is joined. */
export const ENDING = TCP_FLAG.FIN | TCP_FLAG.PSH

/** Offset of the flags in the TCP header. The byte before contains the header's length. */
export const TCP_FLAGS = 13
const IPV4_HEADER = 20

/** True for the extension headers that the kernel can repeat in segments (INET6_PROTO_GSO_EXTHDR). */
const isRepeatable = (type: number) => type === IPPROTO_HOPOPTS || type === IPPROTO.ROUTING || type === IPPROTO.DSTOPTS

/** Returns the VIRTIO_NET_HDR_GSO type that packets such as this one are joined to; GSO.NONE if it must stay alone. */
export function joinedType(packet: PacketView): number {
  const { tcp, udp, ipv4, isFragment, end, payloadEnd, payloadOffset } = packet
  // Padding would become data, and so would what follows an empty payload.
  if (isFragment || payloadEnd !== end || payloadEnd === payloadOffset) return GSO.NONE
  if (ipv4) {
    // As the kernel, without options (`inet_gro_receive`).
    if (ipv4.headerLength !== IPV4_HEADER || !ipv4.hasValidChecksum()) return GSO.NONE
  } else if (!hasRepeatableHeaders(packet)) return GSO.NONE
  // The kernel requires a checksum, for symmetry with splitting (`udp_gro_receive_segment`).
  if (udp) return udp.checksum === 0 ? GSO.NONE : GSO.UDP_L4
  if (!tcp || (tcp.flags & 0xff & ~JOINABLE) !== 0) return GSO.NONE
  return ipv4 ? GSO.TCPV4 : GSO.TCPV6
}

function hasRepeatableHeaders({ extensions }: PacketView): boolean {
  for (let index = 0; index < extensions.count; index++) if (!isRepeatable(extensions.type(index))) return false
  return extensions.destinationOffset >= 0
}

/** True for equal bytes. */
function isEqual(a: Uint8Array, from: number, b: Uint8Array, at: number, length: number): boolean {
  for (let index = 0; index < length; index++) if (a[from + index] !== b[at + index]) return false
  return true
}

/**
 * True if the headers of a packet equal those at `at`, except for what differs between the segments of one packet: lengths, id of IPv4,
 * sequence number, checksums, and some flags of TCP.
 * @param transport Bytes before the transport header at `at`.
 * @param headers Bytes before the data at `at`.
 */
export function hasSameHeaders(
  packet: PacketView,
  memory: Uint8Array,
  at: number,
  transport: number,
  headers: number,
): boolean {
  const { bytes, start, networkOffset, transportOffset, payloadOffset } = packet
  if (transportOffset - start !== transport || payloadOffset - start !== headers) return false
  const network = networkOffset - start
  if (!isEqual(bytes, start, memory, at, network)) return false
  const from = networkOffset
  const to = at + network
  const isSameIp = packet.ipv4
    ? isEqual(bytes, from, memory, to, 2) &&
      isEqual(bytes, from + 6, memory, to + 6, 4) &&
      isEqual(bytes, from + 12, memory, to + 12, 8)
    : isEqual(bytes, from, memory, to, 4) && isEqual(bytes, from + 6, memory, to + 6, transport - network - 6)
  if (!isSameIp) return false
  const upper = at + transport
  if (!isEqual(bytes, transportOffset, memory, upper, 4)) return false
  return packet.udp ? true : hasSameTcp(bytes, transportOffset, memory, upper, headers - transport)
}

/** Compares TCP headers of `length` bytes behind their ports. */
function hasSameTcp(a: Uint8Array, from: number, b: Uint8Array, at: number, length: number): boolean {
  const flags = ((a[from + TCP_FLAGS] as number) ^ (b[at + TCP_FLAGS] as number)) & ~MAY_DIFFER
  return (
    flags === 0 &&
    isEqual(a, from + 8, b, at + 8, 5) &&
    isEqual(a, from + 14, b, at + 14, 2) &&
    isEqual(a, from + 18, b, at + 18, length - 18)
  )
}
