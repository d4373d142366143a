import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { cancelled } from '../connection/channel.js'
import type { Connection } from '../connection/connection.js'
import type { MonitorEvent } from '../connection/events.js'
import type { Monitor } from '../connection/monitor.js'
import { expectRules, receiveBuffer } from '../connection/options.js'
import { DumpInterruptedError, NetlinkError } from '../core/index.js'
import type { rtnetlink } from '../route/index.js'
import { type Audience, type Change, type Changes, createAudience } from './changes.js'
import { kinds, type Objects } from './kinds.js'
import { createModel } from './model.js'
import type { Part } from './unsaid.js'

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
  readonly #audience: Audience = createAudience()
  readonly #model = createModel(this.#audience)
  readonly #inbox: RouteEvent[] = []
  #work: Promise<void> | undefined
  #failure: unknown
  #closed = false

  private constructor(connection: Connection<RouteMessages>, options: CacheOptions) {
    this.#connection = connection
    const groups = Object.values(kinds).flatMap(({ groups }) => [...groups])
    this.#monitor = connection.monitor(groups, expectRules(options, { receiveBuffer }))
  }

  /**
   * Starts a cache over a connection, which it uses for its dumps and which stays the caller's; resolves when all is there.
   * @throws as {@link Connection.dump} does
   */
  static async start(connection: Connection<RouteMessages>, options: CacheOptions = {}): Promise<StateCache> {
    const cache = new StateCache(connection, options)
    cache.#model.markAll()
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
  /** By id, as text. */
  get nexthops(): ReadonlyMap<string, Objects['nexthop']> {
    return this.#model.stores.nexthop.objects
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
        if (done) break
        this.#inbox.push(value)
        await this.#run()
      }
    } catch (error) {
      this.#failure = error
    }
    // Of itself a monitor ends with its connection alone.
    if (!this.#closed) this.#failure ??= cancelled()
    this.close()
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
      if (this.#closed) throw new TypeError('expected an open cache, got one that was closed')
      const all = this.#takeEvents()
      if (!this.#model.isClear) await this.#ask()
      else if (all) break
      else await nextTurn()
    }
    this.#model.settle()
  }

  /** Takes what events there are, up to a bound; false where more may be there. */
  #takeEvents(): boolean {
    for (let count = 0; count < MOST_EVENTS; count++) {
      const event = this.#inbox.shift() ?? this.#monitor.readSync(0)
      if (event === undefined) return true
      this.#model.take(event)
    }
    return false
  }

  async #ask(): Promise<void> {
    for (const part of this.#model.unclear()) {
      try {
        if (part.index === undefined) await this.#askFor(part)
        else await this.#askForLink(part.index)
      } catch (error) {
        if (!(error instanceof DumpInterruptedError)) throw error
        // All in a flux: events go on meanwhile, and it is asked again.
        this.#model.mark(part)
        await pause(RETRY)
      }
    }
  }

  async #askFor(part: Part): Promise<void> {
    // The messages of all kinds have a family, which is all that is asked by.
    const name = `RTM_GET${kinds[part.kind].noun}` as 'RTM_GETLINK'
    const found: unknown = await this.#connection.dump(name, { family: part.family }).toArray()
    this.#model.reconcile(part, found as Objects[typeof part.kind][])
  }

  async #askForLink(index: number): Promise<void> {
    try {
      const [link] = await this.#connection.request('RTM_GETLINK', { index })
      if (link) this.#model.putLink(link)
    } catch (error) {
      // That it is gone will be told, or was.
      if (!(error instanceof NetlinkError && error.code === 'ENODEV')) throw error
    }
  }
}
