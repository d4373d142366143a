import {
  NF_LOG,
  NF_NAT_RANGE,
  NF_SYNPROXY_OPT,
  NFPROTO,
  NFT_NAT,
  NFT_QUEUE_FLAG,
  NFT_REJECT,
} from '../../../netfilter/index.js'
import { natFlags } from '../expression/nat.js'
import { objectTypeName } from '../types/flags.js'
import { icmp6Codes, icmpCodes, icmpxCodes, logLevels, type Words, wordOf } from '../types/words.js'
import type { Attributes, PacketContext } from './resolve.js'

const bit = (bits: unknown, flag: number) => (Number(bits ?? 0) & flag) !== 0
const join = (...parts: readonly (string | false | undefined)[]) => parts.filter(Boolean).join(' ')

/** Returns nft's text of a `log`. */
export function logText({ prefix, level, group, snaplen, qthreshold, flags }: Attributes): string {
  const words = [
    bit(flags, NF_LOG.TCPSEQ) && bit(flags, NF_LOG.TCPOPT)
      ? 'tcp sequence,options'
      : bit(flags, NF_LOG.TCPSEQ)
        ? 'tcp sequence'
        : bit(flags, NF_LOG.TCPOPT) && 'tcp options',
    bit(flags, NF_LOG.IPOPT) && 'ip options',
    bit(flags, NF_LOG.UID) && 'skuid',
    bit(flags, NF_LOG.MACDECODE) && 'ether',
  ].filter(Boolean)
  const isAll = (Number(flags ?? 0) & NF_LOG.MASK) === NF_LOG.MASK
  return join(
    'log',
    prefix !== undefined && `prefix "${prefix}"`,
    group !== undefined && `group ${group}`,
    group !== undefined && Number(snaplen ?? 0) > 0 && `snaplen ${snaplen}`,
    group !== undefined && Number(qthreshold ?? 0) > 0 && `queue-threshold ${qthreshold}`,
    // nft leaves out the kernel's default.
    group === undefined &&
      level !== undefined &&
      level !== logLevels.warn &&
      `level ${wordOf(logLevels, Number(level))}`,
    isAll ? 'flags all' : words.map((word) => `flags ${word}`).join(' '),
  )
}

/** Returns nft's text of a `reject`. */
export function rejectText({ type, icmpCode }: Attributes, family: string, { network }: PacketContext): string {
  const code = Number(icmpCode ?? 0)
  const named = (kind: string, words: Words, usual: number, isUsual: boolean) =>
    isUsual && code === usual ? 'reject' : `reject with ${kind} ${wordOf(words, code) ?? code}`
  if (type === NFT_REJECT.TCP_RST) return 'reject with tcp reset'
  if (type === NFT_REJECT.ICMPX_UNREACH) return named('icmpx', icmpxCodes, 1, true)
  const isV6 = family === 'ip6' || (family !== 'ip' && network === 'ip6')
  return isV6 ? named('icmpv6', icmp6Codes, 4, family === 'ip6') : named('icmp', icmpCodes, 3, family === 'ip')
}

/** Returns nft's text of a `queue`. */
export function queueText({ num, total, flags }: Attributes): string {
  const words = [bit(flags, NFT_QUEUE_FLAG.BYPASS) && 'bypass', bit(flags, NFT_QUEUE_FLAG.CPU_FANOUT) && 'fanout']
  const [first, count] = [Number(num ?? 0), Number(total ?? 1)]
  const given = words.filter(Boolean)
  return join(
    'queue',
    given.length > 0 && `flags ${given.join(',')}`,
    `to ${count > 1 ? `${first}-${first + count - 1}` : first}`,
  )
}

/** Returns nft's words for the flags of nat. */
export const natFlagsText = (flags: unknown) =>
  Object.entries(natFlags)
    .filter(([, flag]) => bit(flags, flag))
    .map(([word]) => word)
    .join(',')

/** Texts of the registers that a translation uses. */
export interface Translation {
  readonly address?: string | undefined
  readonly addressTo?: string | undefined
  readonly port?: string | undefined
  readonly portTo?: string | undefined
}

/** Returns the target of a translation: `10.0.0.1:80`, `[2001:db8::1]:80`, `:80-90`. */
export function targetText({ address, addressTo, port, portTo }: Translation): string {
  const range = (from: string, to: string | undefined) => (to === undefined || to === from ? from : `${from}-${to}`)
  const ports = port === undefined ? '' : `:${range(port, portTo)}`
  if (address === undefined) return ports
  const needsBrackets = ports !== '' && address.includes(':') && !address.includes(' map ')
  const first = needsBrackets ? `[${address}]` : address
  return `${range(first, addressTo && needsBrackets ? `[${addressTo}]` : addressTo)}${ports}`
}

/** Returns nft's text of a `nat`. */
export function natText(data: Attributes, family: string, translation: Translation): string {
  const isPrefix = bit(data.flags, NF_NAT_RANGE.NETMAP)
  const word = data.type === NFT_NAT.DNAT ? 'dnat' : 'snat'
  const protocol = family === 'inet' ? (data.family === NFPROTO.IPV6 ? 'ip6' : 'ip') : ''
  return join(word, protocol, isPrefix && 'prefix', 'to', targetText(translation), natFlagsText(data.flags))
}

/** Returns nft's text of a `masquerade` or a `redirect`. */
export function portsText(word: string, data: Attributes, translation: Translation): string {
  const target = targetText(translation)
  return join(word, target !== '' && `to ${target}`, natFlagsText(data.flags))
}

/** Returns nft's text of a `tproxy`. */
export function tproxyText({ family: number }: Attributes, family: string, translation: Translation): string {
  const protocol = number === NFPROTO.IPV4 ? 'ip' : number === NFPROTO.IPV6 ? 'ip6' : ''
  return join('tproxy', family === 'inet' && protocol, 'to', targetText(translation))
}

/** Returns nft's text of a `synproxy`. */
export const synproxyText = ({ mss, wscale, flags }: Attributes) =>
  join(
    'synproxy',
    bit(flags, NF_SYNPROXY_OPT.MSS) && `mss ${mss}`,
    bit(flags, NF_SYNPROXY_OPT.WSCALE) && `wscale ${wscale}`,
    bit(flags, NF_SYNPROXY_OPT.TIMESTAMP) && 'timestamp',
    bit(flags, NF_SYNPROXY_OPT.SACK_PERM) && 'sack-perm',
  )

/** Returns nft's text of a `dup` or a `fwd`. */
export function forwardText(word: string, { nfproto }: Attributes, { address, device }: ForwardTexts): string {
  const protocol = nfproto === NFPROTO.IPV6 ? 'ip6' : 'ip'
  if (address === undefined) return join(word, 'to', device)
  return join(word, word === 'fwd' && protocol, 'to', address, device !== undefined && `device ${device}`)
}

/** Texts of the registers of a `dup` or a `fwd`. */
export interface ForwardTexts {
  readonly address: string | undefined
  readonly device: string | undefined
}

/** Returns nft's text of a reference to an object. */
export function objrefText({ immType, immName }: Attributes): string {
  const word = objectTypeName(Number(immType))
  return `${word} ${word.startsWith('ct ') && word !== 'ct count' ? 'set' : 'name'} "${immName}"`
}
