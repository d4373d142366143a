import type { RouteMessage } from '../route/route.js'

/** Returns the table of a route. Numbers above 255 are in an attribute. */
export const tableOf = ({ table, attrs }: RouteMessage): number => attrs.table ?? table

/**
 * Returns the replacement key of a route: the kernel may replace one of two routes with equal keys by the other, or join them
 * (`fib_table_insert`, `fib6_add_rt2node`).
 */
export function routeReplacementKey(route: RouteMessage): string {
  const { family, dstLen, srcLen, tos, attrs } = route
  const dst = Array.isArray(attrs.dst) ? attrs.dst.map(({ label }) => label).join('/') : (attrs.dst ?? '')
  return `${family} ${tableOf(route)} ${dst}/${dstLen} ${attrs.src ?? ''}/${srcLen} ${tos} ${attrs.priority ?? 0}`
}

/** Returns the identity of a route: its replacement key and its properties, without flags that change without a notification. */
export function routeIdentity(route: RouteMessage): string {
  const { protocol, scope, type, attrs } = route
  const { oif, gateway, via, newdst, ttlPropagate, prefsrc, nhId, multipath, metrics, encapType, encap } = attrs
  const plain = `${routeReplacementKey(route)} ${protocol} ${scope} ${type} ${nhId ?? ''} ${oif ?? ''} ${gateway ?? ''} ${prefsrc ?? ''}`
  if (
    multipath === undefined &&
    metrics === undefined &&
    encapType === undefined &&
    via === undefined &&
    newdst === undefined
  )
    return plain
  const hops = multipath?.map(({ flags: _, ...hop }) => hop)
  return `${plain} ${JSON.stringify([hops, metrics, via, encapType, encap, newdst, ttlPropagate], textOf)}`
}

const textOf = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)

/** A reference of a route: a link, the link of one of several next hops, its source address, any next hops or next hop object. */
export type RouteReference =
  | readonly ['link' | 'hop', index: number]
  | readonly ['source', address: string]
  | readonly ['multipath' | 'nexthop']

/** Returns the text by which routes of a family are looked up that refer to something. */
export const routeReference = (family: number, [kind, value = '']: RouteReference): string =>
  `${family} ${kind} ${value}`

/** Returns what a route refers to. */
export function routeReferences({ family, attrs }: RouteMessage): string[] {
  const { oif, multipath, prefsrc, nhId } = attrs
  const references: RouteReference[] = []
  if (oif !== undefined) references.push(['link', oif])
  if (prefsrc !== undefined) references.push(['source', prefsrc])
  if (nhId !== undefined) references.push(['nexthop'])
  if (multipath !== undefined) references.push(['multipath'])
  for (const { ifindex } of multipath ?? []) references.push(['link', ifindex], ['hop', ifindex])
  return references.map((reference) => routeReference(family, reference))
}
