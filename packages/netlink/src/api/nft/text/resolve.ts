import {
  NFPROTO,
  NFT_EXTHDR_F,
  NFT_FIB_RESULT,
  NFT_HASH,
  NFT_NG,
  NFT_PAYLOAD,
  NFT_SOCKET,
  NFTA_FIB_F,
} from '../../../netfilter/index.js'
import { partOf } from '../compile/wire.js'
import { extensionSources } from '../expression/extension-sources.js'
import { osfSource } from '../expression/extensions.js'
import { type Header, headers } from '../expression/fields.js'
import { bareMetaKeys, ctKeys, directedCtKeys, type Keys, metaKeys, rtKeys, socketKeys } from '../expression/keys.js'
import { cgroupSource, fibKeys, fibSource, fieldSource, numgen, symhash } from '../expression/selectors.js'
import type { Source } from '../expression/source.js'
import { integerType } from '../types/data-types.js'

/** Facts that are known of the packets at a point of a rule. */
export interface PacketContext {
  network?: 'ip' | 'ip6' | 'arp' | undefined
  transport?: number | undefined
  link?: 'ether' | 'vlan' | undefined
  /** Types that the ICMP message may have. */
  messages?: readonly number[] | undefined
}

/** Attributes of an expression. */
export type Attributes = Readonly<Record<string, unknown>>

const number = (value: unknown) => Number(value ?? 0)

const keyOf = (keys: Keys, key: unknown) => Object.keys(keys).find((name) => keys[name]?.[0] === key)

function keyed(keys: Keys, key: unknown, text: (name: string) => string, load: Source['load']): Source | undefined {
  const name = keyOf(keys, key)
  return name === undefined ? undefined : { text: text(name), type: (keys[name] as Keys[string])[1], load }
}

/** Returns the source of a `meta` key. */
export const metaSource = (key: unknown) =>
  keyed(metaKeys, key, (name) => (bareMetaKeys.includes(name) ? name : `meta ${name}`), {
    from: 'meta',
    key: number(key),
  })

/** Returns the source of a `ct` key. */
export function ctSource(key: unknown, direction: unknown, family: string): Source | undefined {
  const load = {
    from: 'ct',
    key: number(key),
    ...(direction !== undefined && { direction: number(direction) }),
  } as const
  if (direction === undefined) return keyed(ctKeys, key, (name) => `ct ${name}`, load)
  const word = direction === 0 ? 'original' : 'reply'
  // In the families of one protocol, nft once used keys without it (NFT_CT_SRC, NFT_CT_DST).
  const old = { 8: 'saddr', 9: 'daddr' }[number(key)]
  if (old !== undefined && (family === 'ip' || family === 'ip6')) {
    const name = `${family} ${old}` as keyof typeof directedCtKeys
    return { text: `ct ${word} ${name}`, type: directedCtKeys[name][1], load }
  }
  return keyed(directedCtKeys, key, (name) => `ct ${word} ${name}`, load)
}

const fibWords: Readonly<Record<number, 'oif' | 'oifname' | 'type'>> = {
  [NFT_FIB_RESULT.OIF]: 'oif',
  [NFT_FIB_RESULT.OIFNAME]: 'oifname',
  [NFT_FIB_RESULT.ADDRTYPE]: 'type',
}

function fibOf({ flags, result }: Attributes): Source | undefined {
  const bits = number(flags)
  const word = fibWords[number(result)]
  if (word === undefined) return undefined
  const keys = fibKeys.filter((key) => (bits & NFTA_FIB_F[key.toUpperCase() as Uppercase<typeof key>]) !== 0)
  return fibSource(keys, (bits & NFTA_FIB_F.PRESENT) !== 0 ? 'present' : word)
}

function exthdrOf({ op, type, offset, flags, len }: Attributes): Source | undefined {
  const present = (number(flags) & NFT_EXTHDR_F.PRESENT) !== 0
  return extensionSources.find(({ load, type: { bits } }) => {
    if (load.from !== 'exthdr' || load.op !== number(op) || load.type !== type || load.offset !== number(offset) * 8)
      return false
    return (load.flags === NFT_EXTHDR_F.PRESENT) === present && (present || bits === number(len) * 8)
  })
}

