import { ArgumentError, show } from '../../../codec/index.js'
import { NF_OSF_TTL, NFT_EXTHDR_F, NFT_EXTHDR_OP } from '../../../netfilter/index.js'
import { type DataType, integerType, stringType, dataTypes as t } from '../types/data-types.js'
import { type Selector, selector, type WritableSelector, writable } from './selector.js'
import type { Needs, Source } from './source.js'

// Options of TCP, extension headers of IPv6, and what the kernel guesses of the sender.

const u = integerType

/** Offset in bytes and type of a field. */
type Part = readonly [offset: number, type: DataType]

interface Extension {
  readonly type: number
  readonly fields: Readonly<Record<string, Part>>
}

/** Options of TCP by nft's names (src/tcpopt.c). */
const options = {
  maxseg: { type: 2, fields: { size: [2, u(16)] } },
  window: { type: 3, fields: { count: [2, u(8)] } },
  'sack-perm': { type: 4, fields: {} },
  sack: { type: 5, fields: { left: [2, u(32)], right: [6, u(32)] } },
  timestamp: { type: 8, fields: { tsval: [2, u(32)], tsecr: [6, u(32)] } },
  md5sig: { type: 19, fields: {} },
  mptcp: { type: 30, fields: {} },
  fastopen: { type: 34, fields: {} },
} as const satisfies Readonly<Record<string, Extension>>

const standard = { nexthdr: [0, t.protocol], hdrlength: [1, u(8)] } as const

/** Extension headers of IPv6 by nft's names (src/exthdr.c). Fields that are parts of bytes are left out. */
const headers = {
  hbh: { type: 0, fields: standard },
  rt: { type: 43, fields: { ...standard, type: [2, u(8)], 'seg-left': [3, u(8)] } },
  frag: { type: 44, fields: { nexthdr: [0, t.protocol], reserved: [1, u(8)], id: [4, u(32)] } },
  dst: { type: 60, fields: standard },
  mh: { type: 135, fields: { ...standard, reserved: [3, u(8)], checksum: [4, u(16)] } },
} as const satisfies Readonly<Record<string, Extension>>

interface Kind {
  readonly op: number
  readonly needs?: Needs
  fieldText(name: string, field: string): string
  presenceText(name: string): string
}

const tcpKind: Kind = {
  op: NFT_EXTHDR_OP.TCPOPT,
  fieldText: (name, field) => `tcp option ${name} ${field}`,
  presenceText: (name) => `tcp option ${name}`,
}
const ip6Kind: Kind = {
  op: NFT_EXTHDR_OP.IPV6,
  needs: { network: 'ip6' },
  fieldText: (name, field) => `${name} ${field}`,
  presenceText: (name) => `exthdr ${name}`,
}

const fieldSource = (
  { op, needs, fieldText }: Kind,
  name: string,
  type: number,
  field: string,
  part: Part,
): Source => ({
  ...{ text: fieldText(name, field), type: part[1], needs },
  load: { from: 'exthdr', op, type, offset: part[0] },
})

const presenceSource = ({ op, needs, presenceText }: Kind, name: string, type: number): Source => ({
  ...{ text: presenceText(name), type: t.boolean, needs },
  load: { from: 'exthdr', op, type, offset: 0, flags: NFT_EXTHDR_F.PRESENT },
})

const sourcesOf = (kind: Kind, table: Readonly<Record<string, Extension>>): Source[] =>
  Object.entries(table).flatMap(([name, { type, fields }]) => [
    presenceSource(kind, name, type),
    ...Object.entries(fields).map(([field, part]) => fieldSource(kind, name, type, field, part)),
  ])

/** All sources, for the text of rules. */
export const extensionSources: readonly Source[] = [...sourcesOf(tcpKind, options), ...sourcesOf(ip6Kind, headers)]

const field = (text: string): WritableSelector =>
  writable(extensionSources.find((each) => each.text === text) as Source)
const presence = (text: string): Selector => selector(extensionSources.find((each) => each.text === text) as Source)

