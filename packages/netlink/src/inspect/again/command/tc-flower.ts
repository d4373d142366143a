import { parseAddress } from '../../../codec/address.js'
import { ETH_P, IPPROTO } from '../../../constants/index.js'
import { handleText, TCA_CLS_FLAGS } from '../../../route/index.js'
import type { Members } from '../members.js'
import type { Word } from './words.js'

/** Numbers of the header of a filter. */
export interface FilterHeader {
  readonly protocol: number
  readonly handle: number
}

/** Returns the words of a kind apart from its actions; undefined if tc would send something else. */
export type Filter = (options: Members, header: FilterHeader) => readonly Word[] | undefined

/** Returns the words of TCA_CLS_FLAGS. */
export function offloadWords(flags: number): Word[] | undefined {
  const words = [
    [TCA_CLS_FLAGS.SKIP_HW, 'skip_hw'],
    [TCA_CLS_FLAGS.SKIP_SW, 'skip_sw'],
  ] as const
  if ((flags & ~(TCA_CLS_FLAGS.SKIP_HW | TCA_CLS_FLAGS.SKIP_SW)) !== 0) return undefined
  return words.flatMap(([bit, word]) => ((flags & bit) === 0 ? [] : [word]))
}

/** Addresses by the word of tc. It writes a mask for each. */
const addresses = [
  ['dst_mac', 'keyEthDst'],
  ['src_mac', 'keyEthSrc'],
  ['src_ip', 'keyIpv4Src'],
  ['dst_ip', 'keyIpv4Dst'],
  ['src_ip', 'keyIpv6Src'],
  ['dst_ip', 'keyIpv6Dst'],
  ['enc_src_ip', 'keyEncIpv4Src'],
  ['enc_dst_ip', 'keyEncIpv4Dst'],
  ['enc_src_ip', 'keyEncIpv6Src'],
  ['enc_dst_ip', 'keyEncIpv6Dst'],
] as const

/** Numbers without a mask. */
const numbers = [
  ['vlan_id', 'keyVlanId'],
  ['vlan_prio', 'keyVlanPrio'],
  ['cvlan_id', 'keyCvlanId'],
  ['cvlan_prio', 'keyCvlanPrio'],
  ['enc_key_id', 'keyEncKeyId'],
] as const

/** Numbers whose mask tc writes each time, with the mask that it writes if none is given. */
const masked = [
  ['ip_tos', 'keyIpTos', 0xff, 16],
  ['ip_ttl', 'keyIpTtl', 0xff, 10],
  ['tcp_flags', 'keyTcpFlags', 0xffff, 16],
] as const

const protocols: Readonly<Record<number, readonly [word: string, key: string]>> = {
  [IPPROTO.TCP]: ['tcp', 'Tcp'],
  [IPPROTO.UDP]: ['udp', 'Udp'],
  [IPPROTO.SCTP]: ['sctp', 'Sctp'],
}

/** Returns the length of a prefix with this mask, e.g. 24 for `255.255.255.0`; undefined if it is not one. */
export function prefixLength(mask: string): number | undefined {
  const bits = [...parseAddress(mask)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const ones = bits.indexOf('0')
  if (ones === -1) return bits.length
  return bits.includes('1', ones) ? undefined : ones
}

function addressWords(options: Members, word: string, key: string): Word[] | undefined {
  const address = options.text(key)
  const mask = options.text(`${key}Mask`)
  if (address === undefined) return mask === undefined ? [] : undefined
  if (mask === undefined) return undefined
  if (key.startsWith('keyEth')) return [word, mask === 'ff:ff:ff:ff:ff:ff' ? address : `${address}/${mask}`]
  const length = prefixLength(mask)
  return length === undefined ? undefined : [word, `${address}/${length}`]
}

/** Returns the words of ports, which are different keys for each protocol. */
function portWords(options: Members, protocol: number | undefined): Word[] | undefined {
  const [, name] = protocols[protocol ?? 0] ?? []
  const words: Word[] = []
  for (const [word, side] of [
    ['src_port', 'Src'],
    ['dst_port', 'Dst'],
  ] as const) {
    const [least, most] = [options.number(`keyPort${side}Min`), options.number(`keyPort${side}Max`)]
    const port = name && options.number(`key${name}${side}`)
    const mask = name && options.number(`key${name}${side}Mask`)
    if ((least === undefined) !== (most === undefined)) return undefined
    if (least !== undefined && (name === undefined || port !== undefined)) return undefined
    if (typeof port !== 'number' && mask !== undefined) return undefined
    if (least !== undefined) words.push(word, `${least}-${most}`)
    if (typeof port === 'number') words.push(word, mask === undefined ? String(port) : `${port}/0x${mask.toString(16)}`)
  }
  return words
}

/** Options of flower. Keys that have no word here are left, so that there is no command. */
export const flowerWords: Filter = (options, { protocol }) => {
  const type = options.number('keyEthType')
  // tc takes it from the protocol of the filter.
  if (type !== (protocol === ETH_P.ALL ? undefined : protocol)) return undefined
  const flags = options.number('flags')
  const offload = offloadWords(flags ?? 0)
  const ip = options.number('keyIpProto')
  const indev = options.text('indev')
  const classid = options.number('classid')
  const ports = portWords(options, ip)
  const parts = addresses.map(([word, key]) => addressWords(options, word, key))
  // tc always writes the flags.
  if (flags === undefined || offload === undefined || ports === undefined || parts.includes(undefined)) return undefined
  const bits = masked.map(([word, key, full, radix]) => {
    const [value, mask] = [options.number(key), options.number(`${key}Mask`)]
    if (value === undefined || mask === undefined) return value === mask ? [] : undefined
    const text = (number: number) => `${radix === 16 ? '0x' : ''}${number.toString(radix)}`
    return [word, mask === full ? text(value) : `${text(value)}/${text(mask)}`]
  })
  if (bits.includes(undefined)) return undefined
  return [
    ...(indev === undefined ? [] : ['indev', indev]),
    ...numbers.flatMap(([word, key]) => (options.has(key) ? [word, String(options.take(key))] : [])),
    ...(parts as Word[][]).flat(),
    ...(ip === undefined ? [] : ['ip_proto', protocols[ip]?.[0] ?? `0x${ip.toString(16)}`]),
    ...ports,
    ...(bits as Word[][]).flat(),
    ...(classid === undefined ? [] : ['classid', handleText(classid)]),
    ...offload,
  ]
}
