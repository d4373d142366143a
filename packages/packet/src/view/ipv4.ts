import { setU16, setU32, u16, u32 } from '../bytes.js'
import { sumUnchecked, updateChecksum } from '../checksum.js'
import type { Malformation } from '../error.js'
import { addressText } from '../text.js'
import { HeaderView } from './header-view.js'

const LEAST_LENGTH = 20
const MORE_FRAGMENTS = 0x2000
const DONT_FRAGMENT = 0x4000

/** IPv4 header (RFC 791). Addresses are numbers of 32 bits, and text. */
export class Ipv4View extends HeaderView {
  /** Bytes of the header with options, 20 to 60: four times IHL. */
  override get headerLength(): number {
    return ((this.bytes[this.offset] as number) & 0xf) * 4
  }

  /** DSCP and ECN, 8 bits (RFC 2474, RFC 3168). */
  get tos(): number {
    return this.bytes[this.offset + 1] as number
  }
  /** Bytes of header and payload. */
  get totalLength(): number {
    return u16(this.bytes, this.offset + 2)
  }
  set totalLength(length: number) {
    setU16(this.bytes, this.offset + 2, length)
  }
  get id(): number {
    return u16(this.bytes, this.offset + 4)
  }
  set id(id: number) {
    setU16(this.bytes, this.offset + 4, id)
  }
  get dontFragment(): boolean {
    return (u16(this.bytes, this.offset + 6) & DONT_FRAGMENT) !== 0
  }
  get moreFragments(): boolean {
    return (u16(this.bytes, this.offset + 6) & MORE_FRAGMENTS) !== 0
  }
  /** Position of the payload in the whole datagram, in bytes: a multiple of 8. */
  get fragmentOffset(): number {
    return (u16(this.bytes, this.offset + 6) & 0x1fff) * 8
  }
  get ttl(): number {
    return this.bytes[this.offset + 8] as number
  }
  set ttl(ttl: number) {
    this.bytes[this.offset + 8] = ttl
  }
  /** Protocol of the payload: IPPROTO. */
  get protocol(): number {
    return this.bytes[this.offset + 9] as number
  }
  get checksum(): number {
    return u16(this.bytes, this.offset + 10)
  }
  set checksum(checksum: number) {
    setU16(this.bytes, this.offset + 10, checksum)
  }
  get source(): number {
    return u32(this.bytes, this.offset + 12)
  }
  set source(address: number) {
    setU32(this.bytes, this.offset + 12, address)
  }
  get destination(): number {
    return u32(this.bytes, this.offset + 16)
  }
  set destination(address: number) {
    setU32(this.bytes, this.offset + 16, address)
  }

  get sourceText(): string {
    return addressText(this.bytes, this.offset + 12, 4)
  }
  get destinationText(): string {
    return addressText(this.bytes, this.offset + 16, 4)
  }

  /** Returns true if the header's checksum is correct. */
  hasValidChecksum(): boolean {
    return sumUnchecked(this.bytes, this.offset, this.payloadOffset) === 0xffff
  }

  /** Calculates the header's checksum and writes it. */
  updateChecksum(): void {
    this.checksum = 0
    this.checksum = ~sumUnchecked(this.bytes, this.offset, this.payloadOffset)
  }

  /** Decrements the TTL and corrects the checksum. Returns false, and changes nothing, if the packet must not be forwarded. */
  decrementTtl(): boolean {
    const { ttl } = this
    if (ttl <= 1) return false
    const before = u16(this.bytes, this.offset + 8)
    this.ttl = ttl - 1
    this.checksum = updateChecksum(this.checksum, before, before - 0x100)
    return true
  }

  override tryAt(bytes: Uint8Array, offset: number, end: number, fault: Malformation, partial = false): boolean {
    const left = end - offset
    if (left < LEAST_LENGTH) return fault.truncated('ipv4', offset, left, LEAST_LENGTH)
    const first = bytes[offset] as number
    if (first >> 4 !== 4) return fault.set('ERR_PACKET_VALUE', 'ipv4.version', offset, first >> 4, 4, 4)
    const header = (first & 0xf) * 4
    if (header < LEAST_LENGTH || header > left)
      return fault.set('ERR_PACKET_LENGTH', 'ipv4.headerLength', offset, header, LEAST_LENGTH, Math.min(60, left))
    const total = u16(bytes, offset + 2)
    if (total < header || (total > left && !partial))
      return fault.set('ERR_PACKET_LENGTH', 'ipv4.totalLength', offset + 2, total, header, left)
    return this.place(bytes, offset, offset + Math.min(total, left))
  }
}
