import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { Connection } from '../connection/connection.js'
import type { Monitor } from '../connection/monitor.js'
import { bytes, validateOptions } from '../connection/options.js'
import { cancelled } from '../connection/socket-driver.js'
import { DumpInterruptedError, NetlinkError } from '../message/index.js'
import type { rtnetlink } from '../route/index.js'
import { RTEXT_FILTER } from '../route/link.js'
import { SystemError } from '../socket/error.js'
import { forgotten } from '../socket/forgotten.js'
import { type Audience, type Change, type Changes, createAudience } from './changes.js'
import { kinds, type Objects } from './kinds.js'
import { createModel } from './model.js'
import type { Part } from './unsaid.js'

type RouteMessages = typeof rtnetlink.messages

/** Events that are taken in one turn of the event loop. */
const AT_ONCE = 1000

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
  readonly #closeMonitor: () => void
  #work: Promise<void> | undefined
  #failure: unknown
  /** Events may be older than a dump that was taken. */
  #late = false
  #closed = false

  private constructor(connection: Connection<RouteMessages>, options: CacheOptions) {
    this.#connection = connection
    const groups = Object.values(kinds).flatMap(({ groups }) => [...groups])
    const monitor = connection.monitor(groups, validateOptions(options, { receiveBuffer: bytes }))
    this.#monitor = monitor
    this.#closeMonitor = () => monitor.close()
    forgotten.register(this, this.#closeMonitor, this.#closeMonitor)
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
    StateCache.#follow(cache.#monitor, cache.#audience, new WeakRef(cache))
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
    return this.#audience.listen(listener, this)
  }

  /** The changes from now on, for `for await`. */
  changes(): Changes {
    return this.#audience.changes(this)
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
    forgotten.unregister(this.#closeMonitor)
    this.#monitor.close()
    this.#audience.end(this.#failure)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /**
   * Takes events as they come. It refers to the cache by its listeners alone, so that a cache that is forgotten is collected; its
   * monitor is closed then, which ends this.
   */
  static async #follow(
    monitor: Monitor<RouteMessages>,
    _listeners: Audience,
    reference: WeakRef<StateCache>,
  ): Promise<void> {
    // Not in line: what an async function has in hand, it holds on to while it waits.
    const use = <T>(call: (cache: StateCache) => T): T | undefined => {
      const cache = reference.deref()
      return cache && call(cache)
    }
    const end = (failure: unknown) => use((cache) => cache.#end(failure))
    try {
      // An event may come when the cache is collected, before its monitor is closed for that.
      while ((await monitor.readable()) && use(() => true)) await use((cache) => cache.#run())
      end(undefined)
    } catch (error) {
      end(error)
    }
  }

  /** Of itself a monitor ends with its connection alone. */
  #end(failure: unknown): void {
    this.#failure ??= failure ?? (this.#closed ? undefined : cancelled())
    this.close()
  }

  /** Takes all events that there are, and asks for what is unclear, until nothing is left. One at a time. */
  #run(): Promise<void> {
    this.#work ??= this.#catchUp().finally(() => {
      this.#work = undefined
    })
    return this.#work
  }

  /**
   * Applies events and dumps until nothing is left to do. The cache is then correct, provided that the kernel announces every change
   * of an object, or the cause of a silent change (`unsaid.ts`). The reasons:
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
      if (this.#closed) throw new TypeError('expected an open cache, got one that was closed')
      const { events, drained } = this.#monitor.takeSync(AT_ONCE)
      for (const event of events) this.#model.take(event, this.#late)
      this.#late &&= !drained
      if (!drained) await nextTurn()
      else if (this.#model.isClear) break
      else await this.#ask()
    }
    this.#model.settle()
  }

  async #ask(): Promise<void> {
    const parts = this.#model.unclear()
    this.#late = true
    await this.#untilDone()
    for (const part of parts) {
      try {
        if (part.index === undefined) await this.#askFor(part)
        else await this.#askForLink(part.index)
      } catch (error) {
        if (!isPassing(error)) throw error
        // All in a flux: events go on meanwhile, and it is asked again.
        this.#model.mark(part)
        await pause(RETRY)
      }
    }
  }

  /** Waits until the kernel has done what it was doing: it answers this under RTNL, which it holds for as long. */
  async #untilDone(): Promise<void> {
    for (;;) {
      try {
        await this.#connection.request('RTM_GETLINK', { index: 1, attrs: { extMask: RTEXT_FILTER.SKIP_STATS } })
        return
      } catch (error) {
        // A missing link is a valid answer too.
        if (error instanceof NetlinkError) return
        if (!isPassing(error)) throw error
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

/** True for errors to retry: a dump that changes interrupted, or an answer that was lost on a socket with a shared monitor. */
const isPassing = (error: unknown) =>
  error instanceof DumpInterruptedError || (error instanceof SystemError && error.code === 'ENOBUFS')
