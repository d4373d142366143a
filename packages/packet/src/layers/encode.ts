import { ArgumentError, type Declaration, lladdr, show } from '@netloom/netlink/codec'
import { ETH_P, IPPROTO } from '@netloom/netlink/constants'
import { concat } from '../bytes.js'
import { DHCP_MAGIC, dhcpHeader, dhcpOptions } from '../declared/dhcp.js'
import { dnsMessage } from '../declared/dns.js'
import { icmpHeader } from '../declared/icmp.js'
import { icmpv6Message } from '../declared/icmpv6.js'
import * as ip from '../declared/ip.js'
import { arpPacket, ethernetHeader, vlanTag } from '../declared/link.js'
import { tcpHeader, tcpOptions, udpHeader } from '../declared/transport.js'
import { transport, withChecksum } from './encode-checksum.js'
import { type Context, etherTypeAfter, part, protocolAfter, refuse, units } from './encode-context.js'
import type { LayerInput, LayerName } from './layer.js'

type Encoder<N extends LayerName> = (layer: Omit<LayerInput<N>, 'layer'>, context: Context) => Uint8Array

function optionsHeader(context: Context, nextHeader: number | undefined, body: Uint8Array): Uint8Array {
  const length = units(context, 'options', ip.optionsHeader.size + body.length, 8) - 1
  const header = { nextHeader: nextHeader ?? protocolAfter(context, 'nextHeader'), length }
  return concat(part(context, ip.optionsHeader, header), body, context.payload)
}

const encodeOptions: Encoder<'hopByHop'> = ({ nextHeader, options = [] }, context) => {
  const body = part(context, ip.ipv6Options, options)
  const missing = (8 - ((ip.optionsHeader.size + body.length) % 8)) % 8
  // RFC 8200, section 4.2: Pad1 for one byte, PadN for more.
  const padding = missing === 1 ? Uint8Array.of(0) : missing === 0 ? new Uint8Array(0) : padN(missing)
  return optionsHeader(context, nextHeader, concat(body, padding))
}

function padN(size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  bytes.set([1, size - 2])
  return bytes
}

const encodeIcmp =
  (protocol: number, declaration: Declaration<{ type: number }>) => (layer: object, context: Context) => {
    const { checksum } = layer as { checksum?: number }
    return transport(context, part(context, declaration, { type: 0, ...layer }), 2, checksum, protocol)
  }

