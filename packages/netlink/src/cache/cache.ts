import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { AF } from '../codec/index.js'
import type { Connection } from '../connection/connection.js'
import type { MonitorEvent } from '../connection/events.js'
import type { Monitor } from '../connection/monitor.js'
import { DumpInterruptedError, NetlinkError, NLM_F_NEW } from '../core/index.js'
import type { rtnetlink } from '../route/index.js'
import { type Audience, type Change, type Changes, createAudience } from './changes.js'
import { kinds, type ObjectKind, type Objects } from './kinds.js'
import { createStore, type Difference } from './store.js'
import { dropWithLink, oneLink, type Part, type Stores, unsaid } from './unsaid.js'

type RouteMessages = typeof rtnetlink.messages
type RouteEvent = MonitorEvent<RouteMessages>

/** So many events are taken before what has become unclear is asked for, should they never end. */
const MOST_EVENTS = 2000

/** How long it waits before it asks again where everything changes too fast, in milliseconds. */
const RETRY = 20

/** Options of a cache. */
export interface CacheOptions {
  /** Room for unread notifications in the kernel, in bytes; 4 MiB if left out. */
  readonly receiveBuffer?: number | undefined
}

/**
 * Links, addresses, routes (IPv4 and IPv6), neighbours, rules and next hops of a namespace, kept up to date.
 *
 * It hears first and dumps then, so that nothing is missed in between; it asks again for what notifications do not tell, and
 * for all after an overrun. What the kernel removes without a word (routes with their link, address or next hop) goes here
 * too. Neighbours that the kernel makes and changes silently (NUD_NOARP, NUD_INCOMPLETE) are left out.
 */
