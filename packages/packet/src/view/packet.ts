import { ArgumentError, show } from '@netloom/netlink/codec'
import { ETH_P, IPPROTO } from '@netloom/netlink/constants'
import { Malformation } from '../error.js'
import { ArpView } from './arp.js'
import { EthernetView } from './ethernet.js'
import { ExtensionHeaders } from './extensions.js'
import { checkRange } from './header-view.js'
import { Ipv4View } from './ipv4.js'
import { Ipv6View } from './ipv6.js'
import { IcmpView, TcpView, UdpView } from './transport.js'

/** Options of {@link PacketView}. */
export interface PacketOptions {
  /** Header that the bytes begin with: `ethernet` (frames of tap devices, the default) or `ip` (packets of tun devices). */
  readonly link?: 'ethernet' | 'ip'
  /** Accepts lengths beyond the bytes: packets that ICMP errors quote, and captures with a snapshot length. */
  readonly partial?: boolean
}

/** Bits of the headers that a packet has. */
const ETHERNET = 1
const ARP = 2
const IPV4 = 4
const IPV6 = 8
const TCP = 16
const UDP = 32
const ICMP = 64
const ICMPV6 = 128

const NOTHING = new Uint8Array(0)

/** @throws {TypeError} if an option is invalid */
function checkPacketOptions(options: PacketOptions): void {
  if (typeof options !== 'object' || options === null) throw new ArgumentError(`expected options, got ${show(options)}`)
  const { link = 'ethernet', partial = false } = options
  if (link !== 'ethernet' && link !== 'ip')
    throw new ArgumentError(`expected link 'ethernet' or 'ip', got ${show(link)}`)
  if (typeof partial !== 'boolean')
    throw new ArgumentError(`expected partial to be true or false, got ${show(partial)}`)
}

/**
 * Finds the headers of a packet. One object is used for all packets of a loop, and allocates no memory for them: it has a view of
 * each kind of header, which it moves. A header is `undefined` if the packet does not have it.
 */
export class PacketView {
  /** Fault of the last packet, if {@link tryParse} returned false. */
  readonly fault: Malformation = new Malformation()
  /** Extension headers of IPv6. */
  readonly extensions: ExtensionHeaders = new ExtensionHeaders()

  /** Bytes that were parsed, with the range of the packet in them. */
  bytes: Uint8Array = NOTHING
  start = 0
  end = 0
  /** EtherType after VLAN tags: ETH_P. Below 0x600 it is the length of an IEEE 802.3 frame. */
  etherType = 0
  /** Offset of the header after Ethernet and VLAN tags. */
  networkOffset = 0
  /** Protocol above IP and its extension headers: IPPROTO. -1 if the packet is not IP. */
  protocol = -1
  /** Offset after IP and its extension headers. -1 if the packet is not IP. */
  transportOffset = -1
  /** Offset of the bytes after the last header that was found. */
  payloadOffset = 0
  /** Offset after these bytes. Bytes from here to `end` are padding of the frame. */
  payloadEnd = 0
  /** True for a part of a fragmented datagram. Only the first part contains the header of the transport protocol. */
  isFragment = false

  readonly #isEthernet: boolean
  readonly #partial: boolean
  readonly #ethernet = new EthernetView()
  readonly #arp = new ArpView()
  readonly #ipv4 = new Ipv4View()
  readonly #ipv6 = new Ipv6View()
  readonly #tcp = new TcpView()
  readonly #udp = new UdpView()
  readonly #icmp = new IcmpView('icmp')
  readonly #icmpv6 = new IcmpView('icmpv6')
  #found = 0

  /** @throws {TypeError} if an option is invalid */
  constructor(options: PacketOptions = {}) {
    checkPacketOptions(options)
    const { link = 'ethernet', partial = false } = options
    this.#isEthernet = link === 'ethernet'
    this.#partial = partial
  }

  get ethernet(): EthernetView | undefined {
    return this.#found & ETHERNET ? this.#ethernet : undefined
  }
  get arp(): ArpView | undefined {
    return this.#found & ARP ? this.#arp : undefined
  }
  get ipv4(): Ipv4View | undefined {
    return this.#found & IPV4 ? this.#ipv4 : undefined
  }
  get ipv6(): Ipv6View | undefined {
    return this.#found & IPV6 ? this.#ipv6 : undefined
  }
  get tcp(): TcpView | undefined {
    return this.#found & TCP ? this.#tcp : undefined
  }
  get udp(): UdpView | undefined {
    return this.#found & UDP ? this.#udp : undefined
  }
  get icmp(): IcmpView | undefined {
    return this.#found & ICMP ? this.#icmp : undefined
  }
  get icmpv6(): IcmpView | undefined {
    return this.#found & ICMPV6 ? this.#icmpv6 : undefined
  }

  /** True if a length exceeds the bytes, which only the option `partial` accepts. */
  get isTruncated(): boolean {
    const { ipv4, ipv6, udp } = this
    if (ipv4 && ipv4.totalLength > ipv4.end - ipv4.offset) return true
    if (ipv6 && ipv6.payloadLength > ipv6.end - ipv6.payloadOffset) return true
    return udp !== undefined && !this.isFragment && udp.length > udp.end - udp.offset
  }

