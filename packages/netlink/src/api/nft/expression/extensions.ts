import { ArgumentError, show } from '../../../codec/index.js'
import { NF_OSF_TTL } from '../../../netfilter/index.js'
import { checkValue, integers } from '../../values/accepted.js'
import { stringType } from '../types/data-types.js'
import { type Extension, type Extensions, ip6Headers, ipOptions, sctpChunks } from './extension-fields.js'
import { extensionSource, SEGMENTS } from './extension-sources.js'
import { type Camel, camel } from './named.js'
import { type Selector, selector, type WritableSelector, writable } from './selector.js'
import type { Source } from './source.js'

// Options of TCP and IPv4, extension headers of IPv6, chunks of SCTP, and what the kernel guesses of the sender.

const field = (text: string): WritableSelector => writable(extensionSource(text))
const part = (text: string): Selector => selector(extensionSource(text))

/** Options of TCP: `tcpOption.maxseg.set(1400)`, `tcpOption.sackPermitted('exists')`, `tcpOption.timestamp.tsval(gt(5))`. */
export const tcpOption = {
  ...{ eol: part('tcp option eol'), nop: part('tcp option nop') },
  maxseg: field('tcp option maxseg size'),
  window: field('tcp option window count'),
  sackPermitted: part('tcp option sack-perm'),
  sack: { left: field('tcp option sack left'), right: field('tcp option sack right') },
  /** The second to fourth block of a selective acknowledgement. */
  sack1: { left: field('tcp option sack1 left'), right: field('tcp option sack1 right') },
  sack2: { left: field('tcp option sack2 left'), right: field('tcp option sack2 right') },
  sack3: { left: field('tcp option sack3 left'), right: field('tcp option sack3 right') },
  timestamp: {
    present: part('tcp option timestamp'),
    ...{ tsval: field('tcp option timestamp tsval'), tsecr: field('tcp option timestamp tsecr') },
  },
  md5sig: part('tcp option md5sig'),
  /** `tcpOption.mptcp('exists')`, `tcpOption.mptcp.subtype('mp-join')`. */
  mptcp: Object.assign(part('tcp option mptcp'), { subtype: part('tcp option mptcp subtype') }),
  fastopen: part('tcp option fastopen'),
} as const

/** The fields of an option, a header or a chunk. */
type Fields<E extends Extension> = { readonly [K in keyof E['fields'] as Camel<K & string>]: Selector }

const fieldsOf = <E extends Extension>(prefix: string, { fields }: E): Fields<E> =>
  Object.fromEntries(Object.keys(fields).map((name) => [camel(name), part(`${prefix} ${name}`)])) as Fields<E>

type Present<T extends Extensions> = {
  readonly [K in keyof T as Camel<K & string>]: { readonly present: Selector } & Fields<T[K]>
}

const presentOf = <T extends Extensions>(prefix: string, table: T): Present<T> =>
  Object.fromEntries(
    Object.entries(table).map(([name, extension]) => {
      const text = `${prefix} ${name}`
      return [camel(name), { present: part(text), ...fieldsOf(text, extension) }]
    }),
  ) as Present<T>

/** Options of IPv4: `ipOption.lsrr.present('exists')`, `ipOption.ra.value(1)`. */
export const ipOption = presentOf('ip option', ipOptions)

/** Chunks of SCTP: `sctpChunk.data.present('exists')`, `sctpChunk.init.numInboundStreams(gt(10))`. */
export const sctpChunk = presentOf('sctp chunk', sctpChunks)

/** Fields of the fragment header of IPv6: `frag.moreFragments(1)`. */
export const frag = fieldsOf('frag', ip6Headers.frag)
/** Fields of the hop-by-hop options of IPv6. */
export const hbh = fieldsOf('hbh', ip6Headers.hbh)
/** Fields of the destination options of IPv6. */
export const dst = fieldsOf('dst', ip6Headers.dst)
/** Fields of the routing header of IPv6: nft's `rt type` and others. */
export const routing = fieldsOf('rt', ip6Headers.rt)
/** Fields of the mobility header of IPv6: `mh.type('binding-update')`. */
export const mh = fieldsOf('mh', ip6Headers.mh)

const SEGMENT = integers(1, SEGMENTS)

/** Fields of the segment routing header of IPv6, which is a routing header of type 4. */
export const srh = {
  ...{ lastEntry: part('srh last-entry'), flags: part('srh flags'), tag: part('srh tag') },
  /** The address with a number, from 1 on. nft prints the addresses of all routing headers like this: `rt2 addr` is `srh sid[1]`. */
  sid(number: number): Selector {
    checkValue('the number of sid', number, SEGMENT)
    return part(`srh sid[${number}]`)
  },
} as const

/** An extension header of IPv6, in nft's words. */
export type ExtensionHeader = keyof typeof ip6Headers

/** Matches packets with or without an extension header of IPv6: `exthdr('frag')('exists')`. */
export function exthdr(name: ExtensionHeader): Selector {
  if (!Object.hasOwn(ip6Headers, name))
    throw new ArgumentError(`expected exthdr to be one of ${Object.keys(ip6Headers).join(', ')}, got ${show(name)}`)
  return part(`exthdr ${name}`)
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
