import type { Declaration, Infer } from '@netloom/netlink/codec'
import { ArgumentError, show } from '@netloom/netlink/codec'
import { IPPROTO } from '@netloom/netlink/constants'
import { bufferOf } from '../declared/buffer.js'
import { DHCP_CLIENT_PORT, DHCP_MAGIC, DHCP_SERVER_PORT, dhcpHeader, dhcpOptions } from '../declared/dhcp.js'
import { readDns } from '../declared/dns.js'
import { icmpHeader } from '../declared/icmp.js'
import { icmpv6Length, icmpv6Message } from '../declared/icmpv6.js'
import * as ip from '../declared/ip.js'
import { arpPacket, ethernetHeader, vlanTag } from '../declared/link.js'
import { tcpHeader, tcpOptions, udpHeader } from '../declared/transport.js'
import { PacketError } from '../error.js'
import { DNS_PORT, IPPROTO_HOPOPTS, MDNS_PORT } from '../numbers.js'
import { macText } from '../text.js'
import { type PacketOptions, PacketView } from '../view/packet.js'
import { packetErrorOf } from './codec-error.js'
import type { Layer } from './layer.js'

/** Result of {@link tryDecodePacket}. */
export interface DecodedPacket {
  /** The layers up to the malformed one. The bytes from there on are the payload. */
  readonly layers: Layer[]
  /** Fault of the packet, if it is malformed. */
  readonly error?: PacketError
}

/** Decodes the layers of a packet one after the other. */
class Reader {
  readonly layers: Layer[] = []
  /** Offset of the next bytes to decode. */
  at: number
  /** Offset after the last layer of {@link layers}. */
  end: number
  readonly #bytes: Buffer

  constructor(readonly packet: PacketView) {
    this.at = packet.start
    this.end = packet.start
    this.#bytes = bufferOf(packet.bytes)
  }

  /** Decodes the next bytes, up to `end`. @throws {PacketError} if they do not fit the declaration */
  take<T>(name: string, declaration: Declaration<T>, end: number): T {
    try {
      const value = declaration.codec('BE').decode(this.#bytes, this.at, end)
      this.at = end
      return value
    } catch (error) {
      throw packetErrorOf(error, name, this.at, 'ERR_PACKET_TRUNCATED')
    }
  }

  #push(layer: Layer): void {
    this.layers.push(layer)
    this.end = this.at
  }

  bytesTo(end: number): Uint8Array {
    const part = this.#bytes.subarray(this.at, end)
    this.at = end
    return part
  }

  readLink(): void {
    const { ethernet } = this.packet
    if (!ethernet) return
    this.#push({ layer: 'ethernet', ...this.take('ethernet', ethernetHeader, this.at + ethernetHeader.size) })
    for (let tag = 0; tag < ethernet.vlanCount; tag++)
      this.#push({ layer: 'vlan', ...this.take('vlan', vlanTag, this.at + vlanTag.size) })
  }

  readNetwork(): void {
    const { arp, ipv4, ipv6 } = this.packet
    if (arp) this.#push({ layer: 'arp', ...this.take('arp', arpPacket, arp.end) })
    if (ipv4) {
      const fixed = this.take('ipv4', ip.ipv4Header, this.at + ip.ipv4Header.size)
      const { version: _, headerLength: _length, ...members } = fixed
      const options = this.take('ipv4.options', ip.ipv4Options, ipv4.payloadOffset)
      this.#push({ layer: 'ipv4', ...members, fragmentOffset: members.fragmentOffset * 8, options })
    }
    if (ipv6) {
      const { version: _, ...members } = this.take('ipv6', ip.ipv6Header, ipv6.payloadOffset)
      this.#push({ layer: 'ipv6', ...members })
      this.#readExtensions()
    }
  }

