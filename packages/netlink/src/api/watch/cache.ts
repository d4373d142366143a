import {
  type Change as CacheChange,
  commonKinds,
  kindNames,
  type ObjectKind,
  type Objects,
  StateCache,
  type SyncChange,
  type ValidCacheOptions,
} from '../../cache/index.js'
import { ArgumentError, show } from '../../codec/error.js'
import { atCaller, calledBy } from '../../connection/caller.js'
import type { Connection, RouteGroup } from '../../connection/connection.js'
import type { WaitOptions } from '../../connection/options.js'
import type { rtnetlink } from '../../route/index.js'
import type { Address } from '../address/types.js'
import { covers } from '../values/compare.js'
import { checkRecord } from '../values/objects.js'
import type { CacheNotice, ChangeSource, PendingChange } from './event-queue.js'
import { ObjectMap } from './object-map.js'
import type { NamedObjects, WatchOptions } from './types.js'
import { type Met, waitUntil } from './until.js'
import { Watch } from './watch.js'

type RouteConnection = Connection<typeof rtnetlink.messages, RouteGroup>
type Maps = { readonly [K in ObjectKind]: ObjectMap<K> }

/** Selects objects: an object whose members must be equal, or a function that returns true for the selected ones. */
export type Matching<T> = Partial<T> | ((object: T) => boolean)

/**
 * Objects of a network namespace, kept up to date by notifications. They are the objects that `Netlink` returns, plus the names of
 * the links that they refer to (`devName`, `masterName`, …). Maps of kinds that were not requested are empty. The caller closes
 * it. It also ends when its `Netlink` is closed.
 */
export class NetlinkCache<K extends ObjectKind = ObjectKind> implements ChangeSource, Disposable {
  readonly #state: StateCache
  readonly #kinds: ReadonlySet<ObjectKind>
  readonly #names = new Map<number, string>()
  readonly #byName = new Map<string, NamedObjects['link']>()
  readonly #maps: Maps
  readonly #subscribers = new Set<(notice: CacheNotice) => void>()
  /** The notice of the end, if the cache has ended. */
  #end: CacheNotice | undefined

