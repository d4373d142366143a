import { printable } from '@netloom/netlink/codec'
import { IPPROTO } from '@netloom/netlink/constants'
import { ARPOP } from '../numbers.js'
import { type PacketOptions, PacketView } from '../view/packet.js'
import { type DecodedPacket, tryDecodePacket } from './decode.js'
import { formatDhcp, formatDns, formatIcmp, formatIcmpv6, formatTcp } from './format-upper.js'
import type { Layer, LayerName } from './layer.js'

/** Returns the layer of a packet with this name, or undefined. */
function layerOf<N extends LayerName>({ layers }: DecodedPacket, name: N): Layer<N> | undefined {
  return layers.find(({ layer }) => layer === name) as Layer<N> | undefined
}

const hexadecimal = (number: number) => `0x${number.toString(16).padStart(4, '0')}`

function formatArp({ operation, senderIp, senderMac, targetIp }: Layer<'arp'>): string {
  if (operation === ARPOP.REQUEST) return `ARP, Request who-has ${targetIp} tell ${senderIp}, length 28`
  if (operation === ARPOP.REPLY) return `ARP, Reply ${senderIp} is-at ${senderMac}, length 28`
  return `ARP, operation ${operation}, length 28`
}

/** Returns what follows the addresses of IP. */
function formatUpper(packet: PacketView, decoded: DecodedPacket): string {
  const { tcp, udp, icmp, icmpv6, transportOffset, payloadEnd, protocol } = packet
  const length = payloadEnd - transportOffset
  const [tcpLayer, icmpLayer, icmpv6Layer] = [
    layerOf(decoded, 'tcp'),
    layerOf(decoded, 'icmp'),
    layerOf(decoded, 'icmpv6'),
  ]
  if (tcp && tcpLayer) return formatTcp(tcpLayer, payloadEnd - packet.payloadOffset)
  if (icmp && icmpLayer) return `${formatIcmp(icmpLayer, packet.payload)}, length ${length}`
  if (icmpv6 && icmpv6Layer) return `${formatIcmpv6(icmpv6Layer)}, length ${length}`
  if (udp) {
    const [dns, dhcp] = [layerOf(decoded, 'dns'), layerOf(decoded, 'dhcp')]
    if (dns) return `${formatDns(dns)} (${length - 8})`
    return dhcp ? `${formatDhcp(dhcp)}, length ${length - 8}` : `UDP, length ${length - 8}`
  }
  if (protocol === IPPROTO.NONE) return `no next header, length ${length}`
  return `ip-proto-${protocol}, length ${length}`
}

function formatFragment({ ipv4, extensions, isFragment }: PacketView, decoded: DecodedPacket): string {
  if (!isFragment) return ''
  const id = ipv4 ? ipv4.id : layerOf(decoded, 'fragment')?.id
  const offset = ipv4 ? ipv4.fragmentOffset : extensions.fragmentOffset
  return ` (fragment: id ${id}, offset ${offset})`
}

function formatIp(packet: PacketView, decoded: DecodedPacket, source: string, destination: string): string {
  const ports = packet.tcp ?? packet.udp
  const [from, to] = ports ? [`.${ports.sourcePort}`, `.${ports.destinationPort}`] : ['', '']
  const version = packet.ipv6 ? 'IP6' : 'IP'
  // Without a protocol, an extension header is malformed.
  const upper = packet.protocol < 0 ? 'extension headers' : formatUpper(packet, decoded)
  return `${version} ${source}${from} > ${destination}${to}: ${upper}${formatFragment(packet, decoded)}`
}

function formatNetwork(packet: PacketView, decoded: DecodedPacket): string {
  const { ipv4, ipv6, ethernet, etherType, payloadOffset, payloadEnd } = packet
  const arp = layerOf(decoded, 'arp')
  const ip = ipv4 ?? ipv6
  if (arp) return formatArp(arp)
  if (ip) return formatIp(packet, decoded, ip.sourceText, ip.destinationText)
  if (!ethernet) return `packet, length ${packet.end - packet.start}`
  const addresses = `${ethernet.sourceText} > ${ethernet.destinationText}`
  const type = etherType < 0x600 ? '802.3' : `ethertype ${hexadecimal(etherType)}`
  return `${addresses}, ${type}, length ${payloadEnd - payloadOffset}`
}

/**
 * Returns a packet as one line, similar to `tcpdump -n`. TCP sequence numbers are those of the packet. Never throws: the line of a
 * malformed packet ends in the reason. Checksums are not checked.
 */
export function formatPacket(bytes: Uint8Array, options: PacketOptions = {}): string {
  const decoded = tryDecodePacket(bytes, options)
  const packet = new PacketView(options)
  packet.tryParse(bytes)
  const tags = decoded.layers.flatMap((layer) =>
    layer.layer === 'vlan' ? [`vlan ${layer.id}, p ${layer.priority}, `] : [],
  )
  const reason = decoded.error ? ` [malformed: ${decoded.error.message}]` : ''
  return printable(tags.join('') + formatNetwork(packet, decoded) + reason)
}