  #readExtensions(): void {
    const { extensions } = this.packet
    for (let index = 0; index < extensions.count; index++) {
      const end = extensions.offset(index) + extensions.headerLength(index)
      this.#push(this.#extension(extensions.type(index), end))
    }
  }

  #extension(type: number, end: number): Layer {
    if (type === IPPROTO_HOPOPTS || type === IPPROTO.DSTOPTS) {
      const { nextHeader } = this.take('ipv6.options', ip.optionsHeader, this.at + ip.optionsHeader.size)
      const options = this.take('ipv6.options', ip.ipv6Options, end)
      return { layer: type === IPPROTO_HOPOPTS ? 'hopByHop' : 'destinationOptions', nextHeader, options }
    }
    if (type === IPPROTO.FRAGMENT) {
      const members = this.take('ipv6.fragment', ip.fragmentHeader, end)
      return { layer: 'fragment', ...members, fragmentOffset: members.fragmentOffset * 8 }
    }
    if (type === IPPROTO.AH) {
      const fixed = this.take('ipv6.authentication', ip.authenticationHeader, this.at + ip.authenticationHeader.size)
      const { length: _, ...members } = fixed
      return { layer: 'authentication', ...members, icv: this.bytesTo(end) }
    }
    if (type === IPPROTO.ROUTING) return this.#routing(end)
    const { nextHeader } = this.take('ipv6.extension', ip.optionsHeader, this.at + ip.optionsHeader.size)
    return { layer: 'extension', nextHeader, data: this.bytesTo(end) }
  }

  #routing(end: number): Layer {
    const fixed = this.take('ipv6.routing', ip.routingHeader, this.at + ip.routingHeader.size)
    const { length: _, ...members } = fixed
    const count = Math.floor((end - this.at - 4) / 16)
    // A header of type 4 may end in TLVs (RFC 8754), and then is kept as bytes.
    const hasAddresses = [0, 2, 4].includes(members.type) && end - this.at - 4 === count * 16
    if (!hasAddresses) return { layer: 'routing', ...members, data: this.bytesTo(end) }
    const reserved = this.bytesTo(this.at + 4)
    return { layer: 'routing', ...members, reserved, addresses: this.take('ipv6.routing', ip.routingAddresses, end) }
  }

  readTransport(): void {
    const { tcp, udp, icmp, icmpv6 } = this.packet
    if (tcp) {
      const { headerLength: _, ...members } = this.take('tcp', tcpHeader, this.at + tcpHeader.size)
      this.#push({ layer: 'tcp', ...members, options: this.take('tcp.options', tcpOptions, tcp.payloadOffset) })
    }
    if (udp) this.#push({ layer: 'udp', ...this.take('udp', udpHeader, udp.payloadOffset) })
    if (icmp) this.#push({ layer: 'icmp', ...this.take('icmp', icmpHeader, icmp.payloadOffset) })
    if (icmpv6) {
      const end = icmpv6.offset + icmpv6Length(icmpv6.type, icmpv6.end - icmpv6.offset)
      this.#push({ layer: 'icmpv6', ...this.take('icmpv6', icmpv6Message, end) })
    }
  }

  readApplication(): void {
    const { udp, payloadEnd, isFragment } = this.packet
    if (!udp || isFragment || this.at === payloadEnd) return
    const ports = [udp.sourcePort, udp.destinationPort]
    if (ports.some((port) => port === DNS_PORT || port === MDNS_PORT)) {
      const { value, next } = readDns({ bytes: this.#bytes, start: this.at, end: payloadEnd })
      this.at = next
      this.#push({ layer: 'dns', ...value })
    } else if (ports.every((port) => port === DHCP_SERVER_PORT || port === DHCP_CLIENT_PORT)) this.#readDhcp(payloadEnd)
  }

  /** Adds the bytes after the last layer. */
  readRest(): void {
    const { payloadEnd, end } = this.packet
    this.at = this.end
    if (this.at < payloadEnd) this.layers.push({ layer: 'payload', bytes: this.bytesTo(payloadEnd) })
    if (payloadEnd < end) this.layers.push({ layer: 'padding', bytes: this.bytesTo(end) })
  }

  #readDhcp(payloadEnd: number): void {
    const start = this.at
    const end = Math.min(payloadEnd, start + dhcpHeader.size)
    const { chaddr, magic, ...members } = this.take<Infer<typeof dhcpHeader>>('dhcp', dhcpHeader, end)
    this.at = start
    const check = (field: string, at: number, value: number, isValid: boolean, expected: string) => {
      if (!isValid) throw new PacketError({ code: 'ERR_PACKET_VALUE', field, value, offset: start + at, expected })
    }
    check('dhcp.hlen', 2, members.hlen, members.hlen <= chaddr.length, `0 to ${chaddr.length}`)
    check('dhcp.magic', 236, magic, magic === DHCP_MAGIC, `${DHCP_MAGIC}`)
    this.at = end
    const options = this.take('dhcp.options', dhcpOptions, payloadEnd)
    // The bytes after the option `end` fill the message up.
    this.at = dhcpOptions.endIn(this.#bytes, end, payloadEnd)
    this.#push({ layer: 'dhcp', ...members, chaddr: macText(chaddr, 0, members.hlen), options })
  }
}

/**
 * Decodes a packet to its layers. Never throws for received bytes: if a layer is malformed, `error` says why, `layers` contains the
 * layers before it, and the rest is a `payload`.
 */
export function tryDecodePacket(bytes: Uint8Array, options: PacketOptions = {}): DecodedPacket {
  if (!(bytes instanceof Uint8Array)) throw new ArgumentError(`expected the bytes of a packet, got ${show(bytes)}`)
  const packet = new PacketView(options)
  const isValid = packet.tryParse(bytes)
  const reader = new Reader(packet)
  let error = isValid ? undefined : packet.fault.error()
  try {
    reader.readLink()
    reader.readNetwork()
    reader.readTransport()
    reader.readApplication()
  } catch (thrown) {
    if (!(thrown instanceof PacketError)) throw thrown
    // Before the header that parsing refused.
    error = thrown
  }
  const { layers } = reader
  reader.readRest()
  return error ? { layers, error } : { layers }
}

/**
 * Decodes a packet to its layers, from the outermost on. Bytes in them are views of `bytes`.
 * @throws {PacketError} if a layer is malformed
 */
export function decodePacket(bytes: Uint8Array, options: PacketOptions = {}): Layer[] {
  const { layers, error } = tryDecodePacket(bytes, options)
  if (error) throw error
  return layers
}
