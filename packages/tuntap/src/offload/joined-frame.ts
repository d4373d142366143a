import { addSums, checksumSum, foldSum, type PacketView, type SumReader, TCP_FLAG } from '@netloom/packet'
import type { Framing } from '../device/framing.js'
import { VIRTIO_NET_HDR_GSO as GSO, VIRTIO_NET_HDR_F, type VirtioNetHeader } from '../io/virtio-header.js'
import { ENDING, hasSameHeaders, TCP_FLAGS } from './eligible.js'

/** Longest packet: the length field of IPv4 has 16 bits. */
const MOST_BYTES = 65535
/** UDP_GRO_CNT_MAX of net/ipv4/udp_offload.c. */
const MOST_DATAGRAMS = 64
const IPV6_HEADER = 40
const TCP_CHECKSUM = 16
const UDP_CHECKSUM = 6
const ALL_ONES = 0xffff

/** Result of {@link JoinedFrame.append}. */
export type Appended = 'joined' | 'different' | 'invalid'

/** A frame to be written: one packet, to which further ones are appended. */
export class JoinedFrame {
  /** Number of packets. */
  count = 0
  /** Length of the packet, without the headers before it. */
  length = 0
  /** True if further packets may be appended. */
  isOpen = false

  readonly #memory: Uint8Array
  readonly #sums: SumReader
  /** Offset of the packet in the memory. */
  #at = 0
  #type = 0
  #network = 0
  #transport = 0
  #headers = 0
  /** Bytes of data in each packet but the last. */
  #size = 0
  #nextSequence = 0
  /** Sum of the addresses and the protocol. */
  #pseudo = 0
  #isVerified = false
  #id = 0
  #hasFixedId = false

  constructor(memory: Uint8Array, sums: SumReader) {
    this.#memory = memory
    this.#sums = sums
  }

  /**
   * Copies a packet to `at`.
   * @param type Of {@link joinedType}.
   */
  begin(packet: PacketView, at: number, type: number): void {
    const { bytes, start, end } = packet
    copy(bytes, start, end, this.#memory, at)
    this.#at = at
    this.count = 1
    this.length = end - start
    this.#type = type
    this.isOpen = type !== GSO.NONE
    if (this.isOpen) this.#open(packet)
  }

  #open(packet: PacketView): void {
    const { start, networkOffset, transportOffset, payloadOffset, end, tcp, ipv4 } = packet
    this.#network = networkOffset - start
    this.#transport = transportOffset - start
    this.#headers = payloadOffset - start
    this.#size = end - payloadOffset
    this.#isVerified = false
    this.#hasFixedId = false
    if (ipv4) this.#id = ipv4.id
    if (!tcp) return
    this.#nextSequence = (tcp.sequence + this.#size) >>> 0
    this.isOpen = (tcp.flags & ENDING) === 0
  }

