import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { ArgumentError } from '../codec/error.js'
import { AF } from '../codec/index.js'
import type { Connection, RouteGroup } from '../connection/connection.js'
import type { MonitorEvent } from '../connection/events.js'
import type { Monitor } from '../connection/monitor.js'
import { cancelled } from '../connection/socket-driver.js'
import { DumpInterruptedError, NetlinkError } from '../message/index.js'
import type { rtnetlink } from '../route/index.js'
import { RTEXT_FILTER } from '../route/link-header.js'
import { SystemError } from '../socket/error.js'
import { forgotten } from '../socket/forgotten.js'
import { type Change, type Changes, Subscribers } from './changes.js'
import { dumpRequests } from './dump-requests.js'
import { commonKinds, followedKinds, isOptional, kinds, type ObjectKind, type Objects } from './kinds.js'
import { CacheModel } from './model.js'
import { lacksMpls, mplsProbe } from './mpls-support.js'
import { type CacheOptions, type ValidCacheOptions, validateCacheOptions } from './options.js'
import { silentLinks } from './silent-changes.js'
import type { StaleObjects } from './stores.js'

type RouteMessages = typeof rtnetlink.messages

type RouteEvent = MonitorEvent<RouteMessages>

/** Sees every event of a cache's monitor, for a program that also reports what changes no object. */
export interface CacheObserver {
  /** Groups to join in addition to those of the kinds. */
  readonly groups: readonly RouteGroup[]
  /** Called with each event after it is applied. Listeners have been called with its changes. */
  applied(event: RouteEvent): void
  /** Called when all events are applied, and all that they made stale is requested again. */
  settled(): void
}

/** Maximum number of events that are applied in one turn of the event loop. */
const EVENTS_PER_TURN = 1000

/** Milliseconds before a dump is tried again that changes have interrupted too often. */
const RETRY_DELAY = 20

/**
 * Links, addresses, routes (IPv4, IPv6 and MPLS), neighbours, rules and next hops of a namespace, kept up to date; if they are named, also
 * VLANs, VNIs and multicast groups of bridges and vxlans, and traffic control: qdiscs, classes, filters, chains and actions.
 *
 * It subscribes to notifications before it dumps, so that no change is missed in between. It requests objects again if notifications
 * are incomplete, and all objects after an overrun. It also removes what the kernel removes silently: routes and next hops of a link
 * that is removed or down, and routes of a removed address or next hop. It does not contain neighbours that the kernel creates and
 * changes silently (NUD_NOARP, NUD_INCOMPLETE).
 */
export class StateCache implements Disposable {
  readonly #connection: Connection<RouteMessages>
  readonly #monitor: Monitor<RouteMessages>
  readonly #subscribers = new Subscribers()
  readonly #model: CacheModel
  readonly #closeMonitor: () => void
  readonly #observer: CacheObserver | undefined
  /** The update that is running, if any. */
  #work: Promise<void> | undefined
  #failure: unknown
  /** True if events may be older than a dump that was applied. */
  #late = false
  #closed = false

