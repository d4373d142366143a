import { hasMpls } from '../api/route/mpls.js'
import { destinationKey } from '../api/route/selection.js'
import { priorityOf } from '../api/rule/selection.js'
import type { KnownObjects } from '../api/run/known.js'
import { ifThere } from '../api/run/link-lookup.js'
import { dump, type Operation } from '../api/run/operation.js'
import { AF } from '../codec/index.js'
import {
  type AddressMessage,
  BRIDGE_VLANDB_DUMPF,
  type BridgeVlanMessage,
  type MdbMessage,
  type NeighbourMessage,
  type NexthopMessage,
  type QdiscMessage,
  type RouteMessage,
  type RuleMessage,
  type TunnelMessage,
} from '../route/index.js'
import { sizeOf } from './id-claims.js'
import type { LinkTable } from './link-table.js'
import type { PlannedObject } from './types.js'

/** Objects of a dump, in groups that are looked up by a key. */
export class Grouped<M> {
  readonly all: readonly M[]
  readonly #byKey = new Map<unknown, M[]>()

  constructor(all: readonly M[], keyOf: (message: M) => unknown) {
    this.all = all
    for (const message of all) {
      const key = keyOf(message)
      const group = this.#byKey.get(key)
      if (group === undefined) this.#byKey.set(key, [message])
      else group.push(message)
    }
  }

  of(key: unknown): M[] {
    return this.#byKey.get(key) ?? []
  }

  /** Returns the objects with a key; all if it is undefined. */
  only(key: string | number | undefined): M[] {
    return key === undefined ? [...this.all] : this.of(key)
  }
}

/** The request of a dump of routes. */
interface RoutesQuery {
  readonly family?: number | undefined
  readonly protocol?: number | undefined
  readonly type?: number | undefined
  readonly attrs?: { readonly table?: number | undefined; readonly oif?: number | undefined } | undefined
}

/** Returns the key of a dump of routes: a number for a whole table, as it is looked up for each route of a plan. */
function routesKey(query: RoutesQuery): string | number {
  const { table, oif } = query.attrs ?? {}
  const isTable = table !== undefined && oif === undefined && query.protocol === undefined && query.type === undefined
  return isTable ? tableKey(query.family, table) : JSON.stringify(query)
}

const tableKey = (family = 0, table = 0) => family * 2 ** 32 + table

/** Returns the key of an address or a neighbour of a link. */
export const keyOfLink = (index: number | undefined, address: unknown) => `${index} ${address}`

/** Returns the number of objects in messages. */
export const sum = (object: PlannedObject, messages: readonly object[]) =>
  messages.reduce<number>((count, message) => count + sizeOf(object, message), 0)

type Groups<K, M> = Map<K, Grouped<M>>

/** The kernel's objects at one time. Each kind is dumped when it is first needed. */
export class Dumps {
  readonly #addresses: Groups<number, AddressMessage> = new Map()
  readonly #routes: Groups<string | number, RouteMessage> = new Map()
  readonly #rules: Groups<number, RuleMessage> = new Map()
  readonly #neighbours: Groups<number, NeighbourMessage> = new Map()
  /** Kinds of which there is one dump. */
  readonly #others: Groups<PlannedObject, object> = new Map()

