import { formatIPv4, parseIPv6 } from '../../../codec/address-text.js'
import { Buffer } from '../../../codec/buffer.js'
import { AF } from '../../../codec/index.js'
import { IPPROTO } from '../../../constants/index.js'
import { XFRM_POLICY_FLAG, XFRM_SA_XFLAG, XFRM_STATE } from '../../../xfrm/index.js'
import { type Bag, isBag } from '../members.js'
import { wordIn } from '../words.js'
import type { Format, Word } from './words.js'

/** Parts of IPsec states and policies, in the words of `ip xfrm`. */

type Numbers = Readonly<Record<string, number>>

const modes = ['transport', 'tunnel', 'ro', 'in_trigger', 'beet']
const protocols: Readonly<Record<number, string>> = {
  ...{ [IPPROTO.ESP]: 'esp', [IPPROTO.AH]: 'ah', [IPPROTO.COMP]: 'comp' },
  ...{ [IPPROTO.ROUTING]: 'route2', [IPPROTO.DSTOPTS]: 'hao' },
}

const hexadecimal = (number: number) => `0x${number.toString(16)}`
const isAny = (address: unknown) => address === '0.0.0.0' || address === '::'

/** Returns `mode tunnel`; undefined for a number that `ip` has no word for. */
export const modeWords = (mode: number): Word[] | undefined =>
  modes[mode] === undefined ? undefined : ['mode', modes[mode]]

/** The parts of the id of a state. */
export interface StateId {
  readonly saddr?: unknown
  readonly daddr?: unknown
  readonly proto?: number
  readonly spi?: number
}

/** Returns the id of a state: `src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x101`. */
export const idWords = ({ saddr, daddr, proto = 0, spi = 0 }: StateId): Word[] => [
  ...(saddr === undefined || isAny(saddr) ? [] : ['src', String(saddr)]),
  ...(daddr === undefined || isAny(daddr) ? [] : ['dst', String(daddr)]),
  ...(proto === 0 ? [] : ['proto', protocols[proto] ?? String(wordIn(IPPROTO, proto))]),
  ...(spi === 0 ? [] : ['spi', hexadecimal(spi)]),
]

/** Returns the IPv4 address that was read as the start of one of IPv6, because the selector has no family. */
function inIPv4(address: unknown): unknown {
  const bytes = Buffer.alloc(16)
  return typeof address === 'string' && parseIPv6(address, bytes, 0) ? formatIPv4(bytes, 0) : address
}

/** Returns a selector: `src 10.1.0.0/16 dst 10.2.0.0/16 proto tcp dport 80`. Undefined if `ip` cannot express it. `owner` is the family of the state. */
export function selectorWords(
  selector: unknown,
  device: (index: number) => string,
  owner: number = AF.UNSPEC,
): Word[] | undefined {
  if (!isBag(selector)) return undefined
  const { family } = selector
  const [saddr, daddr] = [selector.saddr, selector.daddr].map((address) =>
    family === AF.UNSPEC && owner === AF.INET ? inIPv4(address) : address,
  )
  const { prefixlenS = 0, prefixlenD = 0, proto = 0, ifindex = 0 } = selector as Numbers
  const { sport = 0, sportMask = 0, dport = 0, dportMask = 0, user = 0 } = selector as Numbers
  const isExact = (mask: number) => mask === 0 || mask === 0xffff
  if (user !== 0 || !isExact(sportMask) || !isExact(dportMask)) return undefined
  if ((sportMask !== 0 || dportMask !== 0) && proto === 0) return undefined
  const network = (word: string, address: unknown, length: number) =>
    length === 0 && isAny(address) ? [] : [word, `${address}/${length}`]
  const words = [
    ...network('src', saddr, prefixlenS),
    ...network('dst', daddr, prefixlenD),
    ...(ifindex === 0 ? [] : ['dev', device(ifindex)]),
    ...(proto === 0 ? [] : ['proto', String(wordIn(IPPROTO, proto))]),
    ...(sportMask === 0 ? [] : ['sport', String(sport)]),
    ...(dportMask === 0 ? [] : ['dport', String(dport)]),
  ]
  // Without an address, `ip` takes no family.
  return words.some((word) => word === 'src' || word === 'dst') || family === 0 || family === AF.INET
    ? words
    : undefined
}

/** XFRM_INF, linux/xfrm.h */
const NO_LIMIT = 0xffffffffffffffffn

