import { show } from '../codec/error.js'
import { GENL_ID_CTRL, nlctrl } from '../generic/control.js'
import { type GenericFamily, NETLINK_GENERIC } from '../generic/family.js'
import type { FlagsOf, Messages, Protocol, ReplyOf, RequestOf } from '../message/index.js'
import type { RTNLGRP } from '../route/groups.js'
import { rtnetlink } from '../route/rtnetlink.js'
import { forgotten } from '../socket/forgotten.js'
import { type Asking, request } from './ask.js'
import { Batch } from './batch.js'
import { openChannel, type Patience } from './channel.js'
import { collect, collectSync, type DumpPlan, expectGet, stream, streamSync } from './dump.js'
import { resolvedFamily } from './family.js'
import { openFeed } from './feed.js'
import { type DumpFlags, none, type RequestOptions, splitDumpOptions, splitOptions } from './flags.js'
import { groupNumber, joinGroups } from './membership.js'
import { Monitor } from './monitor.js'
import type { Stream } from './one-by-one.js'
import {
  type BatchOptions,
  type ConnectionOptions,
  expectMonitorOptions,
  expectOptions,
  expectTimeoutOptions,
  expectWaitOptions,
  type MonitorOptions,
  type TimeoutOptions,
  type WaitOptions,
} from './options.js'
import { openParts } from './parts.js'
import { sequence } from './request.js'
import { openSockets, type Sockets } from './sockets.js'
import { run, runSync } from './steps.js'

/** The multicast groups of NETLINK_ROUTE: RTNLGRP_* without the prefix. */
export type RouteGroup = Exclude<keyof typeof RTNLGRP.values, 'NONE'>

/** A dump that begins when it is first asked for. */
export interface Dump<T> extends AsyncIterable<T> {
  /** All that there is, as it was at one moment. */
  toArray(): Promise<T[]>
}

/**
 * Requests, dumps and notifications of one protocol, synchronous (`…Sync`) and asynchronous; both are the same engine.
 * The caller that opens a connection closes it. If it is garbage-collected while nothing of it is awaited, its sockets are closed.
 * Pending requests and dumps keep the process alive until they end, monitors until they are closed.
 *
 * ```ts
 * const netlink = Connection.open({ netns: '/run/netns/blue' })
 * const [link] = netlink.requestSync('RTM_GETLINK', { attrs: { ifname: 'eth0' } })
 * for await (const route of netlink.dump('RTM_GETROUTE')) console.log(route.attrs.dst)
 * netlink.close()
 * ```
 */
