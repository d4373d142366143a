import { familyName } from '../../api/values/ip-text.js'
import { withWords } from '../../api/values/words.js'
import { AF, constants, flagNames } from '../../codec/index.js'
import {
  encap,
  ICMPV6_ROUTER_PREF,
  LWTUNNEL_ENCAP,
  metricsAttrs,
  RT_SCOPE,
  RT_TABLE,
  RTM_F,
  RTN,
  RTNH_F,
  RTPROT,
} from '../../route/index.js'
import { areZero, call, dataOf, defined, linkRef, verbOf } from './call.js'
import { labelsText } from './command/labels.js'
import { type Bag, isBag, Members } from './members.js'
import { isIp, networkOf } from './network.js'
import type { SaidRequest } from './request-of.js'
import { wordIn } from './words.js'

/** Flags that the kernel only reports. The API does not send them. */
const reported: readonly string[] = [
  ...['DEAD', 'LINKDOWN', 'OFFLOAD', 'TRAP', 'UNRESOLVED', 'CLONED', 'OFFLOAD_FAILED', 'RT_OFFLOAD', 'RT_TRAP'],
]

/** Returns the names of flags; undefined if there is one that the API does not send. */
export function hopFlags(bits: number, family: Bag = RTNH_F.values): readonly string[] | undefined {
  const names = flagNames(constants('', family as Readonly<Record<string, number>>), bits)
  return names.some((name) => reported.includes(name) || !Object.hasOwn(family, name)) ? undefined : names
}

/** Returns the data of MPLS with the labels as text; undefined if they have more than their numbers, which the API cannot express. */
function mplsData(given: unknown): Bag | undefined {
  if (!isBag(given) || !Array.isArray(given.dst)) return undefined
  const isPlain = given.dst.every(
    ({ tc, bos, ttl }: Bag, at, { length }) => tc === 0 && ttl === 0 && bos === Number(at === length - 1),
  )
  return isPlain ? { ...given, dst: labelsText(given.dst) } : undefined
}

/** Returns an encapsulation with words; undefined for one that the API cannot express. */
export function encapOption(attrs: Members): Bag | false | undefined {
  if (!attrs.has('encapType') && !attrs.has('encap')) return false
  const type = attrs.number('encapType')
  const given = attrs.take('encap')
  const word = type === undefined ? undefined : wordIn(LWTUNNEL_ENCAP, type)
  const data = type === LWTUNNEL_ENCAP.MPLS ? mplsData(given) : dataOf(encap.cases, type, given)
  return typeof word !== 'string' || !isBag(data) ? undefined : { type: word, data }
}

/** Returns realms, of which RTA_FLOW has both. */
export const realmsOf = (flow: unknown) => {
  if (typeof flow !== 'number') return undefined
  const [from, to] = [flow >>> 16, flow & 0xffff]
  return defined({ from: from || undefined, to: to || undefined })
}

/** Returns the gateway, of this family (RTA_GATEWAY) or of another one (RTA_VIA). */
export function gatewayOf(attrs: Members): string | undefined {
  const via = attrs.has('via') ? attrs.nest('via') : undefined
  return attrs.text('gateway') ?? via?.text('addr')
}

/** Returns the next hops of RTA_MULTIPATH. */
function hopsOf(request: SaidRequest, multipath: unknown): readonly Bag[] | undefined {
  if (!Array.isArray(multipath)) return undefined
  const hops = multipath.map((hop: Bag) => {
    const attrs = new Members(hop.attrs)
    const flags = hopFlags(hop.flags as number)
    const option = encapOption(attrs)
    const [via, realms] = [gatewayOf(attrs), realmsOf(attrs.take('flow'))]
    if (flags === undefined || option === undefined || attrs.left.length > 0) return undefined
    return defined({
      via,
      dev: hop.ifindex === 0 ? undefined : linkRef(request, hop.ifindex as number),
      weight: hop.hops === 0 ? undefined : (hop.hops as number) + 1,
      realms,
      flags: flags.length === 0 ? undefined : flags,
      encap: option || undefined,
    })
  })
  return hops.includes(undefined) ? undefined : (hops as readonly Bag[])
}

/** Returns the scope that a route has by default (`scopeOf` of the API). */
export function defaultScope({ value: { family, type }, attrs }: SaidRequest): number {
  if (family === AF.INET6) return RT_SCOPE.UNIVERSE
  if (type === RTN.LOCAL || type === RTN.NAT) return RT_SCOPE.HOST
  if (type === RTN.BROADCAST || type === RTN.MULTICAST || type === RTN.ANYCAST) return RT_SCOPE.LINK
  const isFar = [attrs.gateway, attrs.via, attrs.multipath, attrs.nhId].some((each) => each !== undefined)
  return type === RTN.UNICAST && !isFar ? RT_SCOPE.LINK : RT_SCOPE.UNIVERSE
}

const metricsOf = (metrics: unknown): Bag | undefined =>
  metrics === undefined ? {} : isBag(metrics) ? (withWords(metricsAttrs, metrics) as Bag) : undefined

