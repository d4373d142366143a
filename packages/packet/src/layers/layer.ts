import type { Infer } from '@netloom/netlink/codec'
import type { dhcpHeader, dhcpOptions } from '../declared/dhcp.js'
import type { DnsMessage } from '../declared/dns.js'
import type { IcmpMembers } from '../declared/icmp.js'
import type { Icmpv6Members } from '../declared/icmpv6.js'
import type {
  authenticationHeader,
  fragmentHeader,
  ipv4Header,
  ipv4Options,
  ipv6Header,
  ipv6Options,
  optionsHeader,
  routingHeader,
} from '../declared/ip.js'
import type { arpPacket, ethernetHeader, vlanTag } from '../declared/link.js'
import type { tcpHeader, tcpOptions, udpHeader } from '../declared/transport.js'

/** Members that are always calculated from the layer's options. */
type Calculated = 'version' | 'headerLength' | 'length'

/** Members of each layer by its name. */
export interface Layers {
  ethernet: Infer<typeof ethernetHeader>
  /** `type` is the EtherType of what follows. That of the tag itself is the `type` of the layer before. */
  vlan: Infer<typeof vlanTag>
  arp: Infer<typeof arpPacket>
  /** `fragmentOffset` is in bytes. */
  ipv4: Omit<Infer<typeof ipv4Header>, Calculated> & { options: Infer<typeof ipv4Options> }
  ipv6: Omit<Infer<typeof ipv6Header>, Calculated>
  hopByHop: Omit<Infer<typeof optionsHeader>, Calculated> & { options: Infer<typeof ipv6Options> }
  destinationOptions: Omit<Infer<typeof optionsHeader>, Calculated> & { options: Infer<typeof ipv6Options> }
  /** `addresses` of types 0, 2 and 4; `data` after the first four bytes of other types. */
  routing: Omit<Infer<typeof routingHeader>, Calculated> & {
    reserved?: Uint8Array
    addresses?: string[]
    data?: Uint8Array
  }
  /** `fragmentOffset` is in bytes. */
  fragment: Infer<typeof fragmentHeader>
  /** Authentication header. `icv`: integrity check value. */
  authentication: Omit<Infer<typeof authenticationHeader>, Calculated> & { icv: Uint8Array }
  /** Another extension header: `data` after the first two bytes. */
  extension: { nextHeader: number; data: Uint8Array }
  icmp: IcmpMembers
  icmpv6: Icmpv6Members
  tcp: Omit<Infer<typeof tcpHeader>, Calculated> & { options: Infer<typeof tcpOptions> }
  udp: Infer<typeof udpHeader>
  /** `chaddr` is the address of `hlen` bytes as text. `magic` is always DHCP_MAGIC. */
  dhcp: Omit<Infer<typeof dhcpHeader>, 'chaddr' | 'magic'> & { chaddr: string; options: Infer<typeof dhcpOptions> }
  dns: DnsMessage
  /** Bytes without a known structure. */
  payload: { bytes: Uint8Array }
  /** Bytes after the end of the packet, with which a frame is filled up. Lengths do not count them. */
  padding: { bytes: Uint8Array }
}

/** Name of a layer. */
export type LayerName = keyof Layers

/** A decoded layer: its name as `layer`, and its members. */
export type Layer<N extends LayerName = LayerName> = { [K in N]: { layer: K } & Layers[K] }[N]

/** A layer to encode. Lengths, protocol numbers and checksums that are left out are calculated. Others are zero. */
export type LayerInput<N extends LayerName = LayerName> = { [K in N]: { layer: K } & Partial<Layers[K]> }[N]