  private constructor(state: StateCache, kinds: readonly ObjectKind[]) {
    this.#state = state
    this.#kinds = new Set(kinds)
    const nameOf = (index: number) => this.#names.get(index)
    this.#maps = Object.fromEntries(kindNames.map((kind) => [kind, new ObjectMap(kind, nameOf)])) as unknown as Maps
    for (const { index, attrs } of state.links.values()) this.#names.set(index, attrs.ifname ?? '')
    for (const kind of kindNames) this.#fill(kind)
    state.listen((change) => this.#apply(change))
    state.ended.then(
      () => this.#notify({ type: 'end' }),
      (error) => this.#notify({ type: 'end', error }),
    )
  }

  /** Starts a cache. Resolves when it contains all objects. */
  static async start<K extends ObjectKind>(
    connection: RouteConnection,
    options: ValidCacheOptions,
  ): Promise<NetlinkCache<K>> {
    return new NetlinkCache<K>(await StateCache.startChecked(connection, options), options.kinds ?? commonKinds)
  }

  /** Links by index. */
  get links(): ReadonlyMap<number, NamedObjects['link']> {
    return this.#maps.link.objects as Map<number, NamedObjects['link']>
  }

  /** Links by name. */
  get linksByName(): ReadonlyMap<string, NamedObjects['link']> {
    return this.#byName
  }

  /** Addresses by link and prefix: `2 10.0.0.1/24`. With a peer: `2 10.0.0.1 10.0.0.2/32`. */
  get addresses(): ReadonlyMap<string, NamedObjects['address']> {
    return this.#maps.address.objects as Map<string, NamedObjects['address']>
  }

  /**
   * Routes by table, destination and what else distinguishes routes: `main 10.0.0.0/8`, `main default metric 100`. Further routes
   * with the same key have a number: `main 10.0.0.0/8 #2`.
   */
  get routes(): ReadonlyMap<string, NamedObjects['route']> {
    return this.#maps.route.objects as Map<string, NamedObjects['route']>
  }

  /** Neighbours by link and address: `2 10.0.0.9`. */
  get neighbours(): ReadonlyMap<string, NamedObjects['neighbour']> {
    return this.#maps.neighbour.objects as Map<string, NamedObjects['neighbour']>
  }

  /** Rules by family and priority: `inet 32766`. Further rules with the same key have a number: `inet 100 #2`. */
  get rules(): ReadonlyMap<string, NamedObjects['rule']> {
    return this.#maps.rule.objects as Map<string, NamedObjects['rule']>
  }

  /** Next hops by id. */
  get nexthops(): ReadonlyMap<number, NamedObjects['nexthop']> {
    return this.#maps.nexthop.objects as Map<number, NamedObjects['nexthop']>
  }

  /** VLANs by link and VLAN: `2 100`. Empty unless the kind `vlan` was requested. */
  get vlans(): ReadonlyMap<string, NamedObjects['vlan']> {
    return this.#maps.vlan.objects as Map<string, NamedObjects['vlan']>
  }

  /** Options of VLANs in their whole bridge, by bridge and VLAN: `4 100`. Empty unless the kind `globalVlan` was requested. */
  get globalVlans(): ReadonlyMap<string, NamedObjects['globalVlan']> {
    return this.#maps.globalVlan.objects as Map<string, NamedObjects['globalVlan']>
  }

  /** VNIs by vxlan and VNI: `2 1000`. Empty unless the kind `vni` was requested. */
  get vnis(): ReadonlyMap<string, NamedObjects['vni']> {
    return this.#maps.vni.objects as Map<string, NamedObjects['vni']>
  }

  /** Entries of multicast databases by bridge, port and group: `2 3 239.1.1.1`. Empty unless the kind `mdb` was requested. */
  get mdb(): ReadonlyMap<string, NamedObjects['mdb']> {
    return this.#maps.mdb.objects as Map<string, NamedObjects['mdb']>
  }

  /** Qdiscs by link and parent: `2 root`, `2 1:10`. Empty unless the kind `qdisc` was requested. */
  get qdiscs(): ReadonlyMap<string, NamedObjects['qdisc']> {
    return this.#maps.qdisc.objects as Map<string, NamedObjects['qdisc']>
  }

  /** Classes by link and handle: `2 1:10`. Empty unless the kind `class` was requested. */
  get classes(): ReadonlyMap<string, NamedObjects['class']> {
    return this.#maps.class.objects as Map<string, NamedObjects['class']>
  }

  /**
   * Filters by place, priority and handle: `2 ingress 10 1`, `block 22 10 1`, `2 1: chain 5 10 1`. Empty unless the kind `filter` was
   * requested.
   */
  get filters(): ReadonlyMap<string, NamedObjects['filter']> {
    return this.#maps.filter.objects as Map<string, NamedObjects['filter']>
  }

  /** Chains by place and number: `2 ingress 5`. Empty unless the kind `chain` was requested. */
  get chains(): ReadonlyMap<string, NamedObjects['chain']> {
    return this.#maps.chain.objects as Map<string, NamedObjects['chain']>
  }

  /** Actions by kind and number: `police 7`. Empty unless the kind `action` was requested. */
  get actions(): ReadonlyMap<string, NamedObjects['action']> {
    return this.#maps.action.objects as Map<string, NamedObjects['action']>
  }

  /** Returns the first object that has these members, or for which the function returns true. */
  find<P extends K>(kind: P, matching: Matching<NamedObjects[P]>): NamedObjects[P] | undefined {
    if (typeof matching !== 'function') checkRecord('matching', matching)
    const matches = typeof matching === 'function' ? matching : (object: NamedObjects[P]) => covers(matching, object)
    for (const object of this.objectsOf(kind)) if (matches(object)) return object
    return undefined
  }

  /** Returns the addresses of a link. */
  addressesOf(link: number | string): Address[] {
    return [...this.addresses.values()].filter(({ dev, devName }) => dev === link || devName === link)
  }

  /** Yields the objects of a kind. */
  objectsOf<P extends ObjectKind>(kind: P): IterableIterator<NamedObjects[P]> {
    if (!kindNames.includes(kind))
      throw new ArgumentError(`expected kind to be one of ${kindNames.join(', ')}, got ${show(kind)}`)
    return (this.#maps[kind].objects as Map<unknown, NamedObjects[P]>).values()
  }

  /** Returns the changes from now on, for `for await`. Leaving the loop ends the watch, but not the cache. */
  watch(options: WatchOptions = {}): Watch<K> {
    return calledBy(this.watch, () => new Watch<K>(Promise.resolve(this), options))
  }

  /**
   * Waits until `condition` returns a value that is neither undefined, null nor false, and returns it. It is called at once, and
   * after changes.
   * @throws {UntilTimeoutError} after `timeout` milliseconds
   * @throws {TypeError} if the condition returns a promise
   */
  async until<T>(condition: (cache: this) => T, options: WaitOptions = {}): Promise<Met<T>> {
    try {
      if (typeof condition !== 'function')
        throw new ArgumentError(`expected condition to be a function, got ${show(condition)}`)
      return await waitUntil(this, () => condition(this), options)
    } catch (error) {
      throw atCaller(error, this.until)
    }
  }

  /**
   * Resolves when the cache contains everything that the kernel has done by now, also changes of the data of links that are down,
   * which the kernel does not announce.
   * @throws the error that ended the cache
   */
  async settled(): Promise<void> {
    try {
      await this.#state.settled()
    } catch (error) {
      throw atCaller(error, this.settled)
    }
  }

  /** Keeps the process alive, which is the default. */
  ref(): this {
    this.#state.ref()
    return this
  }

  /** Does not keep the process alive. */
  unref(): this {
    this.#state.unref()
    return this
  }

  /** Stops updates. The maps keep their contents. Watches end. */
  close(): void {
    this.#state.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Calls `subscriber` synchronously with each change of the requested kinds. @internal */
  subscribe(subscriber: (notice: CacheNotice) => void): () => void {
    const end = this.#end
    if (end) queueMicrotask(() => subscriber(end))
    this.#subscribers.add(subscriber)
    return () => this.#subscribers.delete(subscriber)
  }

  /** The objects as changes, for a watch that begins with them. @internal */
  *present(): Generator<PendingChange> {
    for (const kind of this.#kinds)
      for (const [key, after] of this.#maps[kind].byStateKey()) {
        const id = idOf(kind, key)
        yield { id, previousId: id, kind, before: undefined, after, derived: false }
      }
  }

  #fill<P extends ObjectKind>(kind: P): void {
    if (!this.#kinds.has(kind)) return
    for (const [key, message] of this.#state.objectsOf(kind)) this.#maps[kind].set(key, key, message)
    if (kind === 'link') for (const link of this.links.values()) this.#byName.set(link.name, link)
  }

  #apply(change: CacheChange): void {
    if (isSyncChange(change)) {
      this.#notify(change)
      return
    }
    if (change.type === 'link') this.#updateName(change.before?.index, change.after?.attrs.ifname, change.after?.index)
    if (!this.#kinds.has(change.type)) return
    const { type: kind, key, previousKey = key, derived } = change
    const map = this.#maps[kind] as ObjectMap<ObjectKind>
    const { before, after } =
      change.after === undefined
        ? { before: map.remove(key), after: undefined }
        : map.set(key, previousKey, change.after as Objects[ObjectKind])
    if (kind === 'link') this.#updateByName(before as NamedObjects['link'], after as NamedObjects['link'])
    this.#notify({ id: idOf(kind, key), previousId: idOf(kind, previousKey), kind, before, after, derived })
  }

  /** Updates the name of a link in all objects, even if the kind `link` was not requested. */
  #updateName(before: number | undefined, name: string | undefined, index = before): void {
    if (index === undefined || this.#names.get(index) === name) return
    if (name === undefined) this.#names.delete(index)
    else this.#names.set(index, name)
    for (const kind of this.#kinds) this.#maps[kind].rename()
  }

  #updateByName(before: NamedObjects['link'] | undefined, after: NamedObjects['link'] | undefined): void {
    // Another link may have taken the name before.
    if (before && this.#byName.get(before.name)?.index === before.index) this.#byName.delete(before.name)
    if (after) this.#byName.set(after.name, after)
  }

  #notify(notice: CacheNotice): void {
    if ('type' in notice && notice.type === 'end') this.#end = notice
    for (const subscriber of this.#subscribers) subscriber(notice)
  }
}

const isSyncChange = (change: CacheChange): change is SyncChange =>
  change.type === 'overrun' || change.type === 'resynchronised'

/** The same for all changes of an object. */
const idOf = (kind: ObjectKind, stateKey: string) => `${kind} ${stateKey}`
