import { NFT_PAYLOAD } from '../../../netfilter/index.js'
import { type DataType, integerType, dataTypes as t } from '../types/data-types.js'
import type { Needs } from './source.js'

/** Offset in bits and type of a field. */
export type Field = readonly [offset: number, type: DataType]

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
    ...{ id: [32, u(16)], 'frag-off': [48, u(16)], ttl: [64, u(8)], protocol: [72, t.protocol], checksum: [80, u(16)] },
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
  dccp: transport(33, ports),
  icmp: {
    base: TRANSPORT_HEADER,
    needs: { network: 'ip', transport: 1 } as Needs,
    fields: {
      ...{ type: [0, t.icmpType], code: [8, t.icmpCode], checksum: [16, u(16)], id: [32, u(16)] },
      ...{ sequence: [48, u(16)] },
    },
  },
  icmpv6: {
    base: TRANSPORT_HEADER,
    needs: { network: 'ip6', transport: 58 } as Needs,
    fields: {
      ...{ type: [0, t.icmp6Type], code: [8, t.icmp6Code], checksum: [16, u(16)], id: [32, u(16)] },
      ...{ sequence: [48, u(16)] },
    },
  },
  igmp: { base: TRANSPORT_HEADER, needs: { network: 'ip', transport: 2 } as Needs, fields: { type: [0, t.igmpType] } },
  esp: transport(50, { spi: [0, u(32)], sequence: [32, u(32)] }),
  ah: transport(51, { spi: [32, u(32)], sequence: [64, u(32)] }),
  th: { base: TRANSPORT_HEADER, needs: {} as Needs, fields: ports },
} as const satisfies Readonly<Record<string, Header>>