  addresses(family: number): Operation<Grouped<AddressMessage>> {
    const request = () => dump('RTM_GETADDR', { family })
    return once(this.#addresses, family, request, ({ index, attrs }) => keyOfLink(index, attrs.local ?? attrs.address))
  }

  /** Returns the routes that a request selects. */
  routes(query: RoutesQuery, family?: number): Operation<Grouped<RouteMessage>> {
    const request = function* (): Operation<RouteMessage[]> {
      if (query.family === AF.MPLS && !(yield* hasMpls())) return []
      // A table that does not exist has no routes.
      const found = (yield* ifThere(dump('RTM_GETROUTE', query as object), 'ENOENT')) ?? []
      // A kernel without IPv6 returns those of IPv4.
      return family === undefined ? found : found.filter((each) => each.family === family)
    }
    return once(this.#routes, routesKey(query), request, ({ attrs }) => destinationKey(attrs.dst))
  }

  /** Returns the routes that a request selects if they were dumped before. */
  knownRoutes(query: RoutesQuery): Grouped<RouteMessage> | undefined {
    return this.#routes.get(routesKey(query))
  }

  /** The objects that were dumped before. */
  known(links: LinkTable): KnownObjects {
    return {
      linkIndex: (ref) =>
        typeof ref === 'string' ? links.named(ref)?.index : typeof ref === 'number' ? ref : undefined,
      routes: (family, table, destination) => this.#routes.get(tableKey(family, table))?.of(destination),
      rules: (family, priority) => this.#rules.get(family)?.of(priority),
      addresses: (family, index, local) => this.#addresses.get(family)?.of(keyOfLink(index, local)),
      neighbours: (family, index, address) => this.#neighbours.get(family)?.of(keyOfLink(index, address)),
    }
  }

  nexthops(): Operation<Grouped<NexthopMessage>> {
    return this.#one(
      'nexthop',
      () => dump('RTM_GETNEXTHOP', {}),
      ({ attrs }) => attrs.id,
    )
  }

  rules(family: number): Operation<Grouped<RuleMessage>> {
    return once(this.#rules, family, () => dump('RTM_GETRULE', { family }), priorityOf)
  }

  neighbours(family: number): Operation<Grouped<NeighbourMessage>> {
    const request = () => dump('RTM_GETNEIGH', { family })
    return once(this.#neighbours, family, request, ({ ifindex, attrs }) => keyOfLink(ifindex, attrs.dst))
  }

  qdiscs(): Operation<Grouped<QdiscMessage>> {
    return this.#one('qdisc', () => dump('RTM_GETQDISC', {}), ofLink)
  }

  vlans(): Operation<Grouped<BridgeVlanMessage>> {
    return this.#one('vlan', () => dump('RTM_GETVLAN', { family: AF.BRIDGE, ifindex: 0, attrs: {} }), ofLink)
  }

  /** Returns the options that VLANs have in their whole bridge. */
  globalVlans(): Operation<Grouped<BridgeVlanMessage>> {
    const attrs = { flags: BRIDGE_VLANDB_DUMPF.GLOBAL }
    return this.#one('globalVlan', () => dump('RTM_GETVLAN', { family: AF.BRIDGE, ifindex: 0, attrs }), ofLink)
  }

  vnis(): Operation<Grouped<TunnelMessage>> {
    return this.#one('vni', () => dump('RTM_GETTUNNEL', { family: AF.BRIDGE, flags: 0, ifindex: 0, attrs: {} }), ofLink)
  }

  mdb(): Operation<Grouped<MdbMessage>> {
    return this.#one('mdb', () => dump('RTM_GETMDB', { family: AF.BRIDGE, ifindex: 0, attrs: {} }), ofLink)
  }

  #one<M extends object>(
    object: PlannedObject,
    request: () => Operation<readonly M[]>,
    keyOf: (message: M) => unknown,
  ): Operation<Grouped<M>> {
    return once(this.#others as unknown as Groups<PlannedObject, M>, object, request, keyOf)
  }

  /** Returns the number of objects of some kinds that were read. */
  count(kinds: ReadonlySet<PlannedObject>): number {
    // A dump of a part of the routes is contained in that of all.
    const whole = [...this.#routes].filter(([key]) => typeof key === 'string' && !key.includes('attrs'))
    const routes = (whole.length > 0 ? whole : [...this.#routes]).map(([, dump]) => dump)
    const byKind: (readonly [PlannedObject, Iterable<Grouped<object>>])[] = [
      ['address', this.#addresses.values()],
      ['route', routes],
      ['rule', this.#rules.values()],
      ['neighbour', this.#neighbours.values()],
      ...[...this.#others].map(([object, dump]) => [object, [dump]] as const),
    ]
    let count = 0
    for (const [object, dumps] of byKind) if (kinds.has(object)) for (const { all } of dumps) count += sum(object, all)
    return count
  }
}

const ofLink = ({ ifindex }: { readonly ifindex: number }) => ifindex

/** Returns the objects of a dump, which is requested once. */
function* once<K, M>(
  known: Groups<K, M>,
  key: K,
  request: () => Operation<readonly M[]>,
  keyOf: (message: M) => unknown,
): Operation<Grouped<M>> {
  let grouped = known.get(key)
  if (grouped === undefined) {
    grouped = new Grouped(yield* request(), keyOf)
    known.set(key, grouped)
  }
  return grouped
}
