import { type DataType, integerType, namedType, dataTypes as t } from '../types/data-types.js'
import { mptcpSubtypes } from '../types/words.js'

// Options of TCP and IPv4, extension headers of IPv6, and chunks of SCTP.

const u = integerType

/** Offset in bits and type of a field. */
export type ExtensionField = readonly [offset: number, type: DataType]

/** An option, a header or a chunk, by its number. */
export interface Extension {
  readonly type: number
  readonly fields: Readonly<Record<string, ExtensionField>>
}

export type Extensions = Readonly<Record<string, Extension>>

const block = (number: number) =>
  ({ left: [16 + number * 64, u(32)], right: [48 + number * 64, u(32)] }) as const satisfies Extension['fields']

/** Options of TCP by nft's names (src/tcpopt.c). */
export const tcpOptions = {
  eol: { type: 0, fields: {} },
  nop: { type: 1, fields: {} },
  maxseg: { type: 2, fields: { size: [16, u(16)] } },
  window: { type: 3, fields: { count: [16, u(8)] } },
  'sack-perm': { type: 4, fields: {} },
  sack: { type: 5, fields: block(0) },
  sack1: { type: 5, fields: block(1) },
  sack2: { type: 5, fields: block(2) },
  sack3: { type: 5, fields: block(3) },
  timestamp: { type: 8, fields: { tsval: [16, u(32)], tsecr: [48, u(32)] } },
  md5sig: { type: 19, fields: {} },
  mptcp: { type: 30, fields: { subtype: [16, namedType(4, mptcpSubtypes)] } },
  fastopen: { type: 34, fields: {} },
} as const satisfies Extensions

const addresses = { length: [8, u(8)], ptr: [16, u(8)], addr: [24, t.ipv4] } as const

/** Options of IPv4 by nft's names (src/ipopt.c). */
export const ipOptions = {
  rr: { type: 7, fields: addresses },
  lsrr: { type: 131, fields: addresses },
  ssrr: { type: 137, fields: addresses },
  ra: { type: 148, fields: { length: [8, u(8)], value: [16, u(16)] } },
} as const satisfies Extensions

const standard = { nexthdr: [0, t.protocol], hdrlength: [8, u(8)] } as const

/** Extension headers of IPv6 by nft's names (src/exthdr.c). */
export const ip6Headers = {
  hbh: { type: 0, fields: standard },
  rt: { type: 43, fields: { ...standard, type: [16, u(8)], 'seg-left': [24, u(8)] } },
  frag: {
    type: 44,
    fields: {
      ...{ nexthdr: [0, t.protocol], reserved: [8, u(8)], 'frag-off': [16, u(13)], reserved2: [29, u(2)] },
      ...{ 'more-fragments': [31, u(1)], id: [32, u(32)] },
    },
  },
  dst: { type: 60, fields: standard },
  mh: {
    type: 135,
    fields: { ...standard, type: [16, t.mobilityType], reserved: [24, u(8)], checksum: [32, u(16)] },
  },
} as const satisfies Extensions

/** Fields of routing headers of type 4. */
export const segmentHeader = {
  type: 43,
  fields: { 'last-entry': [32, u(8)], flags: [40, u(8)], tag: [48, u(16)] },
} as const satisfies Extension

const chunk = { type: [0, u(8)], flags: [8, u(8)], length: [16, u(16)] } as const
const initial = {
  ...{ ...chunk, 'init-tag': [32, u(32)], 'a-rwnd': [64, u(32)], 'num-outbound-streams': [96, u(16)] },
  ...{ 'num-inbound-streams': [112, u(16)], 'initial-tsn': [128, u(32)] },
} as const satisfies Extension['fields']
const word = <N extends string>(name: N) =>
  ({ ...chunk, [name]: [32, u(32)] }) as typeof chunk & { readonly [K in N]: ExtensionField }

/** Chunks of SCTP by nft's names (src/sctp_chunk.c). */
export const sctpChunks = {
  data: {
    type: 0,
    fields: { ...chunk, tsn: [32, u(32)], stream: [64, u(16)], ssn: [80, u(16)], ppid: [96, u(32)] },
  },
  init: { type: 1, fields: initial },
  'init-ack': { type: 2, fields: initial },
  sack: {
    type: 3,
    fields: {
      ...{ ...word('cum-tsn-ack'), 'a-rwnd': [64, u(32)] },
      ...{ 'num-gap-ack-blocks': [96, u(16)], 'num-dup-tsns': [112, u(16)] },
    },
  },
  heartbeat: { type: 4, fields: chunk },
  'heartbeat-ack': { type: 5, fields: chunk },
  abort: { type: 6, fields: chunk },
  shutdown: { type: 7, fields: word('cum-tsn-ack') },
  'shutdown-ack': { type: 8, fields: chunk },
  error: { type: 9, fields: chunk },
  'cookie-echo': { type: 10, fields: chunk },
  'cookie-ack': { type: 11, fields: chunk },
  ecne: { type: 12, fields: word('lowest-tsn') },
  cwr: { type: 13, fields: word('lowest-tsn') },
  'shutdown-complete': { type: 14, fields: chunk },
  'asconf-ack': { type: 128, fields: word('seqno') },
  'forward-tsn': { type: 192, fields: word('new-cum-tsn') },
  asconf: { type: 193, fields: word('seqno') },
} as const satisfies Extensions