/** Options of TCP: `tcpOption.maxseg.set(1400)`, `tcpOption.sackPermitted('exists')`, `tcpOption.timestamp.tsval(gt(5))`. */
export const tcpOption = {
  maxseg: field('tcp option maxseg size'),
  window: field('tcp option window count'),
  sackPermitted: presence('tcp option sack-perm'),
  sack: { left: field('tcp option sack left'), right: field('tcp option sack right') },
  timestamp: {
    present: presence('tcp option timestamp'),
    ...{ tsval: field('tcp option timestamp tsval'), tsecr: field('tcp option timestamp tsecr') },
  },
  md5sig: presence('tcp option md5sig'),
  mptcp: presence('tcp option mptcp'),
  fastopen: presence('tcp option fastopen'),
} as const

/** Fields of the fragment header of IPv6. */
export const frag = { nexthdr: field('frag nexthdr'), reserved: field('frag reserved'), id: field('frag id') } as const
/** Fields of the hop-by-hop options of IPv6. */
export const hbh = { nexthdr: field('hbh nexthdr'), hdrlength: field('hbh hdrlength') } as const
/** Fields of the destination options of IPv6. */
export const dst = { nexthdr: field('dst nexthdr'), hdrlength: field('dst hdrlength') } as const
/** Fields of the routing header of IPv6. */
export const routing = {
  ...{ nexthdr: field('rt nexthdr'), hdrlength: field('rt hdrlength'), type: field('rt type') },
  segLeft: field('rt seg-left'),
} as const
/** Fields of the mobility header of IPv6. */
export const mh = {
  ...{ nexthdr: field('mh nexthdr'), hdrlength: field('mh hdrlength'), checksum: field('mh checksum') },
} as const

/** An extension header of IPv6, in nft's words. */
export type ExtensionHeader = keyof typeof headers

/** Matches packets with or without an extension header of IPv6: `exthdr('frag')('exists')`. */
export function exthdr(name: ExtensionHeader): Selector {
  if (!Object.hasOwn(headers, name))
    throw new ArgumentError(`expected exthdr to be one of ${Object.keys(headers).join(', ')}, got ${show(name)}`)
  return presence(`exthdr ${name}`)
}

const ttlWords = { loose: NF_OSF_TTL.LESS, skip: NF_OSF_TTL.NOCHECK } as const

/** NFT_OSF_F_VERSION, linux/netfilter/nf_tables.h */
const VERSION = 1
const NAME_BYTES = 16

/** Returns the source of the operating system of the sender. */
export function osfSource(ttl: number, isVersion: boolean): Source {
  const word = Object.entries(ttlWords).find(([, number]) => number === ttl)?.[0]
  const text = ['osf', word && `ttl ${word}`, isVersion ? 'version' : 'name'].filter(Boolean).join(' ')
  return { text, type: stringType(NAME_BYTES), load: { from: 'osf', ttl, flags: isVersion ? VERSION : 0 } }
}

/** Options of {@link osf}. */
export interface OsfOptions {
  /** Comparison of the TTL. `loose`: it may be lower than that of the system. `skip`: it is not compared. Default: it is equal. */
  readonly ttl?: keyof typeof ttlWords
}

const osfOf =
  (isVersion: boolean) =>
  ({ ttl }: OsfOptions = {}): Selector => {
    if (ttl !== undefined && !Object.hasOwn(ttlWords, ttl))
      throw new ArgumentError(`expected ttl of osf to be one of ${Object.keys(ttlWords).join(', ')}, got ${show(ttl)}`)
    return selector(osfSource(ttl === undefined ? NF_OSF_TTL.TRUE : ttlWords[ttl], isVersion))
  }

/** The operating system that sent a SYN packet, from fingerprints in the kernel: `osf.name()('Linux')`, `osf.version({ ttl: 'skip' })('Linux:3.0')`. */
export const osf = { name: osfOf(false), version: osfOf(true) } as const
