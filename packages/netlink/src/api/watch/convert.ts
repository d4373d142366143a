import type { ObjectKind, Objects } from '../../cache/index.js'
import { toAddress } from '../address/decode.js'
import { toLink } from '../link/decode.js'
import { toNeighbour } from '../neighbour/decode.js'
import { toNexthop } from '../nexthop/decode.js'
import { toRoute } from '../route/decode.js'
import type { Route } from '../route/types.js'
import { toRule } from '../rule/decode.js'
import { type LinkNameOf, setLinkNames } from '../values/link-names.js'
import type { NamedObjects } from './types.js'

const conversions: { readonly [K in ObjectKind]: (message: Objects[K]) => object } = {
  link: toLink,
  address: toAddress,
  route: toRoute,
  neighbour: toNeighbour,
  rule: toRule,
  nexthop: toNexthop,
}

/** Converts a message to an object, with the names of the links that it refers to. */
export function convert<K extends ObjectKind>(kind: K, message: Objects[K], nameOf: LinkNameOf): NamedObjects[K] {
  const object = conversions[kind](message)
  setLinkNames(object, nameOf)
  return object as NamedObjects[K]
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