export class Connection<M extends Messages = typeof rtnetlink.messages, G extends string = string>
  implements Disposable
{
  readonly #asking: Asking
  readonly #protocol: Protocol<M, G>
  readonly #options: ConnectionOptions
  readonly #patient: Patience
  readonly #sockets: Sockets

  private constructor(protocol: Protocol<M, G>, sockets: Sockets, options: ConnectionOptions) {
    this.#protocol = protocol
    this.#asking = { protocol: protocol as Protocol, sequence: sequence(), owner: this }
    this.#options = options
    this.#patient = { timeout: options.timeout ?? Number.POSITIVE_INFINITY }
    this.#sockets = sockets
  }

  /** Makes a connection that owns its sockets. */
  static #owning<M extends Messages, G extends string>(
    protocol: Protocol<M, G>,
    sockets: Sockets,
    options: ConnectionOptions,
  ): Connection<M, G> {
    const connection = new Connection(protocol, sockets, options)
    forgotten.register(connection, sockets.close, sockets.close)
    return connection
  }

  /** Opens a connection of NETLINK_ROUTE. @throws {SystemError} where socket or namespace cannot be had */
  static open(options: ConnectionOptions = {}): Connection<typeof rtnetlink.messages, RouteGroup> {
    return Connection.openProtocol(rtnetlink, options) as Connection<typeof rtnetlink.messages, RouteGroup>
  }

  /** Opens a connection of any declared protocol. @throws {SystemError} where socket or namespace cannot be had */
  static openProtocol<M extends Messages, G extends string>(
    protocol: Protocol<M, G>,
    options: ConnectionOptions = {},
  ): Connection<M, G> {
    return Connection.#owning(
      protocol,
      openSockets(protocol.number, openParts(protocol.number, expectOptions(options)), options),
      options,
    )
  }

  /**
   * Opens a connection of a family of generic netlink, whose number and groups the kernel is asked for by its name.
   * @throws {NetlinkError} `ENOENT` where the kernel has no such family
   * @throws {SystemError} where socket or namespace cannot be had
   */
  static openGeneric<M extends Messages>(family: GenericFamily<M>, options: ConnectionOptions = {}): Connection<M> {
    const sockets = openSockets(NETLINK_GENERIC, openParts(NETLINK_GENERIC, expectOptions(options)), options)
    const control = new Connection(nlctrl.protocol(GENL_ID_CTRL), sockets, options)
    try {
      const [found] = control.requestSync('CTRL_CMD_GETFAMILY', { attrs: { familyName: family.name } })
      return Connection.#owning(resolvedFamily(family, found?.attrs ?? {}), sockets, options)
    } catch (error) {
      sockets.close()
      throw error
    }
  }

  /** Whether the kernel checks requests to the letter (NETLINK_GET_STRICT_CHK). */
  get strict(): boolean {
    return this.#sockets.channel.transport.strict
  }

  /** The port id of the socket that requests go by. */
  get port(): number {
    return this.#sockets.channel.transport.port
  }

  /**
   * Sends one request and waits for what it brings: a get its one reply, a change none, unless `echo` asks for it.
   * @throws {NetlinkError} where the kernel refuses
   * @throws {EncodeError} (a TypeError) where the request cannot be expressed; nothing was sent
   * @throws {DecodeError} where a reply cannot be read
   * @throws {SystemError} `ETIMEDOUT`, `ENOBUFS`, …; with `echo` also `EMSGSIZE` of `recvfrom`, where the change was made but
   * its echo is too large
   */
  requestSync<N extends string & keyof M>(
    name: N,
    value: RequestOf<M, N>,
    options: RequestOptions<FlagsOf<M, N>> & TimeoutOptions = none,
  ): ReplyOf<M, N>[] {
    this.#sockets.expectOpen()
    const { flags, wait } = splitOptions(name, options)
    const steps = request(this.#asking, this.#sockets.channel, name, value, flags)
    if (wait.signal !== undefined) throw new TypeError(`${name}: expected no signal where nothing else runs, got one`)
    return runSync(steps, this.#patience(wait).timeout) as ReplyOf<M, N>[]
  }

  /**
   * As {@link requestSync}; many may be under way, and others run meanwhile. It is sent before this returns.
   * @throws whatever a signal is aborted with; what the kernel has done by then stays done
   */
  async request<N extends string & keyof M>(
    name: N,
    value: RequestOf<M, N>,
    options: RequestOptions<FlagsOf<M, N>> & WaitOptions = none,
  ): Promise<ReplyOf<M, N>[]> {
    this.#sockets.expectOpen()
    const { flags, wait } = splitOptions(name, options)
    const steps = request(this.#asking, this.#sockets.channel, name, value, flags)
    return (await run(steps, this.#patience(wait))) as ReplyOf<M, N>[]
  }

  /**
   * Dumps all that there is, or what `filter` lets through in the kernel. A dump that changes interrupted is begun again.
   * The kernel leaves out, without a word, single objects that are larger than its buffer of 32 KiB (a route with 2,000 next
   * hops); links of any size come with `attrs.extMask`, as RTEXT_FILTER.SKIP_STATS.
   * @throws {DumpInterruptedError} where that happened too often; it holds what arrived
   * @throws as {@link requestSync} does
   */
  dumpSync<N extends string & keyof M>(
    name: N,
    filter: RequestOf<M, N> = {} as RequestOf<M, N>,
    options: TimeoutOptions & DumpFlags = {},
  ): ReplyOf<M, N>[] {
    return collectSync(this.#plan(name, filter, options, expectTimeoutOptions)) as ReplyOf<M, N>[]
  }

  /**
   * As {@link dumpSync}, for `for await` or `toArray()`; both give what was there at one moment. Several at once go by sockets
   * of their own.
   */
  dump<N extends string & keyof M>(
    name: N,
    filter: RequestOf<M, N> = {} as RequestOf<M, N>,
    options: WaitOptions & DumpFlags = {},
  ): Dump<ReplyOf<M, N>> {
    const plan = this.#plan(name, filter, options)
    const toArray = () => collect(plan) as Promise<ReplyOf<M, N>[]>
    return {
      toArray,
      async *[Symbol.asyncIterator]() {
        yield* await toArray()
      },
    }
  }

  /**
   * Dumps one object after the other, as they come from the kernel, in constant memory. What was told cannot be taken back:
   * where something changed meanwhile, that is an error at the end. It is to be read to its end, or left by `break`.
   * @throws {DumpInterruptedError} behind the last one
   */
  streamSync<N extends string & keyof M>(
    name: N,
    filter: RequestOf<M, N> = {} as RequestOf<M, N>,
    options: TimeoutOptions & DumpFlags = {},
  ): Generator<ReplyOf<M, N>, void, undefined> {
    const plan = this.#plan(name, filter, options, expectTimeoutOptions)
    return streamSync(plan) as Generator<ReplyOf<M, N>, void, undefined>
  }

  /** As {@link streamSync}; others run meanwhile. */
  stream<N extends string & keyof M>(
    name: N,
    filter: RequestOf<M, N> = {} as RequestOf<M, N>,
    options: WaitOptions & DumpFlags = {},
  ): Stream<ReplyOf<M, N>> {
    return stream(this.#plan(name, filter, options)) as Stream<ReplyOf<M, N>>
  }

  /** Begins a batch: many requests that go to the kernel in few calls. */
  batch(options: BatchOptions = {}): Batch<M> {
    this.#sockets.expectOpen()
    return new Batch<M>(this.#asking, this.#sockets.channel, this.#patient.timeout, options)
  }

  /**
   * Hears what the kernel tells some of its groups, from now on.
   * @throws {SystemError} `EINVAL` for a group that this kernel does not have
   * @throws {TypeError} for a group that the protocol does not have
   */
  monitor(groups: readonly G[], options: MonitorOptions = {}): Monitor<M> {
    this.#sockets.expectOpen()
    const { open, membership: joined } = this.#sockets
    const { shared = false, receiveBuffer = 4 * 1024 * 1024, allNsid, processes } = expectMonitorOptions(options)
    for (const [name, value] of Object.entries({ allNsid, processes }))
      if (shared && value) throw new TypeError(`expected ${name} on a socket of its own, got shared with it`)
    if (!Array.isArray(groups)) throw new TypeError(`expected an array of groups, got ${show(groups)}`)
    const numbers = groups.map((name) => groupNumber(this.#protocol, name))
    const channel = shared ? this.#sockets.channel : openChannel(open({ allNsid, processes }))
    const membership = shared ? joined : joinGroups(channel.transport)
    try {
      channel.reserve(receiveBuffer)
      membership.join(numbers)
    } catch (error) {
      if (!shared) channel.close()
      throw error
    }
    const feed = openFeed<M>(this.#protocol, channel, new Set(numbers), () => {
      // By `this`, so that the connection is not collected as long as the monitor is open.
      this.#sockets.monitors.delete(feed.close)
      if (shared) membership.leave(numbers)
      else channel.close()
    })
    this.#sockets.monitors.add(feed.close)
    return new Monitor(feed, channel)
  }

  /** Requests and dumps that are under way hold the process, which is the default. */
  ref(): this {
    this.#sockets.hold(true)
    return this
  }

  /** Requests and dumps that are under way do not hold the process. Monitors go by their own `unref`. */
  unref(): this {
    this.#sockets.hold(false)
    return this
  }

  /** Closes all its sockets; what is under way ends with `ECANCELED`. A second time does nothing. */
  close(): void {
    forgotten.unregister(this.#sockets.close)
    this.#sockets.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #patience(options: WaitOptions): Patience {
    if (options === none) return this.#patient
    const { timeout = this.#patient.timeout, signal } = expectWaitOptions(options)
    return { timeout, signal }
  }

  #plan(name: string, filter: unknown, options: WaitOptions & DumpFlags, validate = expectWaitOptions): DumpPlan {
    this.#sockets.expectOpen()
    expectGet(this.#protocol, name)
    const { flags, wait } = splitDumpOptions(this.#protocol.byName(name), options)
    const attempts = this.#options.dumpAttempts ?? 10
    const patience = this.#patience(validate(wait))
    return { ...this.#asking, ...patience, pool: this.#sockets.pool, name, filter, flags, attempts }
  }
}