export class StateCache implements Disposable {
  readonly #connection: Connection<RouteMessages>
  readonly #monitor: Monitor<RouteMessages>
  readonly #stores = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, createStore(kind as never)]),
  ) as unknown as Stores
  readonly #audience: Audience = createAudience()
  readonly #unclear = new Map<string, Part>()
  readonly #inbox: RouteEvent[] = []
  #overrun = false
  #work: Promise<void> | undefined
  #failure: unknown
  #closed = false

  private constructor(connection: Connection<RouteMessages>, { receiveBuffer }: CacheOptions) {
    this.#connection = connection
    const groups = Object.values(kinds).flatMap(({ groups }) => [...groups])
    this.#monitor = connection.monitor(groups, { receiveBuffer })
  }

  /**
   * Starts a cache over a connection, which it uses for its dumps and which stays the caller's; resolves when all is there.
   * @throws as {@link Connection.dump} does
   */
  static async start(connection: Connection<RouteMessages>, options: CacheOptions = {}): Promise<StateCache> {
    const cache = new StateCache(connection, options)
    cache.#askForAll()
    try {
      await cache.#run()
    } catch (error) {
      cache.close()
      throw error
    }
    cache.#follow()
    return cache
  }

  /** By index, as text. */
  get links(): ReadonlyMap<string, Objects['link']> {
    return this.#stores.link.objects
  }
  get addresses(): ReadonlyMap<string, Objects['address']> {
    return this.#stores.address.objects
  }
  get routes(): ReadonlyMap<string, Objects['route']> {
    return this.#stores.route.objects
  }
  get neighbours(): ReadonlyMap<string, Objects['neighbour']> {
    return this.#stores.neighbour.objects
  }
  get rules(): ReadonlyMap<string, Objects['rule']> {
    return this.#stores.rule.objects
  }
  /** By id, as text. */
  get nexthops(): ReadonlyMap<string, Objects['nexthop']> {
    return this.#stores.nexthop.objects
  }

  /** Calls `listener` with each change as it is made, until that is called off. */
  listen(listener: (change: Change) => void): () => void {
    return this.#audience.listen(listener)
  }

  /** The changes from now on, for `for await`. */
  changes(): Changes {
    return this.#audience.changes()
  }

  /** Resolves when all is in the cache that the kernel has done by now. @throws what has ended the cache */
  async settled(): Promise<void> {
    await this.#work
    await this.#run()
  }

  /** It holds the process, which is the default. */
  ref(): this {
    this.#monitor.ref()
    return this
  }

  unref(): this {
    this.#monitor.unref()
    return this
  }

  /** Ends it; what it holds stays as it was. The connection stays open. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#monitor.close()
    this.#audience.end(this.#failure)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Takes events as they come. */
  async #follow(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#monitor.next()
        if (done) return
        this.#inbox.push(value)
        await this.#run()
      }
    } catch (error) {
      this.#failure = error
      this.close()
    }
  }

  /** Takes all events that there are, and asks for what is unclear, until nothing is left. One at a time. */
  #run(): Promise<void> {
    this.#work ??= this.#catchUp().finally(() => {
      this.#work = undefined
    })
    return this.#work
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure
      if (this.#closed) return
      const all = this.#takeEvents()
      if (this.#unclear.size > 0) await this.#ask()
      else if (all) break
      else await nextTurn()
    }
    if (this.#overrun) this.#audience.tell({ type: 'resynchronised' })
    this.#overrun = false
  }

  /** Takes what events there are, up to a bound; false where more may be there. */
  #takeEvents(): boolean {
    for (let count = 0; count < MOST_EVENTS; count++) {
      const event = this.#inbox.shift() ?? this.#monitor.readSync(0)
      if (event === undefined) return true
      this.#take(event)
    }
    return false
  }

  #take(event: RouteEvent): void {
    if (event.type === 'overrun' || event.type === 'unreadable') {
      if (!this.#overrun) this.#audience.tell({ type: 'overrun' })
      this.#overrun = true
      this.#askForAll()
      return
    }
    for (const kind of Object.keys(kinds) as ObjectKind[]) {
      const { noun } = kinds[kind]
      if (event.type === `RTM_NEW${noun}` || event.type === `RTM_DEL${noun}`)
        this.#apply(kind, event.message as Objects[typeof kind], event.type.startsWith('RTM_DEL'), event.flags)
    }
  }

  #apply<K extends ObjectKind>(kind: K, message: Objects[K], gone: boolean, flags: number): void {
    const { families, isOne, isTold } = kinds[kind]
    const store = this.#stores[kind]
    const { family } = message
    // The state of a bridge's port is told as of AF_BRIDGE, in other words than a link's.
    if (kind === 'link' && family === AF.BRIDGE) this.#mark(oneLink((message as Objects['link']).index))
    if (!(families.includes(AF.UNSPEC) || families.includes(family)) || !isOne(message)) return
    const isGone = gone || isTold?.(message) === false
    const replaces = (flags & NLM_F_NEW.REPLACE) !== 0
    const { difference, unclear } = isGone ? store.remove(message) : store.put(message, replaces)
    if (unclear) this.#mark({ kind, family: families.includes(AF.UNSPEC) ? AF.UNSPEC : family })
    if (difference) this.#tell(kind, difference, false)
  }

  #tell<K extends ObjectKind>(kind: K, difference: Difference<Objects[K]>, derived: boolean): void {
    this.#audience.tell({ ...difference, type: kind, derived } as Change)
    for (const part of unsaid(this.#stores, kind, difference)) this.#mark(part)
    if (kind !== 'link' || difference.after !== undefined) return
    const dropped = dropWithLink(this.#stores, Number(difference.key))
    for (const each of dropped.address) this.#tell('address', each, true)
    for (const each of dropped.neighbour) this.#tell('neighbour', each, true)
    for (const each of dropped.nexthop) this.#tell('nexthop', each, true)
  }

  /** Notes that the kernel must be asked. */
  #mark({ kind, family, index }: Part): void {
    if (index !== undefined) {
      if (this.#stores.link.objects.has(String(index))) this.#unclear.set(`${kind} #${index}`, { kind, family, index })
      return
    }
    for (const each of family === AF.UNSPEC ? kinds[kind].families : [family])
      this.#unclear.set(`${kind} ${each}`, { kind, family: each })
  }

  #askForAll(): void {
    for (const kind of Object.keys(kinds) as ObjectKind[]) this.#mark({ kind, family: AF.UNSPEC })
  }

  async #ask(): Promise<void> {
    const parts = [...this.#unclear.values()]
    this.#unclear.clear()
    for (const part of parts) {
      try {
        if (part.index === undefined) await this.#askFor(part)
        else await this.#askForLink(part.index)
      } catch (error) {
        if (!(error instanceof DumpInterruptedError)) throw error
        // All in a flux: events go on meanwhile, and it is asked again.
        this.#mark(part)
        await pause(RETRY)
      }
    }
  }

  async #askFor<K extends ObjectKind>({ kind, family }: { readonly kind: K; readonly family: number }): Promise<void> {
    const name = `RTM_GET${kinds[kind].noun}` as 'RTM_GETLINK'
    const found = await this.#connection.dump(name, { family }).toArray()
    const store = this.#stores[kind]
    for (const difference of store.reconcile(family, found as unknown as Objects[K][]))
      this.#tell(kind, difference, true)
  }

  async #askForLink(index: number): Promise<void> {
    try {
      const [link] = await this.#connection.request('RTM_GETLINK', { index })
      const difference = link && this.#stores.link.put(link, false).difference
      if (difference) this.#tell('link', difference, true)
    } catch (error) {
      // That it is gone will be told, or was.
      if (!(error instanceof NetlinkError && error.code === 'ENODEV')) throw error
    }
  }
}