  /** Appends the data of a packet of the same flow, if it continues this one, and its checksum is correct. */
  append(packet: PacketView, type: number): Appended {
    const { bytes, payloadOffset, end } = packet
    const added = end - payloadOffset
    if (!this.#isContinuedBy(packet, type, added)) return 'different'
    if (!this.#isVerified && !this.#verify(packet)) return 'different'
    const to = this.#at + this.length
    copy(bytes, payloadOffset, end, this.#memory, to)
    const header = checksumSum(bytes, packet.transportOffset, payloadOffset)
    const sum = foldSum(this.#pseudo + (end - packet.transportOffset) + header + this.#sums.sum(to, to + added))
    if (sum !== ALL_ONES) return 'invalid'
    if (packet.ipv4 && this.count === 1) this.#hasFixedId = packet.ipv4.id === this.#id
    this.length += added
    this.count++
    if (packet.tcp) this.#continueTcp(packet.tcp.flags, added)
    else this.isOpen = added === this.#size && this.count < MOST_DATAGRAMS
    return 'joined'
  }

  #continueTcp(flags: number, added: number): void {
    const at = this.#at + this.#transport + TCP_FLAGS
    this.#memory[at] = (this.#memory[at] as number) | (flags & ENDING)
    this.#nextSequence = (this.#nextSequence + added) >>> 0
    this.isOpen = added === this.#size && (flags & ENDING) === 0
  }

  /** True if a packet has the same headers, and is the next one. The rules are those of `tcp_gro_receive` and `inet_gro_flush`. */
  #isContinuedBy(packet: PacketView, type: number, added: number): boolean {
    if (!this.isOpen || type !== this.#type || added > this.#size) return false
    if (this.length - this.#network + added > MOST_BYTES) return false
    const { tcp, ipv4 } = packet
    if (tcp && (tcp.sequence !== this.#nextSequence || (tcp.flags & TCP_FLAG.CWR) !== 0)) return false
    if (!hasSameHeaders(packet, this.#memory, this.#at, this.#transport, this.#headers)) return false
    if (!ipv4) return true
    const isFixed = this.count === 1 ? ipv4.dontFragment && ipv4.id === this.#id : this.#hasFixedId
    return ipv4.id === (isFixed ? this.#id : (this.#id + this.count) & 0xffff)
  }

  /** Checks the checksum of the first packet, when a second one follows. The addresses are those of `packet`. */
  #verify(packet: PacketView): boolean {
    const { bytes, networkOffset, ipv4, extensions, protocol } = packet
    const source = networkOffset + (ipv4 ? 12 : 8)
    const size = ipv4 ? 4 : 16
    const destination = ipv4 ? source + size : extensions.destinationOffset
    const addresses = checksumSum(bytes, source, source + size) + checksumSum(bytes, destination, destination + size)
    this.#pseudo = foldSum(addresses + protocol)
    const upper = this.length - this.#transport
    const sum = this.#sums.sum(this.#at + this.#transport, this.#at + this.length)
    this.#isVerified = foldSum(this.#pseudo + upper + sum) === ALL_ONES
    this.isOpen = this.#isVerified
    return this.#isVerified
  }

  /** Writes the lengths, the checksums and the virtio header. */
  finish(header: VirtioNetHeader, framing: Framing): void {
    if (this.count === 1) return
    const memory = this.#memory
    const isUdp = this.#type === GSO.UDP_L4
    const transport = this.#at + this.#transport
    const upper = this.length - this.#transport
    header.at(memory, this.#at - framing.vnetHeaderSize, framing.vnetByteOrder)
    header.flags = VIRTIO_NET_HDR_F.NEEDS_CSUM
    const hasCwr = !isUdp && ((memory[transport + TCP_FLAGS] as number) & TCP_FLAG.CWR) !== 0
    header.gsoType = this.#type | (hasCwr ? GSO.ECN : 0)
    header.headerLength = this.#headers
    header.gsoSize = this.#size
    header.csumStart = this.#transport
    header.csumOffset = isUdp ? UDP_CHECKSUM : TCP_CHECKSUM
    if (isUdp) set16(memory, transport + 4, upper)
    set16(memory, transport + header.csumOffset, addSums(this.#pseudo, upper))
    this.#finishIp()
  }

  #finishIp(): void {
    const memory = this.#memory
    const at = this.#at + this.#network
    const length = this.length - this.#network
    if ((memory[at] as number) >> 4 === 6) {
      set16(memory, at + 4, length - IPV6_HEADER)
      return
    }
    set16(memory, at + 2, length)
    set16(memory, at + 10, 0)
    set16(memory, at + 10, ~this.#sums.sum(at, this.#at + this.#transport))
  }
}

/** Copies `bytes[start, end)`. The constructor takes half the time of `subarray` of a Buffer. */
function copy(bytes: Uint8Array, start: number, end: number, memory: Uint8Array, at: number): void {
  memory.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start), at)
}

function set16(memory: Uint8Array, at: number, value: number): void {
  memory[at] = value >>> 8
  memory[at + 1] = value
}
