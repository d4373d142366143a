import { linkReply } from '../api/link/decode.js'
import type { Link } from '../api/link/types.js'
import { ifThere } from '../api/run/link-lookup.js'
import {
  dump,
  dumpAs,
  type NetworkOfDump,
  type Operation,
  type OperationRequest,
  readAs,
} from '../api/run/operation.js'
import { refusal } from '../api/run/selection.js'
import { type LinkRef, linkKey } from '../api/values/link-ref.js'
import { AF } from '../codec/index.js'
import {
  type AddressMessage,
  type BridgeVlanMessage,
  type MdbMessage,
  type NeighbourMessage,
  type NexthopMessage,
  NTF,
  type QdiscMessage,
  type RouteMessage,
  RTEXT_FILTER,
  type RuleMessage,
  type TunnelMessage,
} from '../route/index.js'
import { sizeOf } from './id-claims.js'
import type { PlannedObject } from './types.js'

/** The members of requests that a snapshot answers. */
interface Query {
  readonly family?: number
  readonly index?: number
  readonly ifindex?: number
  readonly flags?: number
  readonly attrs?: Readonly<Record<string, unknown>>
}

/** Objects of a dump, in groups that are looked up by a key. */
class Grouped<M> {
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

const routesTo = (routes: Grouped<unknown>, network: NetworkOfDump | undefined): unknown[] =>
  network === undefined ? [...routes.all] : routes.of(networkKey(network.address, network.length))

/** Returns the number of objects in messages. */
const sum = (object: PlannedObject, messages: readonly unknown[]) =>
  messages.reduce<number>((count, message) => count + sizeOf(object, message as object), 0)

/** Indexes of links that a plan creates: the kernel counts from 1. */
const FIRST_VIRTUAL = 0x7fff0000

/**
 * The kernel's objects at one time. It answers the requests of operations: each kind of object is dumped when it is first needed.
 * Links that the plan creates are added with an index of their own, so that other objects can refer to them.
 */
export class Snapshot {
  readonly #dumps = new Map<string, Grouped<unknown>>()
  readonly #byIndex = new Map<number, Link>()
  readonly #byName = new Map<string, Link>()
  /** VLANs that links get from the plan. */
  readonly #predicted = new Map<number, BridgeVlanMessage>()
  /** Links that a step has changed: their VLANs and VNIs are read from the kernel. */
  readonly #changed = new Set<number>()
  /** Qdiscs that the kernel deletes with one that the plan replaces. */
  readonly #dropped = new Set<QdiscMessage>()
  #nextVirtual = FIRST_VIRTUAL
  /** The parts of links that are read. */
  #extMask: number = RTEXT_FILTER.SKIP_STATS

