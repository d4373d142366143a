import { IPPROTO } from '@netloom/netlink/constants'
import { u16 } from '../bytes.js'
import type { Malformation } from '../error.js'
import { IPPROTO_HIP, IPPROTO_HOPOPTS, IPPROTO_SHIM6 } from '../numbers.js'
import { checkIndex } from './header-view.js'
import type { Ipv6View } from './ipv6.js'

/** Bytes of the fragment header, and of the part of others that contains their length. */
const LEAST_LENGTH = 8

/** Types of routing headers: RFC 6275, section 6.4, and RFC 8754. Type 0 is deprecated (RFC 5095). */
const ROUTING_SOURCE = 0
const ROUTING_MOBILE = 2
const ROUTING_SEGMENTS = 4

/** True for the headers that give the number of the next one and their length at the same offsets (RFC 8200, section 4). */
const isExtension = (type: number) =>
  type === IPPROTO_HOPOPTS ||
  type === IPPROTO.ROUTING ||
  type === IPPROTO.FRAGMENT ||
  type === IPPROTO.DSTOPTS ||
  type === IPPROTO.AH ||
  type === IPPROTO.MH ||
  type === IPPROTO_HIP ||
  type === IPPROTO_SHIM6

/** Returns the number of bytes of an extension header whose length field is `units`. */
function lengthOf(type: number, units: number): number {
  if (type === IPPROTO.FRAGMENT) return LEAST_LENGTH
  // RFC 4302, section 2.2: the authentication header counts in units of 4 bytes.
  return type === IPPROTO.AH ? (units + 2) * 4 : (units + 1) * 8
}

/** The extension headers of an IPv6 packet, in their order. ESP is not one here, because the following headers are encrypted. */
export class ExtensionHeaders {
  /** Number of extension headers. */
  count = 0
  /** Protocol after the last one: IPPROTO. */
  protocol = 0
  /** Offset after the last one. */
  end = 0
  /** True if there is a fragment header with an offset or with more parts to come. */
  isFragment = false
  /** Position of the payload in the whole datagram, in bytes: a multiple of 8. */
  fragmentOffset = 0
  /**
   * Offset of the address for which transport checksums are calculated: that of the IPv6 header, or the final one of a routing
   * header. -1 if a routing header is of an unknown type.
   */
  destinationOffset = 0

  readonly #types: number[] = []
  readonly #offsets: number[] = []

  /** Returns the type of an extension header: IPPROTO.ROUTING, … */
  type(index: number): number {
    return this.#at(this.#types, index)
  }

  /** Returns the offset of an extension header in the bytes of the packet. */
  offset(index: number): number {
    return this.#at(this.#offsets, index)
  }

  /** Returns the length of an extension header in bytes. */
  headerLength(index: number): number {
    const next = index + 1 < this.count ? this.offset(index + 1) : this.end
    return next - this.offset(index)
  }

  #at(numbers: readonly number[], index: number): number {
    checkIndex('extension header', index, this.count)
    return numbers[index] as number
  }

  clear(): void {
    this.count = 0
    this.protocol = 0
    this.end = 0
    this.isFragment = false
    this.fragmentOffset = 0
    this.destinationOffset = 0
  }

  /** Finds the extension headers of a packet. Returns false and records the reason if one is malformed. */
  tryRead(bytes: Uint8Array, ipv6: Ipv6View, fault: Malformation): boolean {
    this.clear()
    this.destinationOffset = ipv6.destinationOffset
    this.end = ipv6.payloadOffset
    this.protocol = ipv6.nextHeader
    // After the first part of a datagram, headers are data of another part.
    while (isExtension(this.protocol) && this.fragmentOffset === 0) {
      const [at, left] = [this.end, ipv6.end - this.end]
      if (left < LEAST_LENGTH) return fault.truncated('ipv6.extension', at, left, LEAST_LENGTH)
      const length = lengthOf(this.protocol, bytes[at + 1] as number)
      if (length < LEAST_LENGTH || length > left)
        return fault.set('ERR_PACKET_LENGTH', 'ipv6.extension.length', at + 1, length, LEAST_LENGTH, left)
      this.#add(bytes, at, length)
    }
    return true
  }

  #add(bytes: Uint8Array, at: number, length: number): void {
    if (this.protocol === IPPROTO.FRAGMENT) {
      const bits = u16(bytes, at + 2)
      this.fragmentOffset = bits & 0xfff8
      this.isFragment = (bits & 0xfff9) !== 0
    } else if (this.protocol === IPPROTO.ROUTING && bytes[at + 3] !== 0) this.#readRoute(bytes, at, length)
    this.#types[this.count] = this.protocol
    this.#offsets[this.count++] = at
    this.protocol = bytes[at] as number
    this.end = at + length
  }

  /** RFC 8200, section 8.1: the destination of the pseudo-header is the final one. */
  #readRoute(bytes: Uint8Array, at: number, length: number): void {
    const type = bytes[at + 2]
    if (length < 24) this.destinationOffset = -1
    // RFC 8754, section 2: segment 0 is the last one.
    else if (type === ROUTING_SEGMENTS) this.destinationOffset = at + 8
    else if (type === ROUTING_SOURCE || type === ROUTING_MOBILE) this.destinationOffset = at + 8 + ((length - 24) & ~15)
    else this.destinationOffset = -1
  }
}
