import { parseAddress } from '../../../codec/address.js'
import { ETH_P, IPPROTO } from '../../../constants/index.js'
import type { Members } from '../members.js'
import type { KeyWords } from './tc-flower-link.js'
import { type Mask, maskedWords } from './tc-flower-masks.js'
import type { Word } from './words.js'

/** Addresses by the word of tc, which writes a mask for each, with the EtherTypes in which it takes them. */
const addresses = [
  ['dst_mac', 'keyEthDst', []],
  ['src_mac', 'keyEthSrc', []],
  ['src_ip', 'keyIpv4Src', [ETH_P.IP]],
  ['dst_ip', 'keyIpv4Dst', [ETH_P.IP]],
  ['src_ip', 'keyIpv6Src', [ETH_P.IPV6]],
  ['dst_ip', 'keyIpv6Dst', [ETH_P.IPV6]],
  ['arp_sip', 'keyArpSip', [ETH_P.ARP, ETH_P.RARP]],
  ['arp_tip', 'keyArpTip', [ETH_P.ARP, ETH_P.RARP]],
  ['arp_sha', 'keyArpSha', []],
  ['arp_tha', 'keyArpTha', []],
  ['enc_src_ip', 'keyEncIpv4Src', []],
  ['enc_dst_ip', 'keyEncIpv4Dst', []],
  ['enc_src_ip', 'keyEncIpv6Src', []],
  ['enc_dst_ip', 'keyEncIpv6Dst', []],
] as const

/** Returns the length of a prefix with this mask, e.g. 24 for `255.255.255.0`; undefined if it is not one. */
export function prefixLength(mask: string): number | undefined {
  const bits = [...parseAddress(mask)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const ones = bits.indexOf('0')
  if (ones === -1) return bits.length
  return bits.includes('1', ones) ? undefined : ones
}

/** MAC and IP addresses. */
export const addressKeys: KeyWords = (options, { inner }) => {
  const words: Word[] = []
  for (const [word, key, types] of addresses) {
    const [address, mask] = [options.text(key), options.text(`${key}Mask`)]
    if (address === undefined && mask === undefined) continue
    if (address === undefined || mask === undefined) return undefined
    if (types.length > 0 && !(types as readonly number[]).includes(inner)) return undefined
    const isMac = address.length === mask.length && /^(..:){5}..$/.test(mask)
    const length = isMac ? mask : prefixLength(mask)
    if (length === undefined) return undefined
    words.push(word, length === 'ff:ff:ff:ff:ff:ff' ? address : `${address}/${length}`)
  }
  return words
}

const ipProtocols: Readonly<Record<number, readonly [word: string, key?: string]>> = {
  ...{ [IPPROTO.TCP]: ['tcp', 'Tcp'], [IPPROTO.UDP]: ['udp', 'Udp'], [IPPROTO.SCTP]: ['sctp', 'Sctp'] },
  ...{ [IPPROTO.ICMP]: ['icmp', 'Icmpv4'], [IPPROTO.ICMPV6]: ['icmpv6', 'Icmpv6'] },
}

const byte: Mask = { radix: 10, maskRadix: 10, full: 0xff }
const bits: Mask = { radix: 16, maskRadix: 16, full: 0xff }

/** The protocol in IP, and what its headers contain; operations of ARP. */
export const ipKeys: KeyWords = (options, { inner, ip }) => {
  const isIp = inner === ETH_P.IP || inner === ETH_P.IPV6
  const [name, key] = ipProtocols[ip ?? 0] ?? []
  if (ip !== undefined && !isIp) return undefined
  if (key?.startsWith('Icmp') && (inner === ETH_P.IP) !== (key === 'Icmpv4')) return undefined
  const parts = [
    portWords(options, key),
    ...(key?.startsWith('Icmp')
      ? [maskedWords(options, 'type', `key${key}Type`, byte), maskedWords(options, 'code', `key${key}Code`, byte)]
      : []),
    maskedWords(options, 'arp_op', 'keyArpOp', byte),
    maskedWords(options, 'ip_tos', 'keyIpTos', bits),
    maskedWords(options, 'ip_ttl', 'keyIpTtl', { radix: 10, maskRadix: 16, full: 0xff }),
    maskedWords(options, 'tcp_flags', 'keyTcpFlags', { radix: 16, maskRadix: 16, full: 0xfff }),
    sessionWords(options, ip),
  ]
  if (parts.includes(undefined)) return undefined
  return [...(ip === undefined ? [] : ['ip_proto', name ?? `0x${ip.toString(16)}`]), ...(parts as Word[][]).flat()]
}

/** Returns the words of ports, which are different keys for each protocol. */
function portWords(options: Members, name: string | undefined): Word[] | undefined {
  const words: Word[] = []
  for (const [word, side] of [
    ['src_port', 'Src'],
    ['dst_port', 'Dst'],
  ] as const) {
    const [least, most] = [options.number(`keyPort${side}Min`), options.number(`keyPort${side}Max`)]
    const port = name === undefined ? undefined : options.number(`key${name}${side}`)
    const mask = name === undefined ? undefined : options.number(`key${name}${side}Mask`)
    if ((least === undefined) !== (most === undefined)) return undefined
    if (least !== undefined && (name === undefined || port !== undefined)) return undefined
    if (port === undefined && mask !== undefined) return undefined
    if (least !== undefined) words.push(word, `${least}-${most}`)
    if (port !== undefined) words.push(word, mask === undefined ? String(port) : `${port}/0x${mask.toString(16)}`)
  }
  return words
}

/** Returns the words of what identifies a session of L2TP or IPsec. */
function sessionWords(options: Members, ip: number | undefined): Word[] | undefined {
  const [session, spi, mask] = [options.number('keyL2tpv3Sid'), options.number('keySpi'), options.number('keySpiMask')]
  const withSpi: readonly (number | undefined)[] = [IPPROTO.UDP, IPPROTO.ESP, IPPROTO.AH]
  if (session !== undefined && ip !== IPPROTO.L2TP) return undefined
  if (spi === undefined ? mask !== undefined : mask !== 0xffffffff || !withSpi.includes(ip)) return undefined
  return [
    ...(session === undefined ? [] : ['l2tpv3_sid', String(session)]),
    ...(spi === undefined ? [] : ['spi', `0x${spi.toString(16)}`]),
  ]
}
