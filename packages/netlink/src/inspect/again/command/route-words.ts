import { AF, flagNames } from '../../../codec/index.js'
import { ICMPV6_ROUTER_PREF, metricsAttrs, RTAX_FEATURE, RTM_F, RTNH_F } from '../../../route/index.js'
import { type Bag, Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { encapWords } from './encap.js'
import { labelsText } from './labels.js'
import { device, leftIn, named, type Options, option, type Word } from './words.js'

/** Parts of routes and next hops. */

/** Returns the words of a gateway. */
export function viaWords(attrs: Members, family: number): Word[] {
  const gateway = attrs.text('gateway')
  if (gateway !== undefined) return ['via', gateway]
  const via = attrs.has('via') ? (attrs.take('via') as { family: number; addr: string }) : undefined
  if (via === undefined) return []
  return ['via', ...(via.family === family ? [] : [via.family === AF.INET6 ? 'inet6' : 'inet']), via.addr]
}

/** Returns realms: `3/4`, or only that of the destination. */
export const realmsText = (flow: number) =>
  flow >>> 16 === 0 ? String(flow & 0xffff) : `${flow >>> 16}/${flow & 0xffff}`

/** Words of RTAX_*, in which `lock` is a bit for each. */
const metricWords: Readonly<Record<string, string>> = {
  ...{
    mtu: 'mtu',
    window: 'window',
    rtt: 'rtt',
    rttvar: 'rttvar',
    ssthresh: 'ssthresh',
    cwnd: 'cwnd',
    advmss: 'advmss',
  },
  ...{ reordering: 'reordering', hoplimit: 'hoplimit', initcwnd: 'initcwnd', initrwnd: 'initrwnd', rtoMin: 'rto_min' },
  ...{ quickack: 'quickack', ccAlgo: 'congctl', fastopenNoCookie: 'fastopen_no_cookie' },
}

/** Returns the words of the metrics of a route: `mtu lock 1400`. */
function metricsOf(metrics: unknown): { words: string[]; lost: string[] } {
  const members = new Members(metrics)
  const locked = members.number('lock') ?? 0
  const lost: string[] = []
  const words: string[] = []
  for (const [key, word] of Object.entries(metricWords)) {
    if (!members.has(key)) continue
    const value = members.take(key) as number | string
    const bit = 1 << (metricsAttrs.table as unknown as Readonly<Record<string, readonly [number]>>)[key]![0]
    // rtt and rttvar are sent in eighths and quarters of a millisecond.
    const text =
      key === 'rtt'
        ? `${Number(value) / 8}ms`
        : key === 'rttvar'
          ? `${Number(value) / 4}ms`
          : key === 'rtoMin'
            ? `${value}ms`
            : String(value)
    words.push(word, ...((locked & bit) === 0 || key === 'rtoMin' ? [] : ['lock']), text)
  }
  const features = members.number('features') ?? 0
  if ((features & ~(RTAX_FEATURE.ECN | RTAX_FEATURE.TCP_USEC_TS)) !== 0) lost.push('metrics.features')
  if ((features & RTAX_FEATURE.ECN) !== 0) words.push('features', 'ecn')
  if ((features & RTAX_FEATURE.TCP_USEC_TS) !== 0) words.push('features', 'tcp_usec_ts')
  return { words, lost: [...lost, ...leftIn(members, 'metrics.')] }
}

const pervasive = [
  ['ONLINK', 'onlink'],
  ['PERVASIVE', 'pervasive'],
] as const

/** Returns the words of the flags of a next hop or route; undefined if one has none. */
export function flagWords(bits: number): string[] | undefined {
  const names = flagNames({ prefix: '', words: {}, values: { ...RTNH_F.values, ...RTM_F.values } }, bits)
  const words = names.map((name) => pervasive.find(([key]) => key === name)?.[1])
  return words.includes(undefined) ? undefined : (words as string[])
}

/** Options of `ip route` that are attributes of their own, and apply to all next hops. */
export const routeOptions: Options = {
  flow: (flow: number) => ['realms', realmsText(flow)],
  metrics: (metrics: unknown) => {
    const { words, lost } = metricsOf(metrics)
    return lost.length > 0 ? undefined : words
  },
  pref: named('pref', ICMPV6_ROUTER_PREF),
  expires: option('expires'),
  ttlPropagate: (value: number) => (value === 0 ? ['ttl-propagate', 'disabled'] : undefined),
}

/** Returns the words of the next hops of a multipath route. */
export function hopWords(
  request: SaidRequest,
  multipath: unknown,
  family: number,
): { words: Word[]; lost: string[] } | undefined {
  if (!Array.isArray(multipath)) return { words: [], lost: [] }
  const parts = (multipath as readonly Bag[]).map((hop, at) => {
    const attrs = new Members(hop.attrs)
    const flags = flagWords(hop.flags as number)
    const encap = encapWords(attrs, request)
    const words = [
      'nexthop',
      ...(attrs.has('newdst') ? ['as', labelsText(attrs.take('newdst')) ?? ''] : []),
      ...(encap?.words ?? []),
      ...viaWords(attrs, family),
      ...(hop.ifindex === 0 ? [] : ['dev', device(request, hop.ifindex as number)]),
      ...(hop.hops === 0 ? [] : ['weight', String(Number(hop.hops) + 1)]),
      ...(attrs.has('flow') ? ['realms', realmsText(attrs.take('flow') as number)] : []),
      ...(flags ?? []),
    ]
    return {
      words,
      lost: [...(flags ? [] : [`multipath.${at}.flags`]), ...(encap?.lost ?? []), ...leftIn(attrs, `multipath.${at}.`)],
    }
  })
  return { words: parts.flatMap(({ words }) => words), lost: parts.flatMap(({ lost }) => lost) }
}
