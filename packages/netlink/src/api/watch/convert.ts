import type { ObjectKind, Objects } from '../../cache/index.js'
import { actionIn } from '../../cache/traffic-kinds.js'
import type { TcActions } from '../../route/index.js'
import { toAction } from '../action/decode.js'
import { toAddress } from '../address/decode.js'
import { type GlobalVlanEntry, toBridgeGlobalVlan } from '../bridge-global-vlan/encode.js'
import { entriesIn, type MdbEntry, toBridgeMdbEntry } from '../bridge-mdb/decode.js'
import { toBridgeVlan, type VlanEntry } from '../bridge-vlan/decode.js'
import { toBridgeVni, type VniEntry } from '../bridge-vni/encode.js'
import { toTrafficChain } from '../chain/decode.js'
import { toTrafficClass } from '../class/decode.js'
import { toTrafficFilter } from '../filter/decode.js'
import { toLink } from '../link/decode.js'
import { toNeighbour } from '../neighbour/decode.js'
import { toNexthop } from '../nexthop/decode.js'
import { toQdisc } from '../qdisc/decode.js'
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
  // Each message of these has one entry.
  vlan: (message) => toBridgeVlan(message, message.attrs.entry?.[0] as VlanEntry),
  globalVlan: (message) => toBridgeGlobalVlan(message, message.attrs.globalOptions?.[0] as GlobalVlanEntry),
  vni: (message) => toBridgeVni(message, message.attrs.entry?.[0] as VniEntry),
  mdb: (message) => toBridgeMdbEntry(message, entriesIn(message)[0] as MdbEntry),
  qdisc: toQdisc,
  class: toTrafficClass,
  filter: toTrafficFilter,
  chain: toTrafficChain,
  action: (message) => toAction(actionIn(message) as TcActions[number][1]),
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

const mdbKey = ({ master, dev, group, source, vid, dst }: NamedObjects['mdb']) =>
  [
    `${master} ${dev} ${group}`,
    ...Object.entries({ source, vid, dst }).flatMap(([name, value]) => (value === undefined ? [] : `${name} ${value}`)),
  ].join(' ')

type InPlace = { readonly dev?: number; readonly parent?: string; readonly block?: number }
const placeKey = ({ dev, parent, block }: InPlace) => (block === undefined ? `${dev} ${parent}` : `block ${block}`)

const filterKey = (filter: NamedObjects['filter']) => {
  const { chain = 0, priority, handle } = filter
  return [placeKey(filter), ...(chain === 0 ? [] : ['chain', chain]), priority, handle ?? 0].join(' ')
}

/** The natural key of an object: see {@link NetlinkCache}. */
export const naturalKeys: { readonly [K in ObjectKind]: (object: NamedObjects[K]) => number | string } = {
  link: ({ index }) => index,
  address: ({ dev, address, peer }) => (peer === undefined ? `${dev} ${address}` : `${dev} ${address} ${peer}`),
  route: routeKey,
  neighbour: ({ dev, dst }) => `${dev} ${dst}`,
  rule: ({ family, priority }) => `${family} ${priority}`,
  nexthop: ({ id }) => id,
  vlan: ({ dev, vid }) => `${dev} ${vid}`,
  globalVlan: ({ dev, vid }) => `${dev} ${vid}`,
  vni: ({ dev, vni }) => `${dev} ${vni}`,
  mdb: mdbKey,
  qdisc: ({ dev, parent }) => `${dev} ${parent}`,
  class: ({ dev, handle }) => `${dev} ${handle}`,
  filter: filterKey,
  chain: (chain) => `${placeKey(chain)} ${chain.chain}`,
  action: ({ kind, index }) => `${kind} ${index}`,
}
