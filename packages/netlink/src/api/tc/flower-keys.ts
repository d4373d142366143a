import { ARPOP, IPPROTO } from '../../constants/index.js'
import { numberOf } from '../values/names.js'
import { arpIp, ether, ip, mac, masked, ofProtocol, one, type Pairs, type Ports } from './flower-values.js'
import { count, flag, listOf, objectOf, parsed } from './words.js'

/** An entry of the label stack. */
const stackEntry = objectOf({
  /** Position of the label in the stack, from 1, the outermost one. */
  depth: count,
  /** The label: 0 to 1048575. */
  label: count,
  /** Traffic class of the label: 0 to 7. */
  tc: count,
  /** 1: the label is the last one of the stack. 0: it is not. */
  bos: count,
  /** Time to live of the label: 0 to 255. */
  ttl: count,
})

const ctStates = {
  /** New connection. */
  new: 1,
  /** Established connection. */
  est: 2,
  /** Connection that is related to another one. */
  rel: 4,
  /** Tracked packet: the action `ct` was applied. */
  trk: 8,
  /** Invalid packet: it could not be tracked. */
  inv: 16,
  /** Packet in the direction of replies. */
  rpl: 32,
} as const
/** States of a connection: true must be set, false must not. */
function ctState(option: string, states: { readonly [K in keyof typeof ctStates]?: boolean }): Pairs {
  const given = parsed(option, Object.fromEntries(Object.keys(ctStates).map((key) => [key, flag])), states as never)
  const bits = (on: (value: unknown) => boolean) =>
    Object.entries(given).reduce((sum, [key, value]) => sum | (on(value) ? ctStates[key as 'new'] : 0), 0)
  return { keyCtState: bits((value) => value === true), keyCtStateMask: bits(() => true) }
}

/** The keys of flower. The names in tc have underscores: `src_mac`. Values that may have a mask are numbers, or `{ value, mask }`. */
export const keys = {
  /** Source: an Ethernet address, with a mask behind a slash. */
  srcMac: mac('EthSrc'),
  /** Destination: an Ethernet address, with a mask behind a slash. */
  dstMac: mac('EthDst'),
  /** Protocol: `tcp`, `udp`, `icmp`, or a number. It gives the meaning of the ports and types behind it. */
  ipProto: (option: string, value: string | number): Pairs => ({ keyIpProto: numberOf(option, IPPROTO, value) }),
  /** Source: an IPv4 or IPv6 address, or a prefix such as `10.0.0.0/8`. */
  srcIp: ip((family) => `key${family}Src`),
  /** Destination: an IPv4 or IPv6 address, or a prefix such as `10.0.0.0/8`. */
  dstIp: ip((family) => `key${family}Dst`),
  /** Source port, or a range: `{ min: 1024, max: 2047 }`, behind an `ipProto` of `tcp`, `udp` or `sctp`. */
  srcPort: ofProtocol<Ports>('src'),
  /** Destination port, or a range: `{ min: 1024, max: 2047 }`, behind an `ipProto` of `tcp`, `udp` or `sctp`. */
  dstPort: ofProtocol<Ports>('dst'),
  /** Type of ICMP: 0 to 255, behind an `ipProto` of `icmp` or `icmpv6`. tc: `type`. */
  icmpType: ofProtocol<number>('icmpType'),
  /** Code of ICMP: 0 to 255, behind an `ipProto` of `icmp` or `icmpv6`. tc: `code`. */
  icmpCode: ofProtocol<number>('icmpCode'),
  /** Type of service, or traffic class of IPv6: 8 bits, or `{ value, mask }`. */
  ipTos: masked('keyIpTos', 0xff),
  /** Time to live, or hop limit: 0 to 255, or `{ value, mask }`. */
  ipTtl: masked('keyIpTtl', 0xff),
  /** Flags of TCP: 12 bits, or `{ value, mask }`. SYN is 2. */
  tcpFlags: masked('keyTcpFlags', 0x0fff),
  /** VLAN ID of the tag: 0 to 4095. */
  vlanId: one('keyVlanId'),
  /** Priority of the tag (PCP): 0 to 7. */
  vlanPrio: one('keyVlanPrio'),
  /** EtherType behind the tag: `ip`, `ipv6`, or a number. */
  vlanEthtype: ether('keyVlanEthType'),
  /** VLAN ID of the inner one of two tags: 0 to 4095. */
  cvlanId: one('keyCvlanId'),
  /** Priority of the inner one of two tags (PCP): 0 to 7. */
  cvlanPrio: one('keyCvlanPrio'),
  /** EtherType behind the inner one of two tags: `ip`, `ipv6`, or a number. */
  cvlanEthtype: ether('keyCvlanEthType'),
  /** Operation of ARP: `request`, `reply`, or a number. */
  arpOp: (option: string, value: string | number): Pairs => ({
    ...{ keyArpOp: numberOf(option, ARPOP, value), keyArpOpMask: 0xff },
  }),
  /** Sender of ARP: an IPv4 address, or a prefix such as `10.0.0.0/8`. */
  arpSip: arpIp('keyArpSip'),
  /** Target of ARP: an IPv4 address, or a prefix such as `10.0.0.0/8`. */
  arpTip: arpIp('keyArpTip'),
  /** Sender of ARP: an Ethernet address, with a mask behind a slash. */
  arpSha: mac('ArpSha'),
  /** Target of ARP: an Ethernet address, with a mask behind a slash. */
  arpTha: mac('ArpTha'),
  /** First label of MPLS: 0 to 1048575. */
  mplsLabel: one('keyMplsLabel'),
  /** Traffic class of the first label: 0 to 7. */
  mplsTc: one('keyMplsTc'),
  /** 1: the first label is the last one of the stack. 0: it is not. */
  mplsBos: one('keyMplsBos'),
  /** Time to live of the first label: 0 to 255. */
  mplsTtl: one('keyMplsTtl'),
  /** Fields of labels by their depth: `[{ depth: 1, label: 100 }]`. tc: `mpls lse`. */
  mpls: (option: string, value: readonly Parameters<typeof stackEntry>[1][]): Pairs => ({
    keyMplsOpts: { lse: listOf(stackEntry)(option, value) },
  }),
  /** States of the connection: true must be set, false must not. `{ trk: true, new: false }` is tc's `+trk-new`. */
  ctState,
  /** Zone of connection tracking: 16 bits, or `{ value, mask }`. */
  ctZone: masked('keyCtZone', 0xffff),
  /** Mark of the connection: 32 bits, or `{ value, mask }`. */
  ctMark: masked('keyCtMark', 0xffffffff),
  /** Number of the tunnel that the packet arrived on, such as the VNI of VXLAN: 32 bits. */
  encKeyId: one('keyEncKeyId'),
  /** Source of the tunnel: an IPv4 or IPv6 address, or a prefix such as `10.0.0.0/8`. */
  encSrcIp: ip((family) => `keyEnc${family}Src`),
  /** Destination of the tunnel: an IPv4 or IPv6 address, or a prefix such as `10.0.0.0/8`. */
  encDstIp: ip((family) => `keyEnc${family}Dst`),
  /** Destination port of the tunnel. */
  encDstPort: one('keyEncUdpDstPort'),
  /** Type of service of the tunnel: 8 bits, or `{ value, mask }`. */
  encTos: masked('keyEncIpTos', 0xff),
  /** Time to live of the tunnel: 0 to 255, or `{ value, mask }`. */
  encTtl: masked('keyEncIpTtl', 0xff),
  /** Name of the link that the packet arrived on. */
  indev: (_option: string, value: string): Pairs => ({ indev: value }),
}
