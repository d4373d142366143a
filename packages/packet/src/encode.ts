import { type Declaration, encode, ipv4, ipv6, lladdr } from '@netloom/netlink/codec'
import { ETH_P, IPPROTO } from '@netloom/netlink/constants'
import { concat, setU16 } from './bytes.js'
import { addSums, checksumSum, foldSum } from './checksum.js'
import { packetErrorOf } from './codec-error.js'
import { DHCP_MAGIC, dhcpHeader, dhcpOptions } from './declared/dhcp.js'
import { dnsMessage } from './declared/dns.js'
import { icmpHeader } from './declared/icmp.js'
import { icmpv6Message } from './declared/icmpv6.js'
import * as ip from './declared/ip.js'
import { arpPacket, ethernetHeader, vlanTag } from './declared/link.js'
import { tcpHeader, tcpOptions, udpHeader } from './declared/transport.js'
import { PacketError } from './error.js'
import type { LayerInput, LayerName } from './layers.js'
import { IPPROTO_HOPOPTS } from './numbers.js'

/** Layer to encode, and the layers around it. */
interface Context {
  readonly layers: readonly LayerInput[]
  readonly index: number
  /** The encoded layers after it. */
  readonly payload: Uint8Array
}

const nameOf = ({ layers, index }: Context) => `[${index}].${layers[index]?.layer}`

const refuse = (context: Context, member: string, value: unknown, expected: string): never => {
  const field = `${nameOf(context)}.${member}`
  throw new PacketError({ code: 'ERR_PACKET_BUILD', field, value, offset: -1, expected })
}

const next = ({ layers, index }: Context): LayerInput | undefined => {
  const layer = layers[index + 1]
  return layer?.layer === 'padding' ? undefined : layer
}

/** EtherTypes by the layer that they announce. */
const etherTypes: { readonly [N in LayerName]?: number } = {
  vlan: ETH_P['8021Q'],
  arp: ETH_P.ARP,
  ipv4: ETH_P.IP,
  ipv6: ETH_P.IPV6,
}

/** Numbers of protocols by the layer that they announce. */
const protocols: { readonly [N in LayerName]?: number } = {
  ipv4: IPPROTO.IPIP,
  ipv6: IPPROTO.IPV6,
  hopByHop: IPPROTO_HOPOPTS,
  destinationOptions: IPPROTO.DSTOPTS,
  routing: IPPROTO.ROUTING,
  fragment: IPPROTO.FRAGMENT,
  authentication: IPPROTO.AH,
  icmp: IPPROTO.ICMP,
  icmpv6: IPPROTO.ICMPV6,
  tcp: IPPROTO.TCP,
  udp: IPPROTO.UDP,
}

function etherTypeAfter(context: Context): number {
  const { layers, index } = context
  const following = next(context)
  // IEEE 802.1ad: the outer tag of two is a service tag.
  const isService = following?.layer === 'vlan' && layers[index + 2]?.layer === 'vlan'
  if (isService && layers[index]?.layer === 'ethernet') return ETH_P['8021AD']
  const type = following && etherTypes[following.layer]
  return type ?? refuse(context, 'type', undefined, 'an EtherType, because the next layer has none')
}

function protocolAfter(context: Context, member: string): number {
  const following = next(context)
  if (!following && member === 'nextHeader') return IPPROTO.NONE
  const number = following && protocols[following.layer]
  return number ?? refuse(context, member, undefined, 'the number of a protocol, because the next layer has none')
}

/** Encodes a part of a layer. @throws {PacketError} `ERR_PACKET_BUILD` if a value does not fit */
function part<T>(context: Context, declaration: Declaration<T>, value: unknown): Uint8Array {
  try {
    return encode(declaration as Declaration<unknown>, value as never, { order: 'BE' })
  } catch (error) {
    throw packetErrorOf(error, nameOf(context), -1, 'ERR_PACKET_BUILD')
  }
}

/** Returns the number of units of `unit` bytes. @throws {PacketError} if they are not whole */
function units(context: Context, member: string, value: number, unit: number): number {
  if (value % unit !== 0) refuse(context, member, value, `a multiple of ${unit} bytes`)
  return value / unit
}

type Encoder<N extends LayerName> = (layer: Omit<LayerInput<N>, 'layer'>, context: Context) => Uint8Array

/** Returns the bytes of an address of another layer. @throws {PacketError} if it is not one */
function addressBytes(context: Context, member: string, declaration: Declaration<string>, value: unknown): Uint8Array {
  try {
    return encode(declaration, value as string)
  } catch (error) {
    throw packetErrorOf(error, `${nameOf(context)}.${member}`, -1, 'ERR_PACKET_BUILD')
  }
}

