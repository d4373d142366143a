import { ArgumentError, show } from '../../../codec/index.js'
import { NFT_FIB_RESULT, NFT_SOCKET, NFTA_FIB_F } from '../../../netfilter/index.js'
import { checkValue, integers } from '../../values/accepted.js'
import { type DataType, dataTypes, integerType } from '../types/data-types.js'
import { type Field, type Header, headers } from './fields.js'
import { bareMetaKeys, ctKeys, directedCtKeys, type Keys, metaKeys, rtKeys, socketKeys } from './keys.js'
import { type Camel, camel } from './named.js'
import { type Selector, selector, sourceOf, type WritableSelector, writable } from './selector.js'
import type { Source } from './source.js'

type Selectors<K extends string, S = Selector> = { readonly [key in K as Camel<key>]: S }

function selectorsOf<K extends string>(sources: Readonly<Record<K, Source>>): Selectors<K, WritableSelector> {
  const entries = Object.entries(sources as Record<string, Source>)
  return Object.fromEntries(entries.map(([key, source]) => [camel(key), writable(source)])) as never
}

/** Returns the source of a field. */
export const fieldSource = (
  header: string,
  { base, needs }: Header,
  name: string,
  [offset, type, messages]: Field,
): Source => ({
  text: `${header} ${name}`,
  type,
  load: { from: 'payload', base, offset },
  needs: messages === undefined ? needs : { ...needs, messages },
})

function fieldsOf<N extends keyof typeof headers>(
  name: N,
): Selectors<string & keyof (typeof headers)[N]['fields'], WritableSelector> {
  const header: Header = headers[name]
  const rows = Object.entries(header.fields).map(([key, field]) => [key, fieldSource(name, header, key, field)])
  return selectorsOf(Object.fromEntries(rows)) as never
}

function keysOf<K extends Keys>(keys: K, text: (key: string) => string, load: (key: number) => Source['load']) {
  const rows = Object.entries(keys as Keys).map(([key, [number, type]]) => [
    key,
    { text: text(key), type, load: load(number) },
  ])
  return selectorsOf(Object.fromEntries(rows) as Readonly<Record<string & keyof K, Source>>)
}

/** Fields of the Ethernet header: `ether.saddr('02:00:00:00:00:01')`. */
export const ether = fieldsOf('ether')
/** Fields of the VLAN tag: `vlan.id(5)`. */
export const vlan = fieldsOf('vlan')
/** Fields of ARP packets: `arp.operation('request')`. */
export const arp = fieldsOf('arp')
/** Fields of the IPv4 header: `ip.saddr('10.0.0.0/8')`, `ip.ttl(64)`. */
export const ip = fieldsOf('ip')
/** Fields of the IPv6 header: `ip6.daddr('2001:db8::/32')`. */
export const ip6 = fieldsOf('ip6')
/** Fields of TCP: `tcp.dport(443)`, `tcp.flags('syn')`. */
export const tcp = fieldsOf('tcp')
/** Fields of UDP: `udp.dport(53)`. */
export const udp = fieldsOf('udp')
/** Fields of UDP-Lite. */
export const udplite = fieldsOf('udplite')
/** Fields of SCTP. */
export const sctp = fieldsOf('sctp')
/** Fields of DCCP: `dccp.type('request')`. */
export const dccp = fieldsOf('dccp')
/**
 * Fields of ICMP: `icmp.type('echo-request')`. For a field that some messages have (`id`, `sequence`, `gateway`, `mtu`), the rule
 * checks for their type first.
 */
export const icmp = fieldsOf('icmp')
/** Fields of ICMPv6: `icmpv6.type('nd-router-advert')`. The rule checks for the type of messages as for {@link icmp}. */
export const icmpv6 = fieldsOf('icmpv6')
/** Fields of IGMP: `igmp.type('membership-query')`. */
export const igmp = fieldsOf('igmp')
/** Fields of GRE: `gre.protocol('ip')`. */
export const gre = fieldsOf('gre')
/** Fields of the ESP header: `esp.spi('100-200')`. */
export const esp = fieldsOf('esp')
/** Fields of the AH header. */
export const ah = fieldsOf('ah')
/** Fields of the IPComp header: `comp.cpi(4)`. */
export const comp = fieldsOf('comp')
/** Ports of any transport protocol: `th.dport(53)`. The rule does not check for a protocol. */
export const th = fieldsOf('th')

/** Metadata of a packet: `meta.iifname('eth*')`, `meta.l4proto('tcp', 'udp')`, `meta.mark.set(5)`. */
export const meta = keysOf(
  metaKeys,
  (key) => (bareMetaKeys.includes(key) ? key : `meta ${key}`),
  (key) => ({ from: 'meta', key }),
)

const directed = (name: string, direction: number) =>
  keysOf(
    directedCtKeys,
    (key) => `ct ${name} ${key}`,
    (key) => ({ from: 'ct', key, direction }),
  )

/** The connection of a packet: `ct.state('established', 'related')`, `ct.original.ipSaddr('10.0.0.1')`. */
export const ct = {
  ...keysOf(
    ctKeys,
    (key) => `ct ${key}`,
    (key) => ({ from: 'ct', key }),
  ),
  /** Properties in the direction of the first packet. */
  original: directed('original', 0),
  /** Properties in the direction of the replies. */
  reply: directed('reply', 1),
} as const