  /** All links, those that the plan creates too. */
  get links(): readonly Link[] {
    return [...this.#byIndex.values()]
  }

  /** Requests all links, with the settings of virtual functions if `vfs` is true. Must be called first. */
  *loadLinks(vfs: boolean): Operation<void> {
    if (vfs) this.#extMask |= RTEXT_FILTER.VF
    const attrs = { extMask: this.#extMask }
    for (const link of yield* dumpAs(linkReply, 'RTM_GETLINK', { attrs })) this.#put(link)
  }

  /** Returns a link by its name or one of its alternative names. */
  named(name: string): Link | undefined {
    return this.#byName.get(name)
  }

  indexed(index: number): Link | undefined {
    return this.#byIndex.get(index)
  }

  /** Returns the link that an option refers to. */
  find(ref: LinkRef | 0 | undefined): Link | undefined {
    if (ref === undefined || ref === 0) return undefined
    const { index, attrs } = linkKey('link', ref)
    return index === undefined ? this.named(attrs?.ifname ?? attrs?.altIfname ?? '') : this.indexed(index)
  }

  /** Returns a new index for a link that the plan creates. */
  virtualIndex(): number {
    return this.#nextVirtual++
  }

  isVirtual(index: number | undefined): boolean {
    return index !== undefined && index >= FIRST_VIRTUAL && index < this.#nextVirtual
  }

  /** Adds a link, or replaces the one with its name. */
  add(link: Link): void {
    const previous = this.#byName.get(link.name)
    if (previous !== undefined) this.#remove(previous)
    this.#put(link)
  }

  /** Sets the VLANs that a link will have when the plan has made it a bridge or a port. */
  predictVlans(message: BridgeVlanMessage): void {
    this.#predicted.set(message.ifindex, message)
  }

  /** Forgets a link that the plan removes. */
  drop(link: Link): void {
    this.#remove(link)
  }

  /** Requests a link again, after a step has changed it. */
  *refresh(name: string): Operation<void> {
    const previous = this.#byName.get(name)
    if (previous !== undefined) this.#remove(previous)
    try {
      const [link] = yield* readAs(linkReply, 'RTM_GETLINK', {
        attrs: { ifname: name, extMask: this.#extMask },
      })
      if (link) {
        this.#put(link)
        this.#predicted.delete(link.index)
        this.#changed.add(link.index)
      }
    } catch {
      // It was deleted. The operation that needs it reports that.
    }
  }

  #put(link: Link): void {
    this.#byIndex.set(link.index, link)
    for (const name of [link.name, ...link.altNames]) this.#byName.set(name, link)
  }

  #remove(link: Link): void {
    this.#byIndex.delete(link.index)
    for (const name of [link.name, ...link.altNames]) this.#byName.delete(name)
  }

  /** Runs an operation. Its reads are answered from the snapshot, its changes are sent. */
  *through<T>(operation: Operation<T>): Operation<T> {
    let next = operation.next()
    while (!next.done) {
      let replies: unknown[]
      try {
        const isRead = next.value.kind === 'read' || next.value.kind === 'dump'
        replies = isRead ? (this.#known(next.value) ?? (yield* this.#answer(next.value))) : yield next.value
      } catch (error) {
        next = operation.throw(error)
        continue
      }
      next = operation.next(replies)
    }
    return next.value
  }

  /** Returns the number of objects of some kinds that were read. */
  count(kinds: ReadonlySet<PlannedObject>): number {
    let count = kinds.has('link') ? this.links.filter(({ index }) => !this.isVirtual(index)).length : 0
    // A dump of one table of routes is part of that of all tables.
    const dumps = [...this.#dumps].filter(([key]) => kinds.has(key.split(' ')[0] as PlannedObject))
    const isWhole = (key: string) => key.startsWith('route ') && !key.includes('attrs')
    const hasWhole = dumps.some(([key]) => isWhole(key))
    for (const [key, { all }] of dumps)
      if (!key.startsWith('route ') || !hasWhole || isWhole(key)) count += sum(key.split(' ')[0] as PlannedObject, all)
    return kinds.has('vlan') ? count + sum('vlan', [...this.#predicted.values()]) : count
  }

  *addresses(family: number): Operation<readonly AddressMessage[]> {
    return (yield* this.#addresses(family)).all
  }

  *routes(family: number): Operation<readonly RouteMessage[]> {
    return (yield* this.#routes({ family })).all
  }

  *neighbours(family: number): Operation<readonly NeighbourMessage[]> {
    return (yield* this.#neighbours(family)).all
  }

  *nexthops(): Operation<readonly NexthopMessage[]> {
    return (yield* this.#nexthops()).all
  }

  *rules(family: number): Operation<readonly RuleMessage[]> {
    return (yield* this.#rules(family)).all
  }

  /** Returns the objects of a dump, which is requested once. */
  *#once<M>(
    key: string,
    request: () => Operation<readonly M[]>,
    keyOf: (message: M) => unknown,
  ): Operation<Grouped<M>> {
    const known = this.#dumps.get(key) as Grouped<M> | undefined
    if (known !== undefined) return known
    const grouped = new Grouped(yield* request(), keyOf)
    this.#dumps.set(key, grouped as Grouped<unknown>)
    return grouped
  }

  #addresses(family: number) {
    const request = () => dump('RTM_GETADDR', { family })
    return this.#once<AddressMessage>(`address ${family}`, request, ({ index }) => index)
  }

  #routes(value: object, family?: number) {
    const request = function* (): Operation<RouteMessage[]> {
      // A table that does not exist has no routes.
      const found = (yield* ifThere(dump('RTM_GETROUTE', value), 'ENOENT')) ?? []
      // A kernel without IPv6 returns those of IPv4.
      return family === undefined ? found : found.filter((each) => each.family === family)
    }
    return this.#once<RouteMessage>(routesKey(value), request, ({ attrs, dstLen }) => networkKey(attrs.dst, dstLen))
  }

  #nexthops() {
    const request = () => dump('RTM_GETNEXTHOP', {})
    return this.#once<NexthopMessage>('nexthop', request, ({ attrs }) => attrs.id)
  }

  #rules(family: number) {
    return this.#once<RuleMessage>(
      `rule ${family}`,
      () => dump('RTM_GETRULE', { family }),
      () => undefined,
    )
  }

  #neighbours(family: number) {
    const request = () => dump('RTM_GETNEIGH', { family })
    return this.#once<NeighbourMessage>(
      `neighbour ${family}`,
      request,
      ({ ifindex, attrs }) => `${ifindex} ${attrs.dst}`,
    )
  }

  /** Returns the qdiscs of a link, without those that the plan drops. */
  *qdiscs(ifindex: number): Operation<QdiscMessage[]> {
    if (this.isVirtual(ifindex)) return []
    return (yield* this.#qdiscs()).of(ifindex).filter((each) => !this.isDropped(each))
  }

  /** Forgets a qdisc that the kernel deletes with another one. */
  dropQdisc(message: QdiscMessage): void {
    this.#dropped.add(message)
  }

  isDropped(message: QdiscMessage): boolean {
    return this.#dropped.has(message)
  }

  #qdiscs() {
    return this.#once<QdiscMessage>(
      'qdisc',
      () => dump('RTM_GETQDISC', {}),
      ({ ifindex }) => ifindex,
    )
  }

  /** Returns the messages of a dump that are of one link; undefined if the kernel must be asked. */
  *#ofLink(kind: 'vlan' | 'vni', { ifindex = 0 }: Query): Operation<unknown[] | undefined> {
    const predicted = kind === 'vlan' ? this.#predicted.get(ifindex) : undefined
    if (predicted !== undefined) return [predicted]
    if (this.isVirtual(ifindex)) return []
    if (ifindex === 0 || this.#changed.has(ifindex)) return undefined
    if (kind === 'vlan') {
      const request = () => dump('RTM_GETVLAN', { family: AF.BRIDGE, ifindex: 0, attrs: {} })
      return (yield* this.#once<BridgeVlanMessage>('vlan', request, (message) => message.ifindex)).of(ifindex)
    }
    const request = () => dump('RTM_GETTUNNEL', { family: AF.BRIDGE, flags: 0, ifindex: 0, attrs: {} })
    return (yield* this.#once<TunnelMessage>('vni', request, (message) => message.ifindex)).of(ifindex)
  }

  *#mdb(): Operation<unknown[]> {
    const request = () => dump('RTM_GETMDB', { family: AF.BRIDGE, ifindex: 0, attrs: {} })
    return [...(yield* this.#once<MdbMessage>('mdb', request, ({ ifindex }) => ifindex)).all]
  }

  /** Returns the answer to the most frequent requests, for links and for routes that have been dumped; undefined for others. */
  #known(request: OperationRequest): unknown[] | undefined {
    if (request.name === 'RTM_GETLINK') return this.#link(request, request.value as Query)
    if (request.name !== 'RTM_GETROUTE' || request.kind !== 'dump') return undefined
    const routes = this.#dumps.get(routesKey(request.value as object))
    return routes && routesTo(routes, request.network)
  }

  *#answer(request: OperationRequest): Operation<unknown[]> {
    const query = request.value as Query
    const { family = 0, attrs = {} } = query
    switch (request.name) {
      case 'RTM_GETADDR': {
        if (family === 0 || query.index === undefined) break
        const found = (yield* this.#addresses(family)).of(query.index)
        if (request.kind === 'dump') return found
        const { address } = attrs
        const same = found.filter((each) => (each.attrs.local ?? each.attrs.address) === address)
        if (same.length === 0) throw refusal({ request: request.name, code: 'EADDRNOTAVAIL' })
        return same
      }
      case 'RTM_GETROUTE':
        if (request.kind !== 'dump') break
        return yield* this.#routesOf(query, request.network)
      case 'RTM_GETRULE':
        return [...(yield* this.#rules(family)).all]
      case 'RTM_GETNEXTHOP': {
        // Counters come from the kernel.
        if (request.kind === 'dump' || attrs.opFlags !== undefined) break
        const found = (yield* this.#nexthops()).of(attrs.id)
        if (found.length === 0) throw refusal({ request: request.name, code: 'ENOENT' })
        return found
      }
      case 'RTM_GETNEIGH': {
        if (this.isVirtual(query.ifindex)) return this.#none(request)
        if (request.kind === 'dump' || family === AF.BRIDGE || ((query.flags ?? 0) & NTF.PROXY) !== 0) break
        const found = (yield* this.#neighbours(family)).of(`${query.ifindex} ${attrs.dst}`)
        return found.length === 0 ? this.#none(request) : found
      }
      case 'RTM_GETVLAN':
      case 'RTM_GETTUNNEL': {
        const found = yield* this.#ofLink(request.name === 'RTM_GETVLAN' ? 'vlan' : 'vni', query)
        if (found === undefined) break
        return found
      }
      case 'RTM_GETMDB':
        return yield* this.#mdb()
      case 'RTM_GETQDISC':
        if (query.ifindex === undefined) break
        return yield* this.qdiscs(query.ifindex)
    }
    return yield request
  }

  #none(request: OperationRequest): unknown[] {
    if (request.kind === 'dump') return []
    throw refusal({ request: request.name, code: 'ENOENT' })
  }

  #link({ kind, name, reply }: OperationRequest, { index, attrs = {} }: Query): unknown[] {
    // Other declarations than that of `Link` are parts of the message.
    const answer = (link: Link) => (reply === linkReply ? link : link.message)
    if (kind === 'dump') return this.links.map(answer)
    const { ifname, altIfname } = attrs as { readonly ifname?: string; readonly altIfname?: string }
    const link = index ? this.indexed(index) : this.named(ifname ?? altIfname ?? '')
    if (link === undefined) throw refusal({ request: name, code: 'ENODEV' })
    return [answer(link)]
  }

  *#routesOf(query: Query, network: NetworkOfDump | undefined): Operation<unknown[]> {
    const { oif } = query.attrs ?? {}
    if (typeof oif === 'number' && this.isVirtual(oif)) return []
    return routesTo(yield* this.#routes(query, query.family), network)
  }
}