/** Returns the table of a route or rule: that of the header, or for larger numbers that of the attribute. */
export function tableOf(header: unknown, attribute: unknown): number | undefined {
  if (attribute === undefined) return header as number
  const isSame =
    header === attribute || header === RT_TABLE.UNSPEC || (header === RT_TABLE.COMPAT && Number(attribute) > 255)
  return isSame ? (attribute as number) : undefined
}

/** Takes the members that the options of a route come from. Returns undefined for what the API cannot express. */
function routeOptions(request: SaidRequest, isDelete: boolean): Bag | undefined {
  const { value } = request
  const attrs = new Members(request.attrs)
  const { family, dstLen, srcLen, tos, protocol, scope, type, flags } = value as Readonly<Record<string, number>>
  if (!isIp(family)) return undefined
  const table = tableOf(value.table, attrs.take('table'))
  const names = hopFlags(flags ?? 0, { ...RTNH_F.values, ...RTM_F.values })
  const [dst, from] = [attrs.take('dst'), attrs.take('src')].map((each, at) =>
    (at === 0 ? dstLen : srcLen) ? each : undefined,
  )
  const [encapOf, metrics] = [encapOption(attrs), metricsOf(attrs.take('metrics'))]
  const multipath = attrs.has('multipath') ? hopsOf(request, attrs.take('multipath')) : false
  const [oif, pref] = [attrs.take('oif') as number | undefined, attrs.number('pref')]
  const isUnknown = [table, names, encapOf, metrics, multipath].includes(undefined)
  const options = defined({
    dst: networkOf(dst, dstLen ?? 0, family),
    family: familyName(family),
    from: srcLen === 0 ? undefined : networkOf(from, srcLen ?? 0, family),
    via: gatewayOf(attrs),
    dev: oif === undefined ? undefined : oif === 0 ? 0 : linkRef(request, oif),
    src: attrs.take('prefsrc'),
    metric: attrs.take('priority'),
    table: table === RT_TABLE.MAIN ? undefined : wordIn(RT_TABLE, table ?? 0),
    protocol: protocol === (isDelete ? RTPROT.UNSPEC : RTPROT.BOOT) ? undefined : wordIn(RTPROT, protocol ?? 0),
    scope: scope === (isDelete ? RT_SCOPE.NOWHERE : defaultScope(request)) ? undefined : wordIn(RT_SCOPE, scope ?? 0),
    type: type === (isDelete ? RTN.UNSPEC : RTN.UNICAST) ? undefined : wordIn(RTN, type ?? 0),
    tos: tos === 0 ? undefined : tos,
    flags: names?.length === 0 ? undefined : names,
    multipath: multipath || undefined,
    nexthop: attrs.take('nhId'),
    encap: encapOf || undefined,
    realms: realmsOf(attrs.take('flow')),
    pref: pref === undefined ? undefined : wordIn(ICMPV6_ROUTER_PREF, pref),
    expires: attrs.take('expires'),
    ...metrics,
  })
  const foreign = family === AF.INET6 ? ['realms'] : ['from', 'pref', 'expires']
  if (isUnknown || foreign.some((key) => options[key] !== undefined) || options.expires === 0) return undefined
  if (options.dev === 0 || attrs.left.length > 0) return undefined
  return hasFamily(options) ? withoutFamily(options) : options
}

/** True if the API finds the family in one of the addresses (`familyOfRoute`). */
const hasFamily = ({ family, dst, from, src, via }: Bag) => {
  const first = [dst, from, src, via].find((text) => typeof text === 'string' && text !== 'default')
  return first === undefined ? family === 'inet' : (family === 'inet6') === String(first).includes(':')
}
const withoutFamily = ({ family: _, ...options }: Bag) => options

/** Returns a request of routes as a call of `nl.route`; undefined if the API has none that sends it. */
export function routeCall(request: SaidRequest): string | undefined {
  const { type, flags, value } = request
  if (type === 'RTM_NEWROUTE') {
    const [verb, options] = [verbOf(request), routeOptions(request, false)]
    // A next hop object replaces what belongs to it, and the API sends no flags next to it.
    if (verb === undefined || options === undefined || (options.nexthop !== undefined && options.flags))
      return undefined
    return call(`route.${verb}`, options)
  }
  if (type !== 'RTM_DELROUTE' || flags !== 0 || !areZero(value, 'flags')) return undefined
  const options = routeOptions(request, true)
  if (options === undefined) return undefined
  // With other properties the API looks for the route first, and deletes exactly this one.
  const compared = value.family === AF.INET6 ? comparedInBoth : [...comparedInBoth, 'tos', 'type', 'scope']
  const isSimple = Object.entries(options).every(([key, member]) => compared.includes(key) && member !== 0)
  return isSimple ? call('route.delete', options) : undefined
}

/** Options that the kernel compares when it deletes a route (`needsListing` of the API). */
const comparedInBoth: readonly string[] = ['family', 'dst', 'table', 'metric', 'via', 'dev', 'protocol']
