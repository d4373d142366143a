import { nameOf } from '@netloom/netlink'
import { RT_SCOPE, RTN, RTPROT } from '@netloom/netlink/route'
import { bitsOf, camelCase, type Decoded, type linkNames, type Mappers, named } from './oracle.js'
import './built.js'

/** Mappers for the members of a route that ip prints. */

export type Names = ReturnType<typeof linkNames>

/** Returns a constant as ip prints it: `unicast` for RTN_UNICAST. A number without a name stays a number. */
export const lower = (family: Parameters<typeof nameOf>[0], value: number) =>
  nameOf(family, value)
    .slice(family.prefix.length + 1)
    .toLowerCase()
export const scope = ({ scope }: Decoded) => (scope === RT_SCOPE.UNIVERSE ? 'global' : lower(RT_SCOPE, scope))
export const protocol = (value: number) => lower(RTPROT, value)
export const nexthopFlags = (flags: number) =>
  bitsOf({ 1: 'dead', 2: 'pervasive', 4: 'onlink', 8: 'offload', 16: 'linkdown', 32: 'unresolved', 64: 'trap' }, flags)
export const prefix = (address: string | undefined, length: number, family: number) =>
  length === 0 ? 'default' : length === (family === 2 ? 32 : 128) ? address : `${address}/${length}`
/** Returns the value that ip prints for "true". */
export const yes = (holds: boolean) => (holds ? null : undefined)
/** Converts hundredths of a second to seconds. */
export const seconds = (value: number | bigint) => Number(value) / 100
export const wholeSeconds = (value: number) => Math.floor(value / 100)
/** Maps a member to the attribute of the same name. */
export const attribute = (key: string, name = camelCase(key)): Mappers => ({ [key]: ({ attrs }) => attrs[name] })
export const attributesOf = (...keys: string[]): Mappers => Object.assign({}, ...keys.map((key) => attribute(key)))

export const via = ({ attrs }: Decoded) => ({
  family: named({ 2: 'inet', 10: 'inet6' }, attrs.via.family),
  host: attrs.via.address ?? attrs.via.addr,
})

export function metrics({ attrs: { metrics } }: Decoded) {
  const { rtt, rttvar, features = 0, ccAlgo, lock: _, ...others } = metrics
  const snake = Object.entries(others).map(([key, value]) => [
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ])
  return [
    {
      ...Object.fromEntries(snake),
      ...(rtt !== undefined && { rtt: rtt / 8 }),
      ...(rttvar !== undefined && { rttvar: rttvar / 4 }),
      ...((features & 1) !== 0 && { ecn: null }),
      ...((features & 16) !== 0 && { tcp_usec_ts: null }),
      ...(ccAlgo !== undefined && { congestion: ccAlgo }),
    },
  ]
}

export const routeMappers = (names: Names): Mappers => ({
  ...attributesOf('gateway', 'prefsrc', 'uid'),
  type: ({ type }) => lower(RTN, type),
  dst: ({ attrs, dstLen, family }) => prefix(attrs.dst, dstLen, family),
  from: ({ attrs, srcLen, family }) => prefix(attrs.src, srcLen, family),
  nhid: ({ attrs }) => attrs.nhId,
  via,
  dev: ({ attrs }) => names(attrs.oif),
  table: ({ attrs }) => named({ 253: 'default', 254: 'main', 255: 'local' }, attrs.table),
  protocol: (route) => protocol(route.protocol),
  scope,
  tos: ({ tos }) => `0x${tos.toString(16)}`,
  metric: ({ attrs }) => attrs.priority,
  flags: ({ flags }) => nexthopFlags(flags & 0xff),
  flow: ({ attrs: { flow } }) => ({ from: String(flow >>> 16), to: String(flow & 0xffff) }),
  metrics,
  pref: ({ attrs }) => named({ 0: 'medium', 1: 'high', 3: 'low' }, attrs.pref),
  expires: ({ attrs }) => wholeSeconds(attrs.cacheinfo.expires),
  nexthops: ({ attrs }) =>
    attrs.multipath.map(({ ifindex, flags, hops, attrs }: Decoded) => ({
      ...(attrs.gateway !== undefined && { gateway: attrs.gateway }),
      ...(attrs.via !== undefined && { via: via({ attrs }) }),
      dev: names(ifindex),
      weight: hops + 1,
      flags: nexthopFlags(flags),
    })),
  nh_info: { skip: 'requested separately' },
  cache: { skip: 'only marks a looked-up route' },
})
