import type { RouteMessage } from '../route/route.js'

/** The table of a route, where it has a number above 255 too. */
export const tableOf = ({ table, attrs }: RouteMessage): number => attrs.table ?? table

/**
 * What routes are put in the same place by: of two with the same, the kernel may replace or join one with the other
 * (`fib_table_insert`, `fib6_add_rt2node`).
 */
export function routeSlot(route: RouteMessage): string {
  const { family, dstLen, srcLen, tos, attrs } = route
  return `${family} ${tableOf(route)} ${attrs.dst ?? ''}/${dstLen} ${attrs.src ?? ''}/${srcLen} ${tos} ${attrs.priority ?? 0}`
}

/** What a route is beside that, but for flags that change without being told. */
export function routeIdentity(route: RouteMessage): string {
  const { protocol, scope, type, attrs } = route
  const { oif, gateway, via, prefsrc, nhId, multipath, metrics, encapType, encap } = attrs
  const plain = `${routeSlot(route)} ${protocol} ${scope} ${type} ${nhId ?? ''} ${oif ?? ''} ${gateway ?? ''} ${prefsrc ?? ''}`
  if (multipath === undefined && metrics === undefined && encapType === undefined && via === undefined) return plain
  const hops = multipath?.map(({ flags: _, ...hop }) => hop)
  return `${plain} ${JSON.stringify([hops, metrics, via, encapType, encap], textOf)}`
}

const textOf = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)
