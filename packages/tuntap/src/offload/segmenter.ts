import { foldSum, type PacketView, type SumReader, TCP_FLAG, writePartialChecksum } from '@netloom/packet'
import { baseOf, type FrameFault, TUNNEL } from '../io/check-virtio.js'
import { VIRTIO_NET_HDR_GSO as GSO, VIRTIO_NET_HDR_F, type VirtioNetHeader } from '../io/virtio-header.js'

/** Offsets in the TCP header: RFC 9293, section 3.1. */
const TCP_SEQUENCE = 4
const TCP_FLAGS = 13
const TCP_CHECKSUM = 16
/** Offsets in the UDP header. */
const UDP_LENGTH = 4
const UDP_CHECKSUM = 6
/** Offsets in the IPv4 header, and in that of IPv6. */
const IPV4_LENGTH = 2
const IPV4_ID = 4
const IPV4_CHECKSUM = 10
const IPV6_LENGTH = 4
const IPV6_HEADER = 40

/** Flags that only the last segment has, and the one that only the first has (`tcp_gso_segment`). */
const ONLY_LAST = TCP_FLAG.FIN | TCP_FLAG.PSH
const ONLY_FIRST = TCP_FLAG.CWR

const fault = (field: string, value: number, expected: string): FrameFault => ({ field, value, expected })

/** The protocols that a type requires. */
const EXPECTED: Readonly<Record<number, string>> = {
  [GSO.TCPV4]: 'TCP over IPv4',
  [GSO.TCPV6]: 'TCP over IPv6',
  [GSO.UDP_L4]: 'UDP',
}

/**
 * Writes the segments of one packet. What is the same in all headers is prepared once, with its sum. So for a segment only its data is
 * summed up.
 */
export class Segmenter {
  /** Number of segments. */
  count = 0
  /** Length of each segment but the last, and of the last one, with headers. */
  size = 0
  lastSize = 0

  readonly #memory: Uint8Array
  readonly #sums: SumReader
  readonly #packet: PacketView
  /** Bytes from the start of the packet to its network header, transport header and data. */
  #network = 0
  #transport = 0
  #headers = 0
  /** Start of the data, and its number of bytes in each segment but the last. */
  #data = 0
  #gsoSize = 0
  /** Sum of the pseudo-header and transport header, without lengths, sequence number, flags and checksum. */
  #transportSum = 0
  /** Sum of the IPv4 header without length, id and checksum. */
  #ipSum = 0
  #id = 0
  #sequence = 0
  #flags = 0

  /** @param packet Parsed before each {@link prepare}. It is in the memory. */
  constructor(memory: Uint8Array, sums: SumReader, packet: PacketView) {
    this.#memory = memory
    this.#sums = sums
    this.#packet = packet
  }

  /** Number of bytes of all segments. */
  get needed(): number {
    return (this.count - 1) * this.size + this.lastSize
  }

  /** Reads the headers. Returns a fault if they contradict the virtio header. */
  prepare(header: VirtioNetHeader): FrameFault | undefined {
    const packet = this.#packet
    const found = this.#faultOf(header)
    if (found) return found
    const { start, networkOffset, transportOffset, payloadOffset, payloadEnd } = packet
    if ((header.flags & VIRTIO_NET_HDR_F.NEEDS_CSUM) === 0) writePartialChecksum(packet)
    this.#network = networkOffset - start
    this.#transport = transportOffset - start
    this.#headers = payloadOffset - start
    this.#data = payloadOffset
    this.#gsoSize = header.gsoSize
    const length = payloadEnd - payloadOffset
    this.count = Math.max(1, Math.ceil(length / header.gsoSize))
    this.size = this.#headers + (this.count === 1 ? length : header.gsoSize)
    this.lastSize = this.#headers + length - (this.count - 1) * header.gsoSize
    this.#prepareTransport(payloadEnd - transportOffset)
    if (packet.ipv4) this.#prepareIpv4(packet.ipv4.payloadOffset)
    return undefined
  }

