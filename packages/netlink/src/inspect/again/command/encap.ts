import { LWTUNNEL_ENCAP, RT_TABLE, SEG6_LOCAL_ACTION, TUNNEL } from '../../../route/index.js'
import { type Bag, isBag, Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { wordIn } from '../words.js'
import { labelsText } from './labels.js'
import { type Command, type Format, hex, link, named, type Options, option, type Word, wordsFor } from './words.js'

/** SEG6_IPTUN_MODE_*, linux/seg6_iptunnel.h, as `ip` names them */
const modes = ['inline', 'encap', 'l2encap', 'encap.red', 'l2encap.red']
const INLINE = 0
const isAny = (address: unknown) => address === '::'

/** Returns the segments of a header in the order of the path; undefined if the header has other parts. */
function segmentsOf(header: unknown): readonly unknown[] | undefined {
  if (!isBag(header) || !Array.isArray(header.segments)) return undefined
  const { segments, nexthdr, type, segmentsLeft, firstSegment, flags, tag, tlvs } = header
  const last = segments.length - 1
  if (nexthdr !== 0 || type !== 4 || segmentsLeft !== last || firstSegment !== last) return undefined
  if (flags !== 0 || tag !== 0 || (Array.isArray(tlvs) && tlvs.length > 0)) return undefined
  return segments.toReversed()
}

const segs = (segments: readonly unknown[]): Word[] => ['segs', segments.join(',')]

const seg6: Options = {
  srh: ({ mode, srh }: { mode: number; srh: unknown }) => {
    const segments = segmentsOf(srh)
    const word = modes[mode]
    if (segments === undefined || word === undefined) return undefined
    // For `inline`, the last segment is the destination of the packet, for which the request contains an empty one.
    if (mode === INLINE && !isAny(segments.at(-1))) return undefined
    return ['mode', word, ...segs(mode === INLINE ? segments.slice(0, -1) : segments)]
  },
}

/** SEG6_LOCAL_FLV_OP_*, linux/seg6_local.h, as bits */
const flavors: readonly (readonly [bit: number, word: string])[] = [
  [2, 'psp'],
  [4, 'usp'],
  [8, 'usd'],
]

const seg6Local: Options = {
  action: (action: number) => {
    const word = wordIn(SEG6_LOCAL_ACTION, action)
    return typeof word === 'string' && action !== 0 ? ['action', word] : undefined
  },
  srh: (srh: unknown) => {
    const segments = segmentsOf(srh)
    return segments && ['srh', ...segs(segments)]
  },
  table: named('table', RT_TABLE),
  vrftable: named('vrftable', RT_TABLE),
  nh4: option('nh4'),
  nh6: option('nh6'),
  iif: link('iif'),
  oif: link('oif'),
  counters: (counters: Bag) => (Object.values(counters).every((each) => each === 0n) ? ['count'] : undefined),
  flavors: ({ operation = 0, ...others }: { operation?: number }) => {
    const known = flavors.filter(([bit]) => (operation & bit) !== 0)
    const bits = known.reduce((all, [bit]) => all | bit, 0)
    if (bits !== operation || bits === 0 || Object.keys(others).length > 0) return undefined
    return ['flavors', known.map(([, word]) => word).join(',')]
  },
}

const tunnelFlags: Format = (flags: number) => {
  const words = [
    [TUNNEL.CSUM, 'csum'],
    [TUNNEL.KEY, 'key'],
    [TUNNEL.SEQ, 'seq'],
  ] as const
  if ((flags & ~(TUNNEL.CSUM | TUNNEL.KEY | TUNNEL.SEQ)) !== 0) return undefined
  return words.flatMap(([bit, word]) => ((flags & bit) === 0 ? [] : [word]))
}
const ip: Options = {
  ...{ id: option('id'), dst: option('dst'), src: option('src'), tos: option('tos'), ttl: option('ttl') },
  flags: tunnelFlags,
}
const ip6: Options = {
  ...{ id: option('id'), dst: option('dst'), src: option('src'), tc: option('tc'), hoplimit: option('hoplimit') },
  flags: tunnelFlags,
}

const mpls: Options = {
  dst: (dst: unknown) => {
    const text = labelsText(dst)
    return text === undefined ? undefined : [text]
  },
  ttl: option('ttl'),
}

const rpl: Options = {
  srh: (header: Bag) => {
    const { segments, nexthdr, type, segmentsLeft, cmpr, pad } = header
    if (!Array.isArray(segments) || nexthdr !== 0 || type !== 3 || cmpr !== 0 || pad !== 0) return undefined
    return segmentsLeft === segments.length ? segs(segments.toReversed()) : undefined
  },
}

/** Encapsulations by their type: the word of `ip`, and the options after it. */
const encapsulations: Readonly<Record<number, readonly [word: string, options: Options]>> = {
  [LWTUNNEL_ENCAP.MPLS]: ['mpls', mpls],
  [LWTUNNEL_ENCAP.IP]: ['ip', ip],
  [LWTUNNEL_ENCAP.IP6]: ['ip6', ip6],
  [LWTUNNEL_ENCAP.SEG6]: ['seg6', seg6],
  [LWTUNNEL_ENCAP.SEG6_LOCAL]: ['seg6local', seg6Local],
  [LWTUNNEL_ENCAP.RPL]: ['rpl', rpl],
  [LWTUNNEL_ENCAP.XFRM]: ['xfrm', { ifId: hex('if_id'), link: link('link_dev') }],
}

/** Returns the words of an encapsulation (`encap mpls 100/200`); undefined for one whose options iproute2 cannot be given. */
export function encapWords(attrs: Members, request: SaidRequest): Command | undefined {
  if (!attrs.has('encapType') && !attrs.has('encap')) return { words: [], lost: [] }
  const found = encapsulations[attrs.number('encapType') ?? 0]
  const data = new Members(attrs.take('encap'))
  if (found === undefined) return undefined
  const [word, options] = found
  const words = wordsFor(data, options, request)
  if (data.left.length > 0 || words.length === 0) return undefined
  return { words: ['encap', word, ...words], lost: [] }
}
