import { AF, type Constants, flagNames, nameOf } from '../codec/index.js'
import * as route from '../route/index.js'

type Names = Constants<Readonly<Record<string, number>>>
/** How a number reads. */
type Reader = (value: number) => string

const one =
  (names: Names): Reader =>
  (value) =>
    nameOf(names, value)
const bits = (...families: Names[]): Reader => {
  // One family in several parts, as the kernel's headers have it.
  const all = Object.assign({}, ...families.map((each) => each.values))
  const names: Names = { prefix: families[0]?.prefix ?? '', values: all }
  return (value) => flagNames(names, value).join('|') || '0'
}

const family = { family: one(AF) }
const ifFlags = bits(route.IFF)
/** All of them: what requests that change nothing in particular send. */
const ifChange: Reader = (value) => (value === 0xffffffff ? 'all' : ifFlags(value))
const nexthopFlags = bits(route.RTNH_F)
/** An ifindex, or the number that says that there is none. */
const block: Reader = (value) =>
  value === route.TCM_IFINDEX.MAGIC_BLOCK ? nameOf(route.TCM_IFINDEX, value) : String(value)
const filter = { ...family, ifindex: block }

/** Numbers with names, by what is left of a message's name without its verb, and by the keys that lead to them. */
const readers: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  LINK: { ...family, flags: ifFlags, change: ifChange, 'attrs.extMask': bits(route.RTEXT_FILTER) },
  ADDR: { ...family, scope: one(route.RT_SCOPE), 'attrs.flags': bits(route.IFA_F) },
  ROUTE: {
    ...family,
    table: one(route.RT_TABLE),
    protocol: one(route.RTPROT),
    scope: one(route.RT_SCOPE),
    type: one(route.RTN),
    flags: bits(route.RTM_F, route.RTNH_F),
    'attrs.table': one(route.RT_TABLE),
    'attrs.encapType': one(route.LWTUNNEL_ENCAP),
    'attrs.multipath.flags': nexthopFlags,
    'attrs.multipath.attrs.encapType': one(route.LWTUNNEL_ENCAP),
    'attrs.metrics.features': bits(route.RTAX_FEATURE),
  },
  NEIGH: {
    ...family,
    state: bits(route.NUD),
    flags: bits(route.NTF),
    type: one(route.RTN),
    'attrs.protocol': one(route.RTPROT),
    'attrs.flagsExt': bits(route.NTF_EXT),
  },
  RULE: {
    ...family,
    table: one(route.RT_TABLE),
    action: one(route.FR_ACT),
    flags: bits(route.FIB_RULE),
    'attrs.table': one(route.RT_TABLE),
    'attrs.protocol': one(route.RTPROT),
  },
  NEXTHOP: {
    ...family,
    protocol: one(route.RTPROT),
    scope: one(route.RT_SCOPE),
    flags: nexthopFlags,
    'attrs.groupType': one(route.NEXTHOP_GRP_TYPE),
    'attrs.encapType': one(route.LWTUNNEL_ENCAP),
    'attrs.opFlags': bits(route.NHA_OP_FLAG),
  },
  CANJOB: {
    ...family,
    gwtype: one(route.CGW_TYPE),
    flags: bits(route.CGW_FLAGS),
    ...Object.fromEntries(
      ['modAnd', 'modOr', 'modXor', 'modSet', 'fdmodAnd', 'fdmodOr', 'fdmodXor', 'fdmodSet'].map((key) => [
        `attrs.${key}.modtype`,
        bits(route.CGW_MOD),
      ]),
    ),
  },
  TFILTER: filter,
  CHAIN: filter,
}
const anyRoute = family

/** The type of a message as {@link readerOf} takes it: jobs of the CAN gateway share theirs with routes. */
export const readAs = (type: string, value: unknown): string =>
  type.endsWith('ROUTE') && typeof value === 'object' && value !== null && route.isCanGateway(value)
    ? 'RTM_NEWCANJOB'
    : type

/** What a person calls the number under `path` in a message; nothing where it is but a number. */
export function readerOf(type: string, path: string): Reader | undefined {
  if (!type.startsWith('RTM_')) return undefined
  const kind = type.replace(/^RTM_(NEW|DEL|GET|SET)/, '').replace(/(PROP|BUCKET)$/, '')
  const known = (Object.hasOwn(readers, kind) ? readers[kind] : undefined) ?? anyRoute
  // An attribute may be called `toString`.
  return Object.hasOwn(known, path) ? known[path as 'family'] : undefined
}