const encoders: { readonly [N in LayerName]: Encoder<N> } = {
  ethernet: ({ type, ...members }, context) =>
    concat(part(context, ethernetHeader, { ...members, type: type ?? etherTypeAfter(context) }), context.payload),
  vlan: ({ type, ...members }, context) =>
    concat(part(context, vlanTag, { ...members, type: type ?? etherTypeAfter(context) }), context.payload),
  arp(members, context) {
    const lengths = { hardwareType: 1, protocolType: ETH_P.IP, hardwareLength: 6, protocolLength: 4, operation: 1 }
    return concat(part(context, arpPacket, { ...lengths, ...members }), context.payload)
  },
  ipv4({ options = [], fragmentOffset = 0, totalLength, protocol, checksum, ...members }, context) {
    const body = part(context, ip.ipv4Options, options)
    const length = ip.ipv4Header.size + body.length
    if (length > 60) refuse(context, 'options', body.length, 'at most 40 bytes')
    // One object literal: V8 takes microseconds to spread a second object over the first one.
    const filled = {
      ttl: 64,
      ...members,
      version: 4,
      headerLength: length / 4,
      totalLength: totalLength ?? length + context.payload.length,
      protocol: protocol ?? protocolAfter(context, 'protocol'),
      fragmentOffset: units(context, 'fragmentOffset', fragmentOffset, 8),
      checksum: checksum ?? 0,
    }
    const header = concat(part(context, ip.ipv4Header, filled), body)
    if (checksum === undefined) header.set(withChecksum(header, new Uint8Array(0), 10, 0))
    return concat(header, context.payload)
  },
  ipv6({ payloadLength, nextHeader, ...members }, context) {
    const filled = {
      hopLimit: 64,
      ...members,
      version: 6,
      payloadLength: payloadLength ?? context.payload.length,
      nextHeader: nextHeader ?? protocolAfter(context, 'nextHeader'),
    }
    return concat(part(context, ip.ipv6Header, filled), context.payload)
  },
  hopByHop: encodeOptions,
  destinationOptions: encodeOptions,
  routing({ nextHeader, addresses, data, reserved = new Uint8Array(4), ...members }, context) {
    const body = addresses ? concat(reserved, part(context, ip.routingAddresses, addresses)) : (data ?? reserved)
    const length = units(context, 'data', ip.routingHeader.size + body.length, 8) - 1
    const header = { ...members, nextHeader: nextHeader ?? protocolAfter(context, 'nextHeader'), length }
    return concat(part(context, ip.routingHeader, header), body, context.payload)
  },
  fragment({ nextHeader, fragmentOffset = 0, ...members }, context) {
    const filled = {
      ...members,
      nextHeader: nextHeader ?? protocolAfter(context, 'nextHeader'),
      fragmentOffset: units(context, 'fragmentOffset', fragmentOffset, 8),
    }
    return concat(part(context, ip.fragmentHeader, filled), context.payload)
  },
  authentication({ nextHeader, icv = new Uint8Array(0), ...members }, context) {
    const filled = {
      ...members,
      nextHeader: nextHeader ?? protocolAfter(context, 'nextHeader'),
      length: units(context, 'icv', ip.authenticationHeader.size + icv.length, 4) - 2,
    }
    return concat(part(context, ip.authenticationHeader, filled), icv, context.payload)
  },
  extension: ({ nextHeader, data = new Uint8Array(6) }, context) => optionsHeader(context, nextHeader, data),
  icmp: encodeIcmp(IPPROTO.ICMP, icmpHeader as Declaration<{ type: number }>),
  icmpv6: encodeIcmp(IPPROTO.ICMPV6, icmpv6Message as Declaration<{ type: number }>),
  tcp({ options = [], ...members }, context) {
    const body = part(context, tcpOptions, options)
    const headerLength = (tcpHeader.size + body.length) / 4
    if (headerLength > 15) refuse(context, 'options', body.length, 'at most 40 bytes')
    const header = concat(part(context, tcpHeader, { window: 65535, ...members, headerLength }), body)
    return transport(context, header, 16, members.checksum, IPPROTO.TCP)
  },
  udp({ length, ...members }, context) {
    const header = part(context, udpHeader, { ...members, length: length ?? udpHeader.size + context.payload.length })
    return transport(context, header, 6, members.checksum, IPPROTO.UDP)
  },
  dhcp({ options = [], chaddr = '', ...members }, context) {
    const address = new Uint8Array(16)
    const bytes = part(context, lladdr, chaddr)
    if (bytes.length > 16) refuse(context, 'chaddr', chaddr, 'at most 16 bytes')
    address.set(bytes)
    const all = { op: 1, htype: 1, hlen: bytes.length, ...members, chaddr: address, magic: DHCP_MAGIC }
    return concat(part(context, dhcpHeader, all), part(context, dhcpOptions, options), context.payload)
  },
  dns: (members, context) => concat(part(context, dnsMessage, members), context.payload),
  payload: ({ bytes = new Uint8Array(0) }, context) => concat(checkBytes(bytes, context), context.payload),
  padding: ({ bytes = new Uint8Array(0) }, context) => concat(checkBytes(bytes, context), context.payload),
}

function checkBytes(bytes: unknown, context: Context): Uint8Array {
  return bytes instanceof Uint8Array ? bytes : refuse(context, 'bytes', typeof bytes, 'a Uint8Array')
}

/**
 * Encodes a packet from its layers, the outermost first. Calculates lengths, protocol numbers and checksums that are left out;
 * those that are given are kept, also if they are wrong. Encoding the layers that {@link decodePacket} returned yields the same
 * bytes, except for bytes after the end of options.
 * @throws {PacketError} `ERR_PACKET_BUILD` if a value does not fit, with the index and the name of the layer
 */
export function encodePacket(layers: readonly LayerInput[]): Uint8Array {
  if (!Array.isArray(layers)) throw new ArgumentError(`expected an array of layers, got ${show(layers)}`)
  let payload: Uint8Array = new Uint8Array(0)
  let padding: Uint8Array = new Uint8Array(0)
  for (let index = layers.length - 1; index >= 0; index--) {
    const { layer, ...members } = Object(layers[index]) as LayerInput
    const context = { layers, index, payload }
    const encoder = Object.hasOwn(encoders, layer) ? (encoders[layer] as Encoder<LayerName>) : undefined
    const encoded = encoder?.(members, context) ?? refuse(context, 'layer', layer, 'the name of a layer')
    if (layer === 'padding' && index === layers.length - 1) padding = encoded
    else payload = encoded
  }
  return concat(payload, padding)
}