  private constructor(connection: Connection<RouteMessages>, options: ValidCacheOptions, observer?: CacheObserver) {
    this.#connection = connection
    this.#observer = observer
    const followed = followedKinds(options.kinds ?? commonKinds)
    this.#model = new CacheModel(this.#subscribers, followed)
    const groups = new Set<RouteGroup>([...followed.flatMap((kind) => kinds[kind].groups), ...(observer?.groups ?? [])])
    const monitor = connection.monitor([...groups], { receiveBuffer: options.receiveBuffer })
    this.#monitor = monitor
    this.#closeMonitor = () => monitor.close()
    forgotten.register(this, this.#closeMonitor, this.#closeMonitor)
  }

  /**
   * Starts a cache. Resolves when it contains all objects. It uses the connection for its dumps; the caller closes the connection.
   * @throws the errors of {@link Connection.dump}
   */
  static async start(connection: Connection<RouteMessages>, options: CacheOptions = {}): Promise<StateCache> {
    return StateCache.startChecked(connection, validateCacheOptions(options))
  }

  /** Starts a cache with options that are checked already. @internal */
  static async startChecked(
    connection: Connection<RouteMessages>,
    options: ValidCacheOptions,
    observer?: CacheObserver,
  ): Promise<StateCache> {
    const cache = new StateCache(connection, options, observer)
    cache.#model.markAll()
    try {
      await cache.#run()
    } catch (error) {
      cache.close()
      throw error
    }
    StateCache.#follow(cache.#monitor, cache.#subscribers, new WeakRef(cache))
    return cache
  }

  /** The key is the index, as text. */
  get links(): ReadonlyMap<string, Objects['link']> {
    return this.#model.stores.link.objects
  }
  get addresses(): ReadonlyMap<string, Objects['address']> {
    return this.#model.stores.address.objects
  }
  get routes(): ReadonlyMap<string, Objects['route']> {
    return this.#model.stores.route.objects
  }
  get neighbours(): ReadonlyMap<string, Objects['neighbour']> {
    return this.#model.stores.neighbour.objects
  }
  get rules(): ReadonlyMap<string, Objects['rule']> {
    return this.#model.stores.rule.objects
  }
  /** The key is the id, as text. */
  get nexthops(): ReadonlyMap<string, Objects['nexthop']> {
    return this.#model.stores.nexthop.objects
  }

  /** VLANs of bridges and ports, one object each. The key consists of the index of the link and the VLAN. */
  get vlans(): ReadonlyMap<string, Objects['vlan']> {
    return this.#model.stores.vlan.objects
  }
  /** Options of VLANs in their whole bridge, one object each. The key consists of the index of the bridge and the VLAN. */
  get globalVlans(): ReadonlyMap<string, Objects['globalVlan']> {
    return this.#model.stores.globalVlan.objects
  }
  /** VNIs of vxlans, one object each. */
  get vnis(): ReadonlyMap<string, Objects['vni']> {
    return this.#model.stores.vni.objects
  }
  /** Entries of multicast databases, one object each. */
  get mdb(): ReadonlyMap<string, Objects['mdb']> {
    return this.#model.stores.mdb.objects
  }

  /** Qdiscs, in a cache that names them. */
  get qdiscs(): ReadonlyMap<string, Objects['qdisc']> {
    return this.#model.stores.qdisc.objects
  }
  /** Classes of qdiscs. */
  get classes(): ReadonlyMap<string, Objects['class']> {
    return this.#model.stores.class.objects
  }
  /** Filters of all links and shared blocks. */
  get filters(): ReadonlyMap<string, Objects['filter']> {
    return this.#model.stores.filter.objects
  }
  /** Chains of filters. */
  get chains(): ReadonlyMap<string, Objects['chain']> {
    return this.#model.stores.chain.objects
  }
  /** Actions that were added by themselves, one object each. */
  get actions(): ReadonlyMap<string, Objects['action']> {
    return this.#model.stores.action.objects
  }

  /** The objects of a kind. */
  objectsOf<K extends ObjectKind>(kind: K): ReadonlyMap<string, Objects[K]> {
    return this.#model.stores[kind].objects
  }

  /** Resolves when the cache is closed. Rejects with the error that ended it. */
  get ended(): Promise<void> {
    return this.#subscribers.ended
  }

  /** Calls `listener` with each change, synchronously. Returns a function that removes it. */
  listen(listener: (change: Change) => void): () => void {
    return this.#subscribers.listen(listener, this)
  }

  /** Returns the changes from now on, for `for await`. A reader that is too slow gets an `overrun`. */
  changes(): Changes {
    return this.#subscribers.changes(this)
  }

  /**
   * Resolves when the cache contains everything that the kernel has done by now. Requests links that are down again, because the
   * kernel does not announce changes of their data.
   * @throws the error that ended the cache
   */
  async settled(): Promise<void> {
    await this.#work
    for (const stale of silentLinks(this.#model.stores)) this.#model.mark(stale)
    await this.#run()
  }

  /** Keeps the process alive, which is the default. */
  ref(): this {
    this.#monitor.ref()
    return this
  }

  /** Does not keep the process alive. */
  unref(): this {
    this.#monitor.unref()
    return this
  }

  /** Stops updates. The maps keep their contents, and the connection stays open. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    forgotten.unregister(this.#closeMonitor)
    this.#monitor.close()
    this.#subscribers.end(this.#failure)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /**
   * Applies events as they come. Only its subscribers refer to the cache, so that an unused cache can be garbage-collected. Its
   * monitor is closed then, which ends this function.
   */
  static async #follow(
    monitor: Monitor<RouteMessages>,
    _subscribers: Subscribers,
    reference: WeakRef<StateCache>,
  ): Promise<void> {
    // Not inline: an async function keeps its variables alive while it waits.
    const use = <T>(call: (cache: StateCache) => T): T | undefined => {
      const cache = reference.deref()
      return cache && call(cache)
    }
    const end = (failure: unknown) => use((cache) => cache.#end(failure))
    try {
      // An event may come after the cache was collected, before its monitor is closed.
      while ((await monitor.readable()) && use(() => true)) await use((cache) => cache.#run())
      end(undefined)
    } catch (error) {
      end(error)
    }
  }

  /** If nothing failed, the monitor has ended because its connection was closed. */
  #end(failure: unknown): void {
    this.#failure ??= failure ?? (this.#closed ? undefined : cancelled())
    this.close()
  }

  /** Applies all events, and requests stale objects, until nothing is left to do. Runs once at a time. */
  #run(): Promise<void> {
    this.#work ??= this.#catchUp().finally(() => {
      this.#work = undefined
    })
    return this.#work
  }

