import { setU16, setU32, u16, u32 } from '../bytes.js'
import type { Malformation } from '../error.js'
import { HeaderView } from './header-view.js'

/** A header that begins with two ports. */
abstract class PortsView extends HeaderView {
  get sourcePort(): number {
    return u16(this.bytes, this.offset)
  }
  set sourcePort(port: number) {
    setU16(this.bytes, this.offset, port)
  }
  get destinationPort(): number {
    return u16(this.bytes, this.offset + 2)
  }
  set destinationPort(port: number) {
    setU16(this.bytes, this.offset + 2, port)
  }
}

const TCP_LEAST = 20

/** Kinds of TCP options without a length: RFC 9293, section 3.1. */
const END_OF_OPTIONS = 0
const NO_OPERATION = 1

/** TCP header (RFC 9293, section 3.1). */
export class TcpView extends PortsView {
  /** Bytes of the header with options, 20 to 60: four times the data offset. */
  override get headerLength(): number {
    return ((this.bytes[this.offset + 12] as number) >> 4) * 4
  }

  get sequence(): number {
    return u32(this.bytes, this.offset + 4)
  }
  set sequence(number: number) {
    setU32(this.bytes, this.offset + 4, number)
  }
  get acknowledgment(): number {
    return u32(this.bytes, this.offset + 8)
  }
  set acknowledgment(number: number) {
    setU32(this.bytes, this.offset + 8, number)
  }
  /** Control bits, and the reserved ones above them: 12 bits, TCP_FLAG. */
  get flags(): number {
    return u16(this.bytes, this.offset + 12) & 0xfff
  }
  set flags(flags: number) {
    setU16(this.bytes, this.offset + 12, (u16(this.bytes, this.offset + 12) & 0xf000) | (flags & 0xfff))
  }
  /** Receive window as sent, before scaling. */
  get window(): number {
    return u16(this.bytes, this.offset + 14)
  }
  set window(window: number) {
    setU16(this.bytes, this.offset + 14, window)
  }
  get checksum(): number {
    return u16(this.bytes, this.offset + 16)
  }
  set checksum(checksum: number) {
    setU16(this.bytes, this.offset + 16, checksum)
  }
  get urgentPointer(): number {
    return u16(this.bytes, this.offset + 18)
  }

  /**
   * Returns the offset of the first option of this kind in {@link bytes}, or -1. Its length is the byte after it, and its value
   * follows; both are inside the header. Malformed options end the search.
   */
  findOption(kind: number): number {
    const end = this.payloadOffset
    for (let at = this.offset + TCP_LEAST; at < end; ) {
      const found = this.bytes[at] as number
      if (found === END_OF_OPTIONS) return -1
      if (found === NO_OPERATION) {
        if (kind === NO_OPERATION) return at
        at++
        continue
      }
      const length = at + 1 < end ? (this.bytes[at + 1] as number) : 0
      if (length < 2 || at + length > end) return -1
      if (found === kind) return at
      at += length
    }
    return -1
  }

  override tryAt(bytes: Uint8Array, offset: number, end: number, fault: Malformation): boolean {
    const left = end - offset
    if (left < TCP_LEAST) return fault.truncated('tcp', offset, left, TCP_LEAST)
    const header = ((bytes[offset + 12] as number) >> 4) * 4
    if (header < TCP_LEAST || header > left)
      return fault.set('ERR_PACKET_LENGTH', 'tcp.headerLength', offset + 12, header, TCP_LEAST, Math.min(60, left))
    return this.place(bytes, offset, end)
  }
}

const UDP_LENGTH = 8

/** UDP header (RFC 768). */
export class UdpView extends PortsView {
  override get headerLength(): number {
    return UDP_LENGTH
  }

  /** Bytes of header and data. */
  get length(): number {
    return u16(this.bytes, this.offset + 4)
  }
  set length(length: number) {
    setU16(this.bytes, this.offset + 4, length)
  }
  /** 0 if the sender calculated none. */
  get checksum(): number {
    return u16(this.bytes, this.offset + 6)
  }
  set checksum(checksum: number) {
    setU16(this.bytes, this.offset + 6, checksum)
  }

  override tryAt(bytes: Uint8Array, offset: number, end: number, fault: Malformation, partial = false): boolean {
    const left = end - offset
    if (left < UDP_LENGTH) return fault.truncated('udp', offset, left, UDP_LENGTH)
    const length = u16(bytes, offset + 4)
    if (length < UDP_LENGTH || (length > left && !partial))
      return fault.set('ERR_PACKET_LENGTH', 'udp.length', offset + 4, length, UDP_LENGTH, left)
    return this.place(bytes, offset, offset + Math.min(length, left))
  }
}

const ICMP_LENGTH = 8

/**
 * The first 8 bytes of an ICMP message (RFC 792) or ICMPv6 message (RFC 4443). The meaning of the last four depends on the type;
 * `id` and `sequence` are those of echo messages.
 */
export class IcmpView extends HeaderView {
  constructor(readonly name: 'icmp' | 'icmpv6' = 'icmp') {
    super()
  }

  override get headerLength(): number {
    return ICMP_LENGTH
  }

  get type(): number {
    return this.bytes[this.offset] as number
  }
  set type(type: number) {
    this.bytes[this.offset] = type
  }
  get code(): number {
    return this.bytes[this.offset + 1] as number
  }
  get checksum(): number {
    return u16(this.bytes, this.offset + 2)
  }
  set checksum(checksum: number) {
    setU16(this.bytes, this.offset + 2, checksum)
  }
  get id(): number {
    return u16(this.bytes, this.offset + 4)
  }
  set id(id: number) {
    setU16(this.bytes, this.offset + 4, id)
  }
  get sequence(): number {
    return u16(this.bytes, this.offset + 6)
  }

  override tryAt(bytes: Uint8Array, offset: number, end: number, fault: Malformation): boolean {
    if (end - offset < ICMP_LENGTH) return fault.truncated(this.name, offset, end - offset, ICMP_LENGTH)
    return this.place(bytes, offset, end)
  }
}
