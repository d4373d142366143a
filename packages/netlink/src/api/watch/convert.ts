import type { ObjectKind, Objects } from '../../cache/index.js'
import { toAddress } from '../address/decode.js'
import { toLink } from '../link/decode.js'
import { toNeighbour } from '../neighbour/decode.js'
import { toNexthop } from '../nexthop/decode.js'
import { toRoute } from '../route/decode.js'
import type { Route } from '../route/types.js'
import { toRule } from '../rule/decode.js'
import { indexMembers } from '../values/objects.js'
import type { NamedObjects } from './types.js'

/** Returns the name of the link with this index; undefined if there is none. */
export type NameOf = (index: number) => string | undefined

/** An object as `Netlink` returns it. It may be modified until the cache returns it to a caller. */
type Plain = Record<string, unknown>

const conversions: { readonly [K in ObjectKind]: (message: Objects[K]) => object } = {
  link: toLink,
  address: toAddress,
  route: toRoute,
  neighbour: toNeighbour,
  rule: toRule,
  nexthop: toNexthop,
}

/** Sets the names of the links that an object refers to. Returns true if one was different. */
export function setNames(object: Plain, nameOf: NameOf): boolean {
  let isDifferent = false
  for (const member of indexMembers) {
    const index = object[member]
    // The gateway of a route is called `via` too, and is text. With `linkNetnsid`, `link` and `via` are indexes of that namespace.
    const isElsewhere = object.linkNetnsid !== undefined && (member === 'link' || member === 'via')
    if (typeof index !== 'number' || isElsewhere) continue
    const key = `${member}Name`
    const name = nameOf(index)
    if (object[key] === name) continue
    isDifferent = true
    if (name === undefined) delete object[key]
    else object[key] = name
  }
  for (const hop of (object.multipath as Plain[] | undefined) ?? []) if (setNames(hop, nameOf)) isDifferent = true
  return isDifferent
}

/** Converts a message to an object, with the names of the links that it refers to. */
export function convert<K extends ObjectKind>(kind: K, message: Objects[K], nameOf: NameOf): NamedObjects[K] {
  const object = conversions[kind](message) as Plain
  setNames(object, nameOf)
  return object as unknown as NamedObjects[K]
}

const routeKey = ({ table, dst, from, tos, metric }: Route) =>
  [
    `${table} ${dst}`,
    ...Object.entries({ from, tos, metric }).flatMap(([name, value]) =>
      value === undefined ? [] : `${name} ${value}`,
    ),
  ].join(' ')

/** The natural key of an object: see {@link NetlinkCache}. */
export const naturalKeys: { readonly [K in ObjectKind]: (object: NamedObjects[K]) => number | string } = {
  link: ({ index }) => index,
  address: ({ dev, address, peer }) => (peer === undefined ? `${dev} ${address}` : `${dev} ${address} ${peer}`),
  route: routeKey,
  neighbour: ({ dev, dst }) => `${dev} ${dst}`,
  rule: ({ family, priority }) => `${family} ${priority}`,
  nexthop: ({ id }) => id,
}
