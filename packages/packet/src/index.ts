export { toJson } from '@netloom/netlink/codec'
export { ETH_P, IPPROTO } from '@netloom/netlink/constants'
export {
  addSums,
  checksum,
  checksumSum,
  foldSum,
  pseudoHeaderSum,
  SumReader,
  updateChecksum,
  updateChecksum32,
} from './checksum.js'
export { dhcpHeader, dhcpOptions } from './declared/dhcp.js'
export { type DnsMessage, type DnsQuestion, type DnsRecord, dnsHeader, dnsMessage } from './declared/dns.js'
export { type Bits, bits, type Header, type HeaderValue, header, withRest } from './declared/header.js'
export { type IcmpMembers, icmpHeader } from './declared/icmp.js'
export { type Icmpv6Members, icmpv6Message, neighbourOptions } from './declared/icmpv6.js'
export { fragmentHeader, ipv4Header, ipv4Options, ipv6Header, ipv6Options, routingHeader } from './declared/ip.js'
export { arpPacket, ethernetHeader, vlanTag } from './declared/link.js'
export {
  type OptionFormat,
  type OptionOf,
  type OptionRows,
  type Options,
  optionList,
  type UnknownOption,
} from './declared/options.js'
export { tcpHeader, tcpOptions, udpHeader } from './declared/transport.js'
export { Malformation, PacketError, type PacketErrorCode, type PacketFault } from './error.js'
export { type DecodedPacket, decodePacket, tryDecodePacket } from './layers/decode.js'
export { encodePacket } from './layers/encode.js'
export { formatPacket } from './layers/format.js'
export type { Layer, LayerInput, LayerName, Layers } from './layers/layer.js'
export { ARPOP, DHCP_MESSAGE, DNS_TYPE, ICMP, ICMP_FRAG_NEEDED, ICMPV6, IPPROTO_HOPOPTS, TCP_FLAG } from './numbers.js'
export { optionValue } from './option-value.js'
export { ipBytes, ipv4Number, macNumber } from './text.js'
export { ArpView } from './view/arp.js'
export {
  type ChecksumState,
  type RewriteOptions,
  transportChecksumState,
  updateChecksums,
  writePartialChecksum,
} from './view/checksums.js'
export { EthernetView } from './view/ethernet.js'
export { ExtensionHeaders } from './view/extensions.js'
export { HeaderView } from './view/header-view.js'
export { Ipv4View } from './view/ipv4.js'
export { Ipv6View } from './view/ipv6.js'
export { type PacketOptions, PacketView } from './view/packet.js'
export {
  type AddressValue,
  decrementTtl,
  setDestination,
  setDestinationPort,
  setSource,
  setSourcePort,
} from './view/rewrite.js'
export { IcmpView, TcpView, UdpView } from './view/transport.js'