  #faultOf({ flags, gsoType, csumStart }: VirtioNetHeader): FrameFault | undefined {
    const { tcp, udp, ipv4, ipv6, isFragment, start, transportOffset, payloadEnd, end } = this.#packet
    if (gsoType & TUNNEL) return fault('virtio_net_hdr.gso_type', gsoType, 'no tunnel, which is not split')
    const base = baseOf(gsoType)
    const isRight = base === GSO.TCPV4 ? tcp && ipv4 : base === GSO.TCPV6 ? tcp && ipv6 : base === GSO.UDP_L4 && udp
    if (!isRight || isFragment)
      return fault(
        'virtio_net_hdr.gso_type',
        gsoType,
        `${EXPECTED[base] ?? 'no UFO, which is not split'}, as in the packet`,
      )
    if (flags & VIRTIO_NET_HDR_F.NEEDS_CSUM && csumStart !== transportOffset - start) {
      const expected = `${transportOffset - start}, where the transport header begins`
      return fault('virtio_net_hdr.csum_start', csumStart, expected)
    }
    if (payloadEnd !== end)
      return fault('packet length', end - start, `${payloadEnd - start}, as in the headers of the packet`)
    return undefined
  }

  /** @param length Bytes of the transport header and all data, which the sum in the checksum field counts. */
  #prepareTransport(length: number): void {
    const memory = this.#memory
    const { transportOffset: at, payloadOffset: end, tcp } = this.#packet
    const checksum = at + (tcp ? TCP_CHECKSUM : UDP_CHECKSUM)
    const pseudo = get16(memory, checksum)
    set16(memory, checksum, 0)
    if (tcp) {
      this.#sequence = tcp.sequence
      this.#flags = memory[at + TCP_FLAGS] as number
      set16(memory, at + TCP_SEQUENCE, 0)
      set16(memory, at + TCP_SEQUENCE + 2, 0)
      memory[at + TCP_FLAGS] = 0
    } else set16(memory, at + UDP_LENGTH, 0)
    this.#transportSum = foldSum(pseudo + (~length & 0xffff) + this.#sums.sum(at, end))
  }

  #prepareIpv4(end: number): void {
    const memory = this.#memory
    const at = this.#packet.networkOffset
    this.#id = get16(memory, at + IPV4_ID)
    set16(memory, at + IPV4_LENGTH, 0)
    set16(memory, at + IPV4_ID, 0)
    set16(memory, at + IPV4_CHECKSUM, 0)
    this.#ipSum = this.#sums.sum(at, end)
  }

  /** Writes the segments one after the other. */
  write(to: number): void {
    const memory = this.#memory
    const { start, ipv4, tcp } = this.#packet
    const headers = this.#headers
    const last = this.count - 1
    for (let index = 0, at = to; index <= last; index++, at += this.size) {
      const size = index === last ? this.lastSize : this.size
      const data = this.#data + index * this.#gsoSize
      memory.copyWithin(at, start, start + headers)
      memory.copyWithin(at + headers, data, data + size - headers)
      if (ipv4) this.#writeIpv4(at + this.#network, size - this.#network, index)
      else set16(memory, at + this.#network + IPV6_LENGTH, size - this.#network - IPV6_HEADER)
      const sum = this.#transportSum + this.#sums.sum(at + headers, at + size)
      if (tcp) this.#writeTcp(at + this.#transport, size - this.#transport, index, sum)
      else this.#writeUdp(at + this.#transport, size - this.#transport, sum)
    }
  }

  #writeIpv4(at: number, length: number, index: number): void {
    const memory = this.#memory
    const id = (this.#id + index) & 0xffff
    set16(memory, at + IPV4_LENGTH, length)
    set16(memory, at + IPV4_ID, id)
    set16(memory, at + IPV4_CHECKSUM, ~foldSum(this.#ipSum + length + id))
  }

  #writeTcp(at: number, length: number, index: number, sum: number): void {
    const memory = this.#memory
    const sequence = (this.#sequence + index * this.#gsoSize) >>> 0
    let flags = this.#flags
    if (index < this.count - 1) flags &= ~ONLY_LAST
    if (index > 0) flags &= ~ONLY_FIRST
    set16(memory, at + TCP_SEQUENCE, sequence >>> 16)
    set16(memory, at + TCP_SEQUENCE + 2, sequence)
    memory[at + TCP_FLAGS] = flags
    set16(memory, at + TCP_CHECKSUM, ~foldSum(sum + length + flags + (sequence >>> 16) + (sequence & 0xffff)))
  }

  /** The length counts twice: in the pseudo-header and in the header. RFC 768: 0xffff is sent for 0. */
  #writeUdp(at: number, length: number, sum: number): void {
    set16(this.#memory, at + UDP_LENGTH, length)
    set16(this.#memory, at + UDP_CHECKSUM, ~foldSum(sum + 2 * length) & 0xffff || 0xffff)
  }
}

const get16 = (memory: Uint8Array, at: number) => ((memory[at] as number) << 8) | (memory[at + 1] as number)

function set16(memory: Uint8Array, at: number, value: number): void {
  memory[at] = value >>> 8
  memory[at + 1] = value
}
