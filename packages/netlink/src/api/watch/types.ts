import type { ObjectKind } from '../../cache/index.js'
import type { Action } from '../action/types.js'
import type { Address } from '../address/types.js'
import type { NamedBridgeGlobalVlan } from '../bridge-global-vlan/types.js'
import type { NamedBridgeMdbEntry } from '../bridge-mdb/types.js'
import type { NamedBridgeVlan } from '../bridge-vlan/types.js'
import type { NamedBridgeVni } from '../bridge-vni/types.js'
import type { TrafficChain } from '../chain/decode.js'
import type { NamedTrafficClass } from '../class/types.js'
import type { NamedTrafficFilter } from '../filter/types.js'
import type { Link } from '../link/types.js'
import type { Neighbour } from '../neighbour/types.js'
import type { Nexthop } from '../nexthop/types.js'
import type { NamedQdisc } from '../qdisc/types.js'
import type { RouteWithLinkNames } from '../route/types.js'
import type { Rule } from '../rule/types.js'
import type { Change } from '../run/ensure.js'
import type { DevName, LinkNames, NeighbourNames } from '../values/link-names.js'

/**
 * The objects of events and of a cache, by kind: those that `Netlink` returns, plus the names of the links that they refer to.
 * Operations accept them like the objects that `Netlink` returns. They use the indexes and ignore the names.
 */
export interface NamedObjects {
  readonly link: Link & LinkNames
  readonly address: Address & DevName
  readonly route: RouteWithLinkNames
  readonly neighbour: Neighbour & NeighbourNames
  readonly rule: Rule
  readonly nexthop: Nexthop & DevName
  /** A single VLAN, without `vidEnd`. */
  readonly vlan: NamedBridgeVlan
  /** The options of a single VLAN in its whole bridge, without `vidEnd`. */
  readonly globalVlan: NamedBridgeGlobalVlan
  /** A single VNI, without `vniEnd`. */
  readonly vni: NamedBridgeVni
  readonly mdb: NamedBridgeMdbEntry
  readonly qdisc: NamedQdisc
  readonly class: NamedTrafficClass
  readonly filter: NamedTrafficFilter
  readonly chain: TrafficChain & DevName
  /** An action that was added by itself: not one that belongs to a filter. */
  readonly action: Action
}

/** Members that all events of an object have. */
interface EventMembers<K extends ObjectKind> {
  readonly kind: K
  /** The object after the change; before it, if it was removed. */
  readonly object: NamedObjects[K]
  /** True if the kernel did not announce this change: it follows from another one, or was found after an overrun. */
  readonly derived: boolean
}

/** An object was added. */
export interface AddedEvent<K extends ObjectKind = ObjectKind> extends EventMembers<K> {
  readonly type: 'added'
  readonly before: undefined
  readonly after: NamedObjects[K]
  /** Empty. */
  readonly changes: readonly Change[]
}

/** Members of an object changed. */
export interface ChangedEvent<K extends ObjectKind = ObjectKind> extends EventMembers<K> {
  readonly type: 'changed'
  readonly before: NamedObjects[K]
  readonly after: NamedObjects[K]
  /**
   * The members that changed: `{ key: 'mtu', before: 1500, after: 1400 }`. Those of `data`, `slaveData` and `options` are listed one by
   * one: `data.vlanFiltering`.
   */
  readonly changes: readonly Change[]
}

/** An object was removed. */
export interface RemovedEvent<K extends ObjectKind = ObjectKind> extends EventMembers<K> {
  readonly type: 'removed'
  readonly before: NamedObjects[K]
  readonly after: undefined
  /** Empty. */
  readonly changes: readonly Change[]
}

/**
 * From this event to `resynchronised`, intermediate states may be missing: of several changes of an object, only the result may be
 * reported. The events still lead to the present state.
 */
export interface LostEvent {
  readonly type: 'overrun'
  /** `kernel`: the kernel dropped notifications (ENOBUFS). `reader`: the reader is slow, so changes of an object are merged. */
  readonly cause: 'kernel' | 'reader'
}

/** The events up to this one lead to the present state. */
export interface ResynchronisedEvent {
  readonly type: 'resynchronised'
}

/** An event of an object. `type` and `kind` distinguish the events. */
export type ObjectEvent<K extends ObjectKind = ObjectKind> = {
  [P in K]: AddedEvent<P> | ChangedEvent<P> | RemovedEvent<P>
}[K]

/** An event of `watch`. */
export type WatchEvent<K extends ObjectKind = ObjectKind> = ObjectEvent<K> | LostEvent | ResynchronisedEvent

/** Options of `watch`. */
export interface WatchOptions {
  /** Ends the watch when it is aborted. The reader gets the reason as an error. */
  readonly signal?: AbortSignal | undefined
  /** True to begin with an `added` event for each existing object, then `resynchronised`. Default: false, changes only. */
  readonly initial?: boolean | undefined
  /** Number of events that may wait for the reader. If there are more, changes of the same object are merged. Default: 4,096. */
  readonly buffer?: number | undefined
}