  /** Bytes after the last header that was found, as a view of the same memory. */
  get payload(): Uint8Array {
    return this.bytes.subarray(this.payloadOffset, this.payloadEnd)
  }

  /**
   * Finds the headers of the packet in `bytes[start, end)`. Checks every length, so that no view reads outside of the range. Returns
   * false if a header is malformed: `fault` describes it, and the headers before it are available. A protocol that is unknown here is
   * no fault; its bytes are the payload. Checksums and options are not checked.
   * @throws {PacketError} `ERR_PACKET_RANGE` if the range is outside of `bytes`
   */
  tryParse(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    checkRange(bytes, start, end)
    this.bytes = bytes
    this.start = start
    this.end = end
    this.#found = 0
    this.etherType = 0
    this.networkOffset = start
    this.protocol = -1
    this.transportOffset = -1
    this.isFragment = false
    this.extensions.clear()
    this.#continueAt(start, end)
    return this.#isEthernet ? this.#parseEthernet() : this.#parseIp()
  }

  /**
   * Finds the headers like {@link tryParse}, and returns this object.
   * @throws {PacketError} if a header is malformed
   */
  parse(bytes: Uint8Array, start = 0, end = bytes.length): this {
    if (!this.tryParse(bytes, start, end)) throw this.fault.error()
    return this
  }

  #continueAt(offset: number, end: number): void {
    this.payloadOffset = offset
    this.payloadEnd = end
  }

  #parseEthernet(): boolean {
    const ethernet = this.#ethernet
    if (!ethernet.tryAt(this.bytes, this.start, this.end, this.fault, this.#partial)) return false
    this.#found = ETHERNET
    this.etherType = ethernet.type
    this.networkOffset = ethernet.payloadOffset
    this.#continueAt(this.networkOffset, ethernet.end)
    if (this.etherType === ETH_P.IP) return this.#parseIpv4()
    if (this.etherType === ETH_P.IPV6) return this.#parseIpv6()
    return this.etherType === ETH_P.ARP ? this.#parseArp() : true
  }

  #parseIp(): boolean {
    if (this.start === this.end) return this.fault.truncated('ip', this.start, 0, 1)
    const version = (this.bytes[this.start] as number) >> 4
    this.etherType = version === 6 ? ETH_P.IPV6 : ETH_P.IP
    return version === 6 ? this.#parseIpv6() : this.#parseIpv4()
  }

  #parseArp(): boolean {
    if (!this.#arp.tryAt(this.bytes, this.networkOffset, this.payloadEnd, this.fault)) return false
    this.#found |= ARP
    this.#continueAt(this.#arp.end, this.#arp.end)
    return true
  }

  #parseIpv4(): boolean {
    const ipv4 = this.#ipv4
    if (!ipv4.tryAt(this.bytes, this.networkOffset, this.payloadEnd, this.fault, this.#partial)) return false
    this.#found |= IPV4
    this.isFragment = ipv4.moreFragments || ipv4.fragmentOffset > 0
    return this.#parseTransport(ipv4.protocol, ipv4.payloadOffset, ipv4.end, ipv4.fragmentOffset === 0)
  }

  #parseIpv6(): boolean {
    const { extensions, fault } = this
    const ipv6 = this.#ipv6
    if (!ipv6.tryAt(this.bytes, this.networkOffset, this.payloadEnd, fault, this.#partial)) return false
    this.#found |= IPV6
    this.#continueAt(ipv6.payloadOffset, ipv6.end)
    const isValid = extensions.tryRead(this.bytes, ipv6, fault)
    this.#continueAt(extensions.end, ipv6.end)
    if (!isValid) return false
    this.isFragment = extensions.isFragment
    return this.#parseTransport(extensions.protocol, extensions.end, ipv6.end, extensions.fragmentOffset === 0)
  }

  #parseTransport(protocol: number, offset: number, end: number, isFirst: boolean): boolean {
    this.protocol = protocol
    this.transportOffset = offset
    this.#continueAt(offset, end)
    if (!isFirst) return true
    switch (protocol) {
      case IPPROTO.TCP:
        return this.#parseUpper(this.#tcp, TCP, offset, end)
      case IPPROTO.UDP:
        return this.#parseUpper(this.#udp, UDP, offset, end)
      case IPPROTO.ICMP:
        return this.#found & IPV4 ? this.#parseUpper(this.#icmp, ICMP, offset, end) : true
      case IPPROTO.ICMPV6:
        return this.#found & IPV6 ? this.#parseUpper(this.#icmpv6, ICMPV6, offset, end) : true
      default:
        return true
    }
  }

  #parseUpper(view: TcpView | UdpView | IcmpView, bit: number, offset: number, end: number): boolean {
    // The length of UDP counts the parts that follow a first fragment.
    if (!view.tryAt(this.bytes, offset, end, this.fault, this.#partial || this.isFragment)) return false
    this.#found |= bit
    this.#continueAt(view.payloadOffset, view.end)
    return true
  }
}