  /**
   * Applies events and dumps until nothing is left to do. The cache is then correct, provided that the kernel announces every change
   * of an object, or the cause of a silent change (`silent-changes.ts`). The reasons:
   *
   * - A dump begins only when the monitor is drained: a read has found its queue empty, and all events are applied. Changes whose
   *   events the kernel dropped before that are already made. The overrun has marked everything, so the dump contains them. If the
   *   kernel drops events later, that is a new overrun for the next round.
   * - Events that arrive during a dump may be older or newer than the dumped object. The next round applies them in order. The last
   *   event of an object contains its current state, unless a silent change followed.
   * - The cause of a silent change comes after that event in the queue. It is applied after it, and marks what it may have changed.
   *   A dump may already contain the cause, so that its event changes nothing. So each event after a dump, until the monitor is
   *   drained again, counts as a cause in any case (`late`).
   * - A dump does not wait for a change in progress. For IPv4, the kernel announces the deletion of a route, or of an address with
   *   its routes, before they are out of the table. It deletes them under a lock that a dump does not take. So a request that
   *   takes this lock goes first: when it is answered, all announced changes are made.
   */
  async #catchUp(): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure
      if (this.#closed) throw new ArgumentError('expected an open cache, got one that was closed')
      const { events, drained } = this.#monitor.takeSync(EVENTS_PER_TURN)
      for (const event of events) {
        this.#model.apply(event, this.#late)
        this.#observer?.applied(event)
      }
      this.#late &&= !drained
      if (!drained) await nextTurn()
      else if (this.#model.isComplete) break
      else await this.#requestStale()
    }
    this.#model.settle()
    this.#observer?.settled()
  }

  async #requestStale(): Promise<void> {
    const all = this.#model.takeStale()
    this.#late = true
    await this.#waitForLock()
    for (const stale of all) {
      try {
        if (stale.index === undefined) await this.#dump(stale)
        else await this.#requestLink(stale.index)
      } catch (error) {
        if (!isTemporary(error)) throw error
        // Too many changes at the moment. Applies further events before the next attempt.
        this.#model.mark(stale)
        await pause(RETRY_DELAY)
      }
    }
  }

  /** Waits until the change that the kernel is making is complete: it holds RTNL for as long, and needs it for the answer. */
  async #waitForLock(): Promise<void> {
    for (;;) {
      try {
        await this.#connection.request('RTM_GETLINK', { index: 1, attrs: { extMask: RTEXT_FILTER.SKIP_STATS } })
        return
      } catch (error) {
        // A missing link is a valid answer too.
        if (error instanceof NetlinkError) return
        if (!isTemporary(error)) throw error
      }
    }
  }

  async #dump(stale: StaleObjects): Promise<void> {
    // The messages of all kinds have a family.
    const { kind, family } = stale
    const name = `RTM_GET${kinds[kind].noun}` as 'RTM_GETLINK'
    const isMissing = family === AF.MPLS && !(await this.#hasMpls())
    const found: unknown = isMissing ? [] : await this.#dumped(kind, name, family)
    this.#model.reconcile(stale, found as Objects[typeof stale.kind][])
  }

  async #dumped(kind: ObjectKind, name: 'RTM_GETLINK', family: number): Promise<unknown> {
    try {
      const found: unknown[] = []
      for (const { message, place } of dumpRequests(this.#model.stores, kind, family)) {
        const answers = await this.#connection.dump(name, message as { family: number }).toArray()
        for (const answer of answers) found.push(place ? { ...answer, ...place } : answer)
      }
      return found
    } catch (error) {
      if (isOptional(kind) && error instanceof NetlinkError && error.code === 'EOPNOTSUPP') return []
      throw error
    }
  }

  async #hasMpls(): Promise<boolean> {
    try {
      await this.#connection.request('RTM_GETNETCONF', mplsProbe)
      return true
    } catch (error) {
      return !lacksMpls(error)
    }
  }

  async #requestLink(index: number): Promise<void> {
    try {
      const [link] = await this.#connection.request('RTM_GETLINK', { index })
      if (link) this.#model.putLink(link)
    } catch (error) {
      // Its removal is announced too.
      if (!(error instanceof NetlinkError && error.code === 'ENODEV')) throw error
    }
  }
}

/** Returns true for errors to retry: changes interrupted a dump, or an answer was lost on a socket with a shared monitor. */
const isTemporary = (error: unknown) =>
  error instanceof DumpInterruptedError || (error instanceof SystemError && error.code === 'ENOBUFS')