/** Returns the source of the group of a socket, `level` groups below the root. */
export const cgroupSource = (level: number): Source => ({
  text: `socket cgroupv2 level ${level}`,
  type: integerType(64, 'host'),
  load: { from: 'socket', key: NFT_SOCKET.CGROUPV2, level },
})

const LEVEL = integers(1, 255)

/** The socket of a packet: `socket.transparent(1)`. */
export const socket = {
  ...keysOf(
    socketKeys,
    (key) => `socket ${key}`,
    (key) => ({ from: 'socket', key }),
  ),
  /**
   * The control group of the socket's process, `level` groups below the root. Its values are the numbers of the groups: `ino` of
   * `stat('/sys/fs/cgroup/system.slice')`.
   */
  cgroupv2(level: number): Selector {
    checkValue('the level of cgroupv2', level, LEVEL)
    return selector(cgroupSource(level))
  },
} as const

/** The route of a packet: `rt.mtu(1400)`. */
export const rt = keysOf(
  rtKeys,
  (key) => `rt ${key}`,
  (key) => ({ from: 'rt', key }),
)

/** Parts of a lookup in the routing tables. */
export type FibKey = 'saddr' | 'daddr' | 'mark' | 'iif' | 'oif'
/** Results of a lookup in the routing tables. `present` is `exists` or `missing`. */
export type FibResult = 'oif' | 'oifname' | 'type' | 'present'

const fibResults: Readonly<Record<FibResult, readonly [number, DataType, string]>> = {
  oif: [NFT_FIB_RESULT.OIF, dataTypes.ifindex, 'oif'],
  oifname: [NFT_FIB_RESULT.OIFNAME, dataTypes.ifname, 'oifname'],
  type: [NFT_FIB_RESULT.ADDRTYPE, dataTypes.addressType, 'type'],
  present: [NFT_FIB_RESULT.OIF, dataTypes.boolean, 'check'],
}

/** Order in which nft prints the parts. */
export const fibKeys: readonly FibKey[] = ['saddr', 'daddr', 'mark', 'iif', 'oif']

/** Returns the source of a lookup in the routing tables. */
export function fibSource(keys: readonly FibKey[], result: FibResult): Source {
  const [number, type, word] = fibResults[result]
  const bits = keys.reduce((sum, key) => sum | NFTA_FIB_F[key.toUpperCase() as Uppercase<FibKey>], 0)
  const flags = result === 'present' ? bits | NFTA_FIB_F.PRESENT : bits
  return { text: `fib ${keys.join(' . ')} ${word}`, type, load: { from: 'fib', flags, result: number } }
}

/** Looks up addresses in the routing tables: `fib(['daddr'], 'type')('local')`, `fib(['saddr', 'iif'], 'present')('missing')`. */
export function fib(keys: readonly FibKey[], result: FibResult): Selector {
  const wrong = keys.find((key) => !fibKeys.includes(key))
  if (wrong !== undefined || keys.length === 0 || !Object.hasOwn(fibResults, result))
    throw new ArgumentError(
      `expected fib to have some of ${fibKeys.join(', ')} and one of ${Object.keys(fibResults).join(', ')}, got ${show(wrong ?? result)}`,
    )
  return selector(
    fibSource(
      fibKeys.filter((key) => keys.includes(key)),
      result,
    ),
  )
}

const MODULUS = integers(1, 0xffffffff)
const OFFSET = integers(0, 0xffffffff)

function checkModulus(what: string, modulus: number, offset: number): void {
  checkValue(`the modulus of ${what}`, modulus, MODULUS)
  checkValue(`the offset of ${what}`, offset, OFFSET)
}

/** A number that differs from packet to packet, from `offset` on: `numgen('inc', 2).map({ 0: '10.0.0.1', 1: '10.0.0.2' })`. */
export function numgen(kind: 'inc' | 'random', modulus: number, offset = 0): Selector {
  if (kind !== 'inc' && kind !== 'random')
    throw new ArgumentError(`expected numgen to be inc or random, got ${show(kind)}`)
  checkModulus('numgen', modulus, offset)
  const text = `numgen ${kind} mod ${modulus}${offset === 0 ? '' : ` offset ${offset}`}`
  const load = { from: 'numgen', random: kind === 'random', modulus, offset } as const
  return selector({ text, type: integerType(32, 'host'), load })
}

/** A hash of a field, from `offset` on: `jhash(ip.saddr, 4)`. */
export function jhash(of: Selector, modulus: number, options: { seed?: number; offset?: number } = {}): Selector {
  const { seed, offset = 0 } = options
  checkModulus('jhash', modulus, offset)
  const source = sourceOf('the field of jhash', of)
  const words = [`jhash ${source.text} mod ${modulus}`]
  if (seed !== undefined) words.push(`seed 0x${seed.toString(16)}`)
  if (offset !== 0) words.push(`offset ${offset}`)
  const load = { from: 'hash', of: source, modulus, offset, ...(seed !== undefined && { seed }) } as const
  return selector({ text: words.join(' '), type: integerType(32, 'host'), load, needs: source.needs })
}

/** A hash of the packet that is the same in both directions. */
export function symhash(modulus: number, offset = 0): Selector {
  checkModulus('symhash', modulus, offset)
  const text = `symhash mod ${modulus}${offset === 0 ? '' : ` offset ${offset}`}`
  return selector({ text, type: integerType(32, 'host'), load: { from: 'symhash', modulus, offset } })
}