/** Members of `struct xfrm_lifetime_cfg` by the word of `ip`, with the value that means none. */
const limits = [
  ['softByteLimit', 'byte-soft', NO_LIMIT],
  ['hardByteLimit', 'byte-hard', NO_LIMIT],
  ['softPacketLimit', 'packet-soft', NO_LIMIT],
  ['hardPacketLimit', 'packet-hard', NO_LIMIT],
  ['softAddExpiresSeconds', 'time-soft', 0n],
  ['hardAddExpiresSeconds', 'time-hard', 0n],
  ['softUseExpiresSeconds', 'time-use-soft', 0n],
  ['hardUseExpiresSeconds', 'time-use-hard', 0n],
] as const

/** Returns the limits of a state or policy: `limit time-hard 3600`. */
export const limitWords = (limit: unknown): Word[] =>
  // To reserve an SPI, `ip` sends no limits at all.
  isBag(limit) && !Object.values(limit).every((each) => each === 0n)
    ? limits.flatMap(([key, word, none]) => (limit[key] === none ? [] : ['limit', word, String(limit[key])]))
    : []

/** Returns `mark 0x5 mask 0xff`. */
export const markWords: Format = ({ v, m }: { v: number; m: number }) => [
  ...['mark', hexadecimal(v)],
  ...(m === 0xffffffff ? [] : ['mask', hexadecimal(m)]),
]

/** Returns the words of flags after `flag`; undefined if one has none. */
function flagWords(word: string, table: Readonly<Record<number, string>>, flags: number): Word[] | undefined {
  const found: Word[] = []
  for (const [bit, text] of Object.entries(table)) if ((flags & Number(bit)) !== 0) found.push(text)
  const known = Object.keys(table).reduce((bits, bit) => bits | Number(bit), 0)
  if ((flags & ~known) !== 0) return undefined
  return found.length === 0 ? [] : [word, ...found]
}

const stateFlags: Readonly<Record<number, string>> = {
  ...{ [XFRM_STATE.NOECN]: 'noecn', [XFRM_STATE.DECAP_DSCP]: 'decap-dscp', [XFRM_STATE.NOPMTUDISC]: 'nopmtudisc' },
  ...{ [XFRM_STATE.WILDRECV]: 'wildrecv', [XFRM_STATE.ICMP]: 'icmp', [XFRM_STATE.AF_UNSPEC]: 'af-unspec' },
  ...{ [XFRM_STATE.ALIGN4]: 'align4', [XFRM_STATE.ESN]: 'esn' },
}
const extraFlags: Readonly<Record<number, string>> = {
  [XFRM_SA_XFLAG.DONT_ENCAP_DSCP]: 'dont-encap-dscp',
  [XFRM_SA_XFLAG.OSEQ_MAY_WRAP]: 'oseq-may-wrap',
}
const policyFlags: Readonly<Record<number, string>> = {
  [XFRM_POLICY_FLAG.LOCALOK]: 'localok',
  [XFRM_POLICY_FLAG.ICMP]: 'icmp',
}

/** `flag esn` of a state. */
export const stateFlagWords = (flags: number) => flagWords('flag', stateFlags, flags)
/** `extra-flag dont-encap-dscp` of a state. */
export const extraFlagWords = (flags: number) => flagWords('extra-flag', extraFlags, flags)
/** `flag localok` of a policy. */
export const policyFlagWords = (flags: number) => flagWords('flag', policyFlags, flags)

/** Returns a template of a policy: `tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 7 mode tunnel`. */
export function templateWords(template: unknown): Word[] | undefined {
  if (!isBag(template) || !isBag(template.id)) return undefined
  const { reqid = 0, mode = 0, share = 0, optional = 0 } = template as Numbers
  const { aalgos, ealgos, calgos } = template as Numbers
  const all = 0xffffffff
  const words = modeWords(mode)
  if (words === undefined || share !== 0 || optional > 1) return undefined
  if (aalgos !== all || ealgos !== all || calgos !== all) return undefined
  return [
    ...['tmpl', ...idWords({ ...template.id, saddr: template.saddr })],
    ...(mode === 0 ? [] : words),
    ...(reqid === 0 ? [] : ['reqid', String(reqid)]),
    ...(optional === 0 ? [] : ['level', 'use']),
  ]
}

/** True if the counters of an object are those of a new one. */
export const isNew = ({ curlft, stats }: Bag): boolean =>
  [curlft, stats].every((part) => !isBag(part) || Object.values(part).every((each) => each === 0 || each === 0n))
