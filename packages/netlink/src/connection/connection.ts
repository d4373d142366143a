import { rtnetlink } from '#rtnetlink'
import type { Recorder } from '../capture/recorder.js'
import { show } from '../codec/error.js'
import type { FlagsOf, Messages, Protocol, ReplyOf, RequestOf } from '../core/index.js'
import { GENL_ID_CTRL, nlctrl } from '../generic/control.js'
import { type GenericFamily, NETLINK_GENERIC } from '../generic/family.js'
import type { RTNLGRP } from '../route/groups.js'
import type { Connector, Transport } from '../socket/transport.js'
import { type Asking, request } from './ask.js'
import { Batch } from './batch.js'
import { type Channel, cancelled, openChannel, type Patience } from './channel.js'
import { collect, collectSync, type DumpPlan, expectGet, stream, streamSync } from './dump.js'
import { resolvedFamily } from './family.js'
import { type DumpFlags, none, type RequestOptions, splitDumpOptions, splitOptions } from './flags.js'
import { groupNumber, joinGroups, type Membership } from './membership.js'
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
import { openParts, type Parts } from './parts.js'
import { openPool, type Pool } from './pool.js'
import { sequence } from './request.js'
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
 * Whoever opens it, closes it. Only what is awaited holds the process: requests and dumps until they have ended, monitors
 * until they are closed.
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
  readonly #recorder: Recorder | undefined
  readonly #connector: Connector
  readonly #channel: Channel
  readonly #pool: Pool
  readonly #membership: Membership
  readonly #monitors = new Set<Monitor<M>>()
  #held = true
  #closed = false

  private constructor(protocol: Protocol<M, G>, { connector, transport, recorder }: Parts, options: ConnectionOptions) {
    this.#protocol = protocol
    this.#asking = { protocol: protocol as Protocol, sequence: sequence() }
    this.#options = options
    this.#patient = { timeout: options.timeout ?? Number.POSITIVE_INFINITY }
    this.#recorder = recorder
    this.#connector = connector
    this.#channel = openChannel(transport)
    this.#pool = openPool(options.dumpSockets ?? 4, () => this.#openDumpChannel())
    this.#membership = joinGroups(transport)
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
    const parts = openParts(protocol.number, expectOptions(options))
    return new Connection(protocol, parts, options)
  }

  /**
   * Opens a connection of a family of generic netlink, whose number and groups the kernel is asked for by its name.
   * @throws {NetlinkError} `ENOENT` where the kernel has no such family
   * @throws {SystemError} where socket or namespace cannot be had
   */
  static openGeneric<M extends Messages>(family: GenericFamily<M>, options: ConnectionOptions = {}): Connection<M> {
    const parts = openParts(NETLINK_GENERIC, expectOptions(options))
    const control = new Connection(nlctrl.protocol(GENL_ID_CTRL), parts, options)
    try {
      const [found] = control.requestSync('CTRL_CMD_GETFAMILY', { attrs: { familyName: family.name } })
      return new Connection(resolvedFamily(family, found?.attrs ?? {}), parts, options)
    } catch (error) {
      control.close()
      throw error
    }
  }

  /** Whether the kernel checks requests to the letter (NETLINK_GET_STRICT_CHK). */
  get strict(): boolean {
    return this.#channel.transport.strict
  }

  /** The port id of the socket that requests go by. */
  get port(): number {
    return this.#channel.transport.port
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
    this.#expectOpen()
    const { flags, wait } = splitOptions(name, options)
    const steps = request(this.#asking, this.#channel, name, value, flags)
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
    this.#expectOpen()
    const { flags, wait } = splitOptions(name, options)
    const steps = request(this.#asking, this.#channel, name, value, flags)
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
    this.#expectOpen()
    return new Batch<M>(this.#asking, this.#channel, this.#patient.timeout, options)
  }

  /**
   * Hears what the kernel tells some of its groups, from now on.
   * @throws {SystemError} `EINVAL` for a group that this kernel does not have
   * @throws {TypeError} for a group that the protocol does not have
   */
  monitor(groups: readonly G[], options: MonitorOptions = {}): Monitor<M> {
    this.#expectOpen()
    const { shared = false, receiveBuffer = 4 * 1024 * 1024, allNsid } = expectMonitorOptions(options)
    if (shared && allNsid) throw new TypeError('expected allNsid on a socket of its own, got shared with it')
    if (!Array.isArray(groups)) throw new TypeError(`expected an array of groups, got ${show(groups)}`)
    const numbers = groups.map((name) => groupNumber(this.#protocol, name))
    const channel = shared ? this.#channel : openChannel(this.#open({ allNsid }))
    const membership = shared ? this.#membership : joinGroups(channel.transport)
    try {
      channel.reserve(receiveBuffer)
      membership.join(numbers)
    } catch (error) {
      if (!shared) channel.close()
      throw error
    }
    const monitor = new Monitor<M>(this.#protocol, channel, new Set(numbers), () => {
      this.#monitors.delete(monitor)
      if (shared) membership.leave(numbers)
      else channel.close()
    })
    this.#monitors.add(monitor)
    return monitor
  }

  /** Requests and dumps that are under way hold the process, which is the default. */
  ref(): this {
    for (const channel of [this.#channel, ...this.#pool.channels()]) channel.ref()
    this.#held = true
    return this
  }

  /** Requests and dumps that are under way do not hold the process. Monitors go by their own `unref`. */
  unref(): this {
    for (const channel of [this.#channel, ...this.#pool.channels()]) channel.unref()
    this.#held = false
    return this
  }

  /** Closes all its sockets; what is under way ends with `ECANCELED`. A second time does nothing. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const monitor of [...this.#monitors]) monitor.close()
    this.#pool.close()
    this.#channel.close()
    this.#recorder?.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #expectOpen(): void {
    if (this.#closed) throw new TypeError('expected an open netlink socket, got one that was closed')
  }

  #open(options: { allNsid?: boolean | undefined } = {}): Transport {
    this.#expectOpen()
    return this.#connector.open(this.#protocol.number, { strict: this.#options.strict, ...options })
  }

  #openDumpChannel(): Channel {
    if (this.#closed) throw cancelled()
    const channel = openChannel(this.#open())
    if (!this.#held) channel.unref()
    return channel
  }

  #patience(options: WaitOptions): Patience {
    if (options === none) return this.#patient
    const { timeout = this.#patient.timeout, signal } = expectWaitOptions(options)
    return { timeout, signal }
  }

  #plan(name: string, filter: unknown, options: WaitOptions & DumpFlags, validate = expectWaitOptions): DumpPlan {
    this.#expectOpen()
    expectGet(this.#protocol, name)
    const { flags, wait } = splitDumpOptions(this.#protocol.byName(name), options)
    const attempts = this.#options.dumpAttempts ?? 10
    const patience = this.#patience(validate(wait))
    return { ...this.#asking, ...patience, pool: this.#pool, name, filter, flags, attempts }
  }
}
