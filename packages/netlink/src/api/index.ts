export type { AddressKey } from './address/encode.js'
export type { AddressFilter } from './address/operations.js'
export type { Address, AddressFlag, NewAddress } from './address/types.js'
export type { Encap, EncapType, NewEncap } from './encap.js'
export { type Change, type Ensured, EnsureError, type Wish } from './ensure.js'
export type { IpFamily } from './ip-text.js'
export type { Link, LinkData, LinkFlag, LinkKind, LinkMembers, SlaveData, SlaveKind } from './link/decode.js'
export type { LinkFilter } from './link/operations.js'
export type { LinkChange, LinkSettings, NewLink, NewPeer } from './link/types.js'
export type { LinkRef } from './link-ref.js'
export type { Flag, Named, NameOf } from './names.js'
export type {
  Neighbour,
  NeighbourFilter,
  NeighbourFlag,
  NeighbourKey,
  NeighbourQuery,
  NewNeighbour,
} from './neighbour/types.js'
export { Netlink } from './netlink.js'
export type { NewNexthop, Nexthop, NexthopFilter, NexthopKey, NexthopMember, NexthopQuery } from './nexthop/types.js'
export type { Wished } from './normalize.js'
export type { BothWays } from './operation.js'
export type { AcceptedAttribute, AcceptedAttributes, CommandPolicy } from './policy.js'
export type {
  NewQdisc,
  Qdisc,
  QdiscFilter,
  QdiscKey,
  QdiscKind,
  QdiscOptions,
  QdiscParent,
  SizeSpec,
} from './qdisc/types.js'
export type { Realms } from './realms.js'
export type { RouteFilter, RouteLookup } from './route/read.js'
export type { Metrics, NewRoute, NewRouteNexthop, Route, RouteFlag, RouteKey, RouteNexthop } from './route/types.js'
export type { RuleFilter } from './rule/operations.js'
export type { NewRule, Rule } from './rule/types.js'
export { AmbiguousError } from './selection.js'
