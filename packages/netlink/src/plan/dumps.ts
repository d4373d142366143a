import { ifThere } from '../api/run/link-lookup.js'
import { dump, type NetworkOfDump, type Operation } from '../api/run/operation.js'
import { AF } from '../codec/index.js'
import type {
  AddressMessage,
  BridgeVlanMessage,
  MdbMessage,
  NeighbourMessage,
  NexthopMessage,
  QdiscMessage,
  RouteMessage,
  RuleMessage,
  TunnelMessage,
} from '../route/index.js'
import { sizeOf } from './id-claims.js'
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
}

/** Returns the key of a network. The kernel sends no address for the default route. */
const networkKey = (address: unknown, length: number) =>
  `${address === '0.0.0.0' || address === '::' ? undefined : address}/${length}`

/** Returns the key of a dump of routes. */
const routesKey = (value: object) => `route ${JSON.stringify(value)}`

/** Returns the routes to a network; all if none is given. */
export const routesTo = (routes: Grouped<RouteMessage>, network: NetworkOfDump | undefined): RouteMessage[] =>
  network === undefined ? [...routes.all] : routes.of(networkKey(network.address, network.length))

/** Returns the key of a neighbour. */
export const neighbourKey = (ifindex: number | undefined, dst: unknown) => `${ifindex} ${dst}`

/** Returns the number of objects in messages. */
export const sum = (object: PlannedObject, messages: readonly object[]) =>
  messages.reduce<number>((count, message) => count + sizeOf(object, message), 0)

/** The kernel's objects at one time. Each kind is dumped when it is first needed. */
export class Dumps {
  readonly #dumps = new Map<string, Grouped<object>>()

  addresses(family: number): Operation<Grouped<AddressMessage>> {
    const request = () => dump('RTM_GETADDR', { family })
    return this.#once(`address ${family}`, request, ({ index }) => index)
  }

  /** Returns the routes that a request selects. */
  routes(value: object, family?: number): Operation<Grouped<RouteMessage>> {
    const request = function* (): Operation<RouteMessage[]> {
      // A table that does not exist has no routes.
      const found = (yield* ifThere(dump('RTM_GETROUTE', value), 'ENOENT')) ?? []
      // A kernel without IPv6 returns those of IPv4.
      return family === undefined ? found : found.filter((each) => each.family === family)
    }
    return this.#once(routesKey(value), request, ({ attrs, dstLen }) => networkKey(attrs.dst, dstLen))
  }

  /** Returns the routes that a request selects if they were dumped before. */
  knownRoutes(value: object): Grouped<RouteMessage> | undefined {
    return this.#dumps.get(routesKey(value)) as Grouped<RouteMessage> | undefined
  }

  nexthops(): Operation<Grouped<NexthopMessage>> {
    const request = () => dump('RTM_GETNEXTHOP', {})
    return this.#once('nexthop', request, ({ attrs }) => attrs.id)
  }

  rules(family: number): Operation<Grouped<RuleMessage>> {
    const request = () => dump('RTM_GETRULE', { family })
    return this.#once(`rule ${family}`, request, () => undefined)
  }

  neighbours(family: number): Operation<Grouped<NeighbourMessage>> {
    const request = () => dump('RTM_GETNEIGH', { family })
    return this.#once(`neighbour ${family}`, request, ({ ifindex, attrs }) => neighbourKey(ifindex, attrs.dst))
  }

  qdiscs(): Operation<Grouped<QdiscMessage>> {
    const request = () => dump('RTM_GETQDISC', {})
    return this.#once('qdisc', request, ({ ifindex }) => ifindex)
  }

  vlans(): Operation<Grouped<BridgeVlanMessage>> {
    const request = () => dump('RTM_GETVLAN', { family: AF.BRIDGE, ifindex: 0, attrs: {} })
    return this.#once('vlan', request, ({ ifindex }) => ifindex)
  }

  vnis(): Operation<Grouped<TunnelMessage>> {
    const request = () => dump('RTM_GETTUNNEL', { family: AF.BRIDGE, flags: 0, ifindex: 0, attrs: {} })
    return this.#once('vni', request, ({ ifindex }) => ifindex)
  }

  mdb(): Operation<Grouped<MdbMessage>> {
    const request = () => dump('RTM_GETMDB', { family: AF.BRIDGE, ifindex: 0, attrs: {} })
    return this.#once('mdb', request, ({ ifindex }) => ifindex)
  }

  /** Returns the number of objects of some kinds that were read. */
  count(kinds: ReadonlySet<PlannedObject>): number {
    const objectOf = (key: string) => key.split(' ')[0] as PlannedObject
    // A dump of one table of routes is part of that of all tables.
    const dumps = [...this.#dumps].filter(([key]) => kinds.has(objectOf(key)))
    const isWhole = (key: string) => key.startsWith('route ') && !key.includes('attrs')
    const hasWhole = dumps.some(([key]) => isWhole(key))
    const counted = dumps.filter(([key]) => !key.startsWith('route ') || !hasWhole || isWhole(key))
    return counted.reduce((count, [key, { all }]) => count + sum(objectOf(key), all), 0)
  }

  /** Returns the objects of a dump, which is requested once. */
  *#once<M extends object>(
    key: string,
    request: () => Operation<readonly M[]>,
    keyOf: (message: M) => unknown,
  ): Operation<Grouped<M>> {
    const known = this.#dumps.get(key) as Grouped<M> | undefined
    if (known !== undefined) return known
    const grouped = new Grouped(yield* request(), keyOf)
    this.#dumps.set(key, grouped as unknown as Grouped<object>)
    return grouped
  }
}
