export { toJson } from '@netloom/netlink/codec'
export { ETH_P, IPPROTO } from '@netloom/netlink/constants'
export {
  addSums,
  checksum,
  checksumSum,
  foldSum,
  pseudoHeaderSum,
  updateChecksum,
  updateChecksum32,
} from './checksum.js'
export { Malformation, PacketError, type PacketErrorCode, type PacketFault } from './error.js'
export { type DecodedPacket, decodePacket, tryDecodePacket } from './layers/decode.js'
export { encodePacket } from './layers/encode.js'
export { formatPacket } from './layers/format.js'
export type { Layer, LayerInput, LayerName, Layers } from './layers/layer.js'
export { ARPOP, DHCP_MESSAGE, DNS_TYPE, ICMP, ICMP_FRAG_NEEDED, ICMPV6, IPPROTO_HOPOPTS, TCP_FLAG } from './numbers.js'
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