/** Returns the fields that are parts of the bytes that an expression loads. */
export function partsAt(name: string, data: Attributes, context: PacketContext): readonly Source[] {
  const { base, op, type, offset, len } = data
  const sources =
    name === 'payload'
      ? fieldsAt(base, context)
      : extensionSources.filter(({ load }) => load.from === 'exthdr' && load.op === number(op) && load.type === type)
  return sources.filter((source) => {
    const window = partOf(source)
    return window?.offset === number(offset) && window.length === number(len)
  })
}

const socketOf = ({ key, level }: Attributes) =>
  key === NFT_SOCKET.CGROUPV2
    ? cgroupSource(number(level))
    : keyed(socketKeys, key, (name) => `socket ${name}`, { from: 'socket', key: number(key) })

/** Returns the source that an expression loads, other than fields of headers and hashes of them. */
export function loadedSource(name: string, data: Attributes, family: string): Source | undefined {
  switch (name) {
    case 'meta':
      return metaSource(data.key)
    case 'ct':
      return ctSource(data.key, data.direction, family)
    case 'fib':
      return fibOf(data)
    case 'socket':
      return socketOf(data)
    case 'osf':
      return osfSource(number(data.ttl), number(data.flags) !== 0)
    case 'rt':
      return keyed(rtKeys, data.key, (key) => `rt ${key}`, { from: 'rt', key: number(data.key) })
    case 'exthdr':
      return exthdrOf(data)
    case 'numgen':
      return numgen(data.type === NFT_NG.RANDOM ? 'random' : 'inc', number(data.modulus), number(data.offset))
        .sources[0]
    case 'hash':
      return data.type === NFT_HASH.SYM ? symhash(number(data.modulus), number(data.offset)).sources[0] : undefined
    default:
      return undefined
  }
}

/** Returns the header at a base, with its name, as far as it is known. */
export function headerAt(base: unknown, context: PacketContext): readonly [string, Header] | undefined {
  const entries = Object.entries(headers as Readonly<Record<string, Header>>)
  if (base === NFT_PAYLOAD.LL_HEADER) return undefined
  if (base === NFT_PAYLOAD.NETWORK_HEADER) return entries.find(([name]) => name === context.network)
  if (context.transport === undefined) return ['th', headers.th]
  return entries.find(([, { needs }]) => needs.transport === context.transport)
}

/** Returns the fields at a base, with the headers that contain them. */
export function fieldsAt(base: unknown, context: PacketContext): readonly Source[] {
  const found =
    base === NFT_PAYLOAD.LL_HEADER
      ? ([
          ['ether', headers.ether],
          ['vlan', headers.vlan],
        ] as readonly (readonly [string, Header])[])
      : [headerAt(base, context)]
  return found.flatMap((each) => {
    if (each === undefined) return []
    const [name, header] = each
    const fields = Object.entries(header.fields).map(([field, row]) => fieldSource(name, header, field, row))
    return fields.filter(({ needs }) => isIn(context.messages, needs?.messages))
  })
}

/** Returns true if the messages that a packet may be are among those that have a field. */
const isIn = (known: readonly number[] | undefined, messages: readonly number[] | undefined) =>
  messages === undefined || (known?.every((each) => messages.includes(each)) ?? false)

const bases = ['ll', 'nh', 'th', 'ih']

/** Returns nft's text for bytes of the packet that no field describes: `@nh,96,32`. */
export const rawSource = (base: unknown, offset: number, length: number): Source => ({
  text: `@${bases[number(base)] ?? base},${offset * 8},${length * 8}`,
  type: { ...integerType(length * 8), format: (bytes) => `0x${bytes.toString('hex')}` },
  load: { from: 'payload', base: number(base), offset: offset * 8 },
})

/** Returns the family of network protocol number of `meta nfproto` or of an EtherType. */
export const networkOf = (text: string, value: number): PacketContext['network'] => {
  const numbers: Readonly<Record<number, PacketContext['network']>> =
    text === 'meta nfproto'
      ? { [NFPROTO.IPV4]: 'ip', [NFPROTO.IPV6]: 'ip6' }
      : { 2048: 'ip', 34525: 'ip6', 2054: 'arp' }
  return numbers[value]
}
