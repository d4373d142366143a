import { NFT_PAYLOAD } from '../../../netfilter/index.js'
import { bitmaskType, type DataType, hexType, integerType, dataTypes as t } from '../types/data-types.js'
import type { Needs } from './source.js'

/** Offset in bits and type of a field. `messages`: the types of ICMP messages that have it, in nft's order. */
export type Field = readonly [offset: number, type: DataType, messages?: readonly number[]]

/** A header whose fields rules can match. */
export interface Header {
  readonly base: number
  readonly needs: Needs
  readonly fields: Readonly<Record<string, Field>>
}

const u = integerType
const { LL_HEADER, NETWORK_HEADER, TRANSPORT_HEADER } = NFT_PAYLOAD

const ports = { sport: [0, t.service], dport: [16, t.service] } as const satisfies Header['fields']
const transport = <F extends Header['fields']>(number: number, fields: F) => ({
  base: TRANSPORT_HEADER,
  needs: { transport: number } as Needs,
  fields,
})
const network = <F extends Header['fields']>(name: 'ip' | 'ip6' | 'arp', fields: F) => ({
  base: NETWORK_HEADER,
  needs: { network: name } as Needs,
  fields,
})
const link = <F extends Header['fields']>(name: 'ether' | 'vlan', fields: F) => ({
  base: LL_HEADER,
  needs: { link: name } as Needs,
  fields,
})

// Types of messages with a number and a sequence: requests and replies.
const icmpEcho = [8, 0]
const icmp6Echo = [128, 129]

/** The headers, by the names that nft has for them (src/proto.c). */
export const headers = {
  ether: link('ether', { daddr: [0, t.ether], saddr: [48, t.ether], type: [96, t.etherType] }),
  vlan: link('vlan', { pcp: [112, u(3)], dei: [115, u(1)], id: [116, u(12)], type: [128, t.etherType] }),
  arp: network('arp', {
    ...{ htype: [0, u(16)], ptype: [16, t.etherType], hlen: [32, u(8)], plen: [40, u(8)] },
    ...{ operation: [48, t.arpOperation], 'saddr ether': [64, t.ether], 'saddr ip': [112, t.ipv4] },
    ...{ 'daddr ether': [144, t.ether], 'daddr ip': [192, t.ipv4] },
  }),
  ip: network('ip', {
    ...{ version: [0, u(4)], hdrlength: [4, u(4)], dscp: [8, t.dscp], ecn: [14, t.ecn], length: [16, u(16)] },
    ...{
      id: [32, u(16)],
      'frag-off': [48, hexType(16)],
      ttl: [64, u(8)],
      protocol: [72, t.protocol],
      checksum: [80, u(16)],
    },
    ...{ saddr: [96, t.ipv4], daddr: [128, t.ipv4] },
  }),
  ip6: network('ip6', {
    ...{ version: [0, u(4)], dscp: [4, t.dscp], ecn: [10, t.ecn], flowlabel: [12, u(20)], length: [32, u(16)] },
    ...{ nexthdr: [48, t.protocol], hoplimit: [56, u(8)], saddr: [64, t.ipv6], daddr: [192, t.ipv6] },
  }),
  tcp: transport(6, {
    ...ports,
    ...{ sequence: [32, u(32)], ackseq: [64, u(32)], doff: [96, u(4)], reserved: [100, u(4)] },
    ...{ flags: [104, t.tcpFlag], window: [112, u(16)], checksum: [128, u(16)], urgptr: [144, u(16)] },
  }),
  udp: transport(17, { ...ports, length: [32, u(16)], checksum: [48, u(16)] }),
  udplite: transport(136, { ...ports, checksum: [48, u(16)] }),
  sctp: transport(132, { ...ports, vtag: [32, u(32)], checksum: [64, u(32)] }),
  dccp: transport(33, { ...ports, type: [67, t.dccpType] }),
  icmp: {
    base: TRANSPORT_HEADER,
    needs: { network: 'ip', transport: 1 } as Needs,
    fields: {
      ...{ type: [0, t.icmpType], code: [8, t.icmpCode], checksum: [16, u(16)], id: [32, u(16), icmpEcho] },
      ...{ sequence: [48, u(16), icmpEcho], gateway: [32, u(32), [5]], mtu: [48, u(16), [3]] },
    },
  },
  icmpv6: {
    base: TRANSPORT_HEADER,
    needs: { network: 'ip6', transport: 58 } as Needs,
    fields: {
      ...{ type: [0, t.icmp6Type], code: [8, t.icmp6Code], checksum: [16, u(16)], id: [32, u(16), icmp6Echo] },
      ...{ sequence: [48, u(16), icmp6Echo], mtu: [32, u(32), [2]], 'parameter-problem': [32, u(32), [4]] },
      ...{ 'max-delay': [32, u(16), [130]], daddr: [192, t.ipv6, [137]] },
      taddr: [64, t.ipv6, [130, 131, 132, 135, 136, 137]],
    },
  },
  igmp: {
    base: TRANSPORT_HEADER,
    needs: { network: 'ip', transport: 2 } as Needs,
    fields: { type: [0, t.igmpType], mrt: [8, u(8)], checksum: [16, u(16)], group: [32, u(32)] },
  },
  gre: transport(47, { flags: [0, u(5)], version: [13, u(3)], protocol: [16, t.etherType] }),
  esp: transport(50, { spi: [0, u(32)], sequence: [32, u(32)] }),
  ah: transport(51, {
    ...{ nexthdr: [0, t.protocol], hdrlength: [8, u(8)], reserved: [16, u(16)], spi: [32, u(32)] },
    sequence: [64, u(32)],
  }),
  comp: transport(108, { nexthdr: [0, t.protocol], flags: [8, bitmaskType(8)], cpi: [16, u(16)] }),
  th: { base: TRANSPORT_HEADER, needs: {} as Needs, fields: ports },
} as const satisfies Readonly<Record<string, Header>>
