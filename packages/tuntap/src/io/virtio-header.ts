import type { Framing } from '../device/framing.js'

/** VIRTIO_NET_HDR_F_*, the flags of `struct virtio_net_hdr`, linux/virtio_net.h */
export const VIRTIO_NET_HDR_F = {
  /** The checksum field contains the sum of the pseudo-header, and the sum from `csumStart` on must be added. */
  NEEDS_CSUM: 1,
  /** The checksum was verified. */
  DATA_VALID: 2,
  RSC_INFO: 4,
  /** The outer UDP header of a tunnel needs a checksum. */
  UDP_TUNNEL_CSUM: 8,
} as const

/** VIRTIO_NET_HDR_GSO_*, the types of `struct virtio_net_hdr`, linux/virtio_net.h. The last three are bits that accompany a type. */
export const VIRTIO_NET_HDR_GSO = {
  NONE: 0,
  TCPV4: 1,
  /** Parts of one UDP datagram (UFO). */
  UDP: 3,
  TCPV6: 4,
  /** UDP datagrams (USO). */
  UDP_L4: 5,
  UDP_TUNNEL_IPV4: 0x20,
  UDP_TUNNEL_IPV6: 0x40,
  /** The first segment has the TCP flag CWR. */
  ECN: 0x80,
} as const

const NOTHING = new Uint8Array(0)

/**
 * Accessors of `struct virtio_net_hdr`, linux/virtio_net.h, in the bytes of a frame. Nothing is checked. Longer headers begin with this
 * one. Offsets are relative to the first byte after the header.
 */
export class VirtioNetHeader {
  bytes: Uint8Array = NOTHING
  /** Offset of the header in {@link bytes}. */
  offset = 0
  #isLittle = true

  /** Moves to the header at `offset`, and returns this object. */
  at(bytes: Uint8Array, offset: number, order: Framing['vnetByteOrder']): this {
    this.bytes = bytes
    this.offset = offset
    this.#isLittle = order === 'little'
    return this
  }

  /** VIRTIO_NET_HDR_F */
  get flags(): number {
    return this.bytes[this.offset] as number
  }
  set flags(flags: number) {
    this.bytes[this.offset] = flags
  }
  /** VIRTIO_NET_HDR_GSO */
  get gsoType(): number {
    return this.bytes[this.offset + 1] as number
  }
  set gsoType(type: number) {
    this.bytes[this.offset + 1] = type
  }
  /** Bytes of the headers: a hint of the sender. */
  get headerLength(): number {
    return this.#u16(2)
  }
  set headerLength(length: number) {
    this.#setU16(2, length)
  }
  /** Bytes of payload in each segment but the last. */
  get gsoSize(): number {
    return this.#u16(4)
  }
  set gsoSize(size: number) {
    this.#setU16(4, size)
  }
  /** Offset of the first byte that the checksum covers. */
  get csumStart(): number {
    return this.#u16(6)
  }
  set csumStart(start: number) {
    this.#setU16(6, start)
  }
  /** Offset of the checksum after {@link csumStart}. */
  get csumOffset(): number {
    return this.#u16(8)
  }
  set csumOffset(offset: number) {
    this.#setU16(8, offset)
  }

  #u16(at: number): number {
    const first = this.bytes[this.offset + at] as number
    const second = this.bytes[this.offset + at + 1] as number
    return this.#isLittle ? first | (second << 8) : (first << 8) | second
  }

  #setU16(at: number, value: number): void {
    this.bytes[this.offset + at] = this.#isLittle ? value : value >>> 8
    this.bytes[this.offset + at + 1] = this.#isLittle ? value >>> 8 : value
  }
}
