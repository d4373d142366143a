import { setU16, setU32, u16, u32 } from '../bytes.js'
import type { Malformation } from '../error.js'
import { addressText } from '../text.js'
import { HeaderView } from './header-view.js'

const HEADER_LENGTH = 40

function address(bytes: Uint8Array, at: number): bigint {
  const word = (index: number) => BigInt(u32(bytes, at + 4 * index))
  return (word(0) << 96n) | (word(1) << 64n) | (word(2) << 32n) | word(3)
}

/** Writes an IPv6 address. */
export function setIpv6Address(bytes: Uint8Array, at: number, value: bigint): void {
  for (let index = 0; index < 4; index++)
    setU32(bytes, at + 4 * index, Number(BigInt.asUintN(32, value >> BigInt(96 - 32 * index))))
}

/**
 * IPv6 header (RFC 8200, section 3). Addresses are bigints of 128 bits, and text. To read them without creating a value, use the
 * bytes at `sourceOffset` and `destinationOffset`.
 */
export class Ipv6View extends HeaderView {
  override get headerLength(): number {
    return HEADER_LENGTH
  }

  /** DSCP and ECN, 8 bits. */
  get trafficClass(): number {
    return (u16(this.bytes, this.offset) >> 4) & 0xff
  }
  /** Flow label, 20 bits. */
  get flowLabel(): number {
    return u32(this.bytes, this.offset) & 0xfffff
  }
  /** Bytes after this header, extension headers included. */
  get payloadLength(): number {
    return u16(this.bytes, this.offset + 4)
  }
  set payloadLength(length: number) {
    setU16(this.bytes, this.offset + 4, length)
  }
  /** Type of the next header, which may be an extension header: IPPROTO. */
  get nextHeader(): number {
    return this.bytes[this.offset + 6] as number
  }
  get hopLimit(): number {
    return this.bytes[this.offset + 7] as number
  }
  set hopLimit(limit: number) {
    this.bytes[this.offset + 7] = limit
  }

  get sourceOffset(): number {
    return this.offset + 8
  }
  get destinationOffset(): number {
    return this.offset + 24
  }
  get source(): bigint {
    return address(this.bytes, this.sourceOffset)
  }
  set source(value: bigint) {
    setIpv6Address(this.bytes, this.sourceOffset, value)
  }
  get destination(): bigint {
    return address(this.bytes, this.destinationOffset)
  }
  set destination(value: bigint) {
    setIpv6Address(this.bytes, this.destinationOffset, value)
  }

  get sourceText(): string {
    return addressText(this.bytes, this.sourceOffset, 16)
  }
  get destinationText(): string {
    return addressText(this.bytes, this.destinationOffset, 16)
  }

  /** Decrements the hop limit. Returns false, and changes nothing, if the packet must not be forwarded. IPv6 has no checksum. */
  decrementHopLimit(): boolean {
    if (this.hopLimit <= 1) return false
    this.hopLimit--
    return true
  }

  override tryAt(bytes: Uint8Array, offset: number, end: number, fault: Malformation, partial = false): boolean {
    const left = end - offset
    if (left < HEADER_LENGTH) return fault.truncated('ipv6', offset, left, HEADER_LENGTH)
    const version = (bytes[offset] as number) >> 4
    if (version !== 6) return fault.set('ERR_PACKET_VALUE', 'ipv6.version', offset, version, 6, 6)
    const length = u16(bytes, offset + 4)
    const most = left - HEADER_LENGTH
    if (length > most && !partial)
      return fault.set('ERR_PACKET_LENGTH', 'ipv6.payloadLength', offset + 4, length, 0, most)
    return this.place(bytes, offset, offset + HEADER_LENGTH + Math.min(length, most))
  }
}