/** Returns the sum of the pseudo-header for a layer of TCP, UDP or ICMPv6, or undefined without an IP layer before it. */
function pseudoSum({ layers, index, payload }: Context, protocol: number, length: number): number | undefined {
  const before = layers.slice(0, index)
  const at = before.findLastIndex(({ layer }) => layer === 'ipv4' || layer === 'ipv6')
  const below = before[at]
  if (below?.layer !== 'ipv4' && below?.layer !== 'ipv6') return undefined
  const [declaration, none] = below.layer === 'ipv4' ? ([ipv4, '0.0.0.0'] as const) : ([ipv6, '::'] as const)
  const context = { layers, index: at, payload }
  const route = before.findLast(({ layer }) => layer === 'routing')
  const final = route?.layer === 'routing' && route.segmentsLeft ? finalOf(route) : undefined
  const addresses = concat(
    addressBytes(context, 'source', declaration, below.source ?? none),
    addressBytes(context, 'destination', declaration, final ?? below.destination ?? none),
  )
  return foldSum(checksumSum(addresses) + protocol + (length & 0xffff) + (length >>> 16))
}

/** RFC 8754, section 2: in type 4 the first address is the last one of the route. */
const finalOf = ({ type, addresses = [] }: LayerInput<'routing'>) => (type === 4 ? addresses[0] : addresses.at(-1))

/** Appends the payload to a header, and fills its checksum in. `initial`: the sum of the pseudo-header. */
function withChecksum(header: Uint8Array, payload: Uint8Array, at: number, initial: number, isUdp = false): Uint8Array {
  const all = concat(header, payload)
  const sum = ~addSums(checksumSum(all), initial) & 0xffff
  setU16(all, at, sum === 0 && isUdp ? 0xffff : sum)
  return all
}

/** Returns a header with its payload. Fills the checksum in if it was left out. */
function transport(context: Context, header: Uint8Array, at: number, checksum: number | undefined, protocol: number) {
  const { payload } = context
  if (checksum !== undefined) return concat(header, payload)
  const sum = protocol === IPPROTO.ICMP ? 0 : pseudoSum(context, protocol, header.length + payload.length)
  if (sum === undefined) return refuse(context, 'checksum', undefined, 'a number, or a layer ipv4 or ipv6 before')
  return withChecksum(header, payload, at, sum, protocol === IPPROTO.UDP)
}

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
    const all = { ttl: 64, ...members, version: 4, headerLength: length / 4 }
    const filled = {
      totalLength: totalLength ?? length + context.payload.length,
      protocol: protocol ?? protocolAfter(context, 'protocol'),
      fragmentOffset: units(context, 'fragmentOffset', fragmentOffset, 8),
      checksum: checksum ?? 0,
    }
    const header = concat(part(context, ip.ipv4Header, { ...all, ...filled }), body)
    if (checksum === undefined) header.set(withChecksum(header, new Uint8Array(0), 10, 0))
    return concat(header, context.payload)
  },
  ipv6({ payloadLength, nextHeader, ...members }, context) {
    const filled = {
      payloadLength: payloadLength ?? context.payload.length,
      nextHeader: nextHeader ?? protocolAfter(context, 'nextHeader'),
    }
    return concat(part(context, ip.ipv6Header, { hopLimit: 64, ...members, version: 6, ...filled }), context.payload)
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
      nextHeader: nextHeader ?? protocolAfter(context, 'nextHeader'),
      fragmentOffset: units(context, 'fragmentOffset', fragmentOffset, 8),
    }
    return concat(part(context, ip.fragmentHeader, { ...members, ...filled }), context.payload)
  },
  authentication({ nextHeader, icv = new Uint8Array(0), ...members }, context) {
    const length = units(context, 'icv', ip.authenticationHeader.size + icv.length, 4) - 2
    const filled = { nextHeader: nextHeader ?? protocolAfter(context, 'nextHeader'), length }
    return concat(part(context, ip.authenticationHeader, { ...members, ...filled }), icv, context.payload)
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
  let payload: Uint8Array = new Uint8Array(0)
  let padding: Uint8Array = new Uint8Array(0)
  for (let index = layers.length - 1; index >= 0; index--) {
    const { layer, ...members } = layers[index] as LayerInput
    const context = { layers, index, payload }
    const encoder = Object.hasOwn(encoders, layer) ? (encoders[layer] as Encoder<LayerName>) : undefined
    const encoded = encoder?.(members, context) ?? refuse(context, 'layer', layer, 'the name of a layer')
    if (layer === 'padding' && index === layers.length - 1) padding = encoded
    else payload = encoded
  }
  return concat(payload, padding)
}
