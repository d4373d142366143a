import { ArgumentError, show } from '../codec/error.js'
import { DecodeError } from '../codec/index.js'
import { type CtrlAttrs, GENL_ID_CTRL, nlctrl } from '../generic/control.js'
import { type GenericFamily, NETLINK_GENERIC } from '../generic/family.js'
import type { FlagsOf, Messages, Protocol, ReplyOf, RequestOf } from '../message/index.js'
import type { RTNLGRP } from '../route/groups.js'
import { rtnetlink } from '../route/rtnetlink.js'
import { forgotten } from '../socket/forgotten.js'
import { Batch } from './batch.js'
import { atCaller, calledBy } from './caller.js'
import { ConnectionSockets } from './connection-sockets.js'
import { checkIsGet, collect, collectSync, type DumpSpec, stream, streamSync } from './dump.js'
import { EventQueue } from './event-queue.js'
import { type DumpFlags, none, type RequestOptions, splitDumpOptions, splitOptions } from './flags.js'
import { GroupMembership, groupNumber } from './group-membership.js'
import { Monitor } from './monitor.js'
import {
  type BatchOptions,
  type ConnectionOptions,
  type MonitorOptions,
  type TimeoutOptions,
  validateConnectionOptions,
  validateMonitorOptions,
  validateTimeoutOptions,
  validateWaitOptions,
  type WaitOptions,
} from './options.js'
import { type RequestContext, request, SequenceNumbers } from './request.js'
import { SocketDriver, type Timeout } from './socket-driver.js'
import type { Stream } from './stream.js'
import { runTask, runTaskSync, type Task } from './task.js'

/** Size of a monitor's receive buffer, in bytes, unless `receiveBuffer` is given. */
const MONITOR_BUFFER = 4 * 1024 * 1024

/** Most attempts at a dump that changes interrupt, unless `dumpAttempts` is given. */
const DUMP_ATTEMPTS = 10

/** A multicast group of NETLINK_ROUTE: RTNLGRP_* without the prefix. */
export type RouteGroup = Exclude<keyof typeof RTNLGRP.values, 'NONE'>

/** A dump. It begins with the call of `toArray`, or with the first iteration. */
export interface Dump<T> extends AsyncIterable<T> {
  /** Returns all objects, as they were at one moment. */
  toArray(): Promise<T[]>
}

/**
 * Requests, dumps and notifications of one netlink protocol. Methods whose name ends with `Sync` block the thread; the others are
 * asynchronous. The caller closes the connection. Its sockets are also closed if it is garbage-collected while nothing waits for it.
 * Requests and dumps in flight keep the process alive until they end, monitors until they are closed.
 *
 * ```ts
 * const netlink = Connection.open({ netns: 'blue' })
 * const [link] = netlink.requestSync('RTM_GETLINK', { attrs: { ifname: 'eth0' } })
 * for await (const route of netlink.dump('RTM_GETROUTE')) console.log(route.attrs.dst)
 * netlink.close()
 * ```
 */
export class Connection<M extends Messages = typeof rtnetlink.messages, G extends string = string>
  implements Disposable
{
  readonly #context: RequestContext
  readonly #protocol: Protocol<M, G>
  readonly #dumpAttempts: number
  readonly #timeout: Timeout
  readonly #sockets: ConnectionSockets

  private constructor(protocol: Protocol<M, G>, sockets: ConnectionSockets, options: ConnectionOptions) {
    this.#protocol = protocol
    this.#context = { protocol: protocol as Protocol, sequence: new SequenceNumbers(), owner: this }
    this.#dumpAttempts = options.dumpAttempts ?? DUMP_ATTEMPTS
    this.#timeout = { timeout: options.timeout ?? Number.POSITIVE_INFINITY }
    this.#sockets = sockets
  }

  /** Creates a connection whose sockets are closed when it is garbage-collected. */
  static #owning<M extends Messages, G extends string>(
    protocol: Protocol<M, G>,
    sockets: ConnectionSockets,
    options: ConnectionOptions,
  ): Connection<M, G> {
    const connection = new Connection(protocol, sockets, options)
    forgotten.register(connection, sockets.close, sockets.close)
    return connection
  }

  /** Opens a connection of NETLINK_ROUTE. @throws {SystemError} if the socket or the namespace cannot be opened */
  static open(options: ConnectionOptions = {}): Connection<typeof rtnetlink.messages, RouteGroup> {
    return calledBy(
      Connection.open,
      () => Connection.openProtocol(rtnetlink, options) as Connection<typeof rtnetlink.messages, RouteGroup>,
    )
  }

  /** Opens a connection of any declared protocol. @throws {SystemError} if the socket or the namespace cannot be opened */
  static openProtocol<M extends Messages, G extends string>(
    protocol: Protocol<M, G>,
    options: ConnectionOptions = {},
  ): Connection<M, G> {
    return calledBy(Connection.openProtocol, () => {
      const valid = validateConnectionOptions(options)
      return Connection.#owning(protocol, new ConnectionSockets(protocol.number, valid), valid)
    })
  }

  /**
   * Opens a connection of a generic netlink family. Requests its number and its groups from the kernel.
   * @throws {NetlinkError} `ENOENT` if the kernel has no such family
   * @throws {SystemError} if the socket or the namespace cannot be opened
   */
  static openGeneric<M extends Messages>(family: GenericFamily<M>, options: ConnectionOptions = {}): Connection<M> {
    return calledBy(Connection.openGeneric, () => Connection.#openGeneric(family, validateConnectionOptions(options)))
  }

  static #openGeneric<M extends Messages>(family: GenericFamily<M>, valid: ConnectionOptions): Connection<M> {
    const sockets = new ConnectionSockets(NETLINK_GENERIC, valid)
    try {
      const control = new Connection(nlctrl.protocol(GENL_ID_CTRL), sockets, valid)
      const [found] = control.requestSync('CTRL_CMD_GETFAMILY', { attrs: { familyName: family.name } })
      return Connection.#owning(resolvedFamily(family, found?.attrs ?? {}), sockets, valid)
    } catch (error) {
      sockets.close()
      throw error
    }
  }

  /** True if the kernel refuses requests with invalid or unknown fields (NETLINK_GET_STRICT_CHK). */
  get strict(): boolean {
    return this.#sockets.driver.transport.strict
  }

  /** The port id of the socket that sends requests. */
  get port(): number {
    return this.#sockets.driver.transport.port
  }

  /**
   * Sends one request, and returns its replies: one for a get; for a change none, or with `echo` the object that it changed.
   * @throws {NetlinkError} if the kernel refuses it
   * @throws {EncodeError} (a TypeError) if the request cannot be encoded; nothing was sent
   * @throws {DecodeError} if a reply cannot be decoded
   * @throws {SystemError} `ETIMEDOUT`, `ENOBUFS`, …. `EMSGSIZE` of `recvfrom`: the request took effect, but its reply was larger than the
   * buffer. That concerns an `echo`, and a get that resets counters, which is not sent again.
   */
  requestSync<N extends string & keyof M>(
    name: N,
    value: RequestOf<M, N>,
    options: RequestOptions<FlagsOf<M, N>> & TimeoutOptions = none,
  ): ReplyOf<M, N>[] {
    try {
      const { task, wait } = this.#request(name, value, options)
      if (wait.signal !== undefined)
        throw new ArgumentError(`${name}: expected no signal where nothing else runs, got one`)
      return runTaskSync(task, this.#limit(wait).timeout) as ReplyOf<M, N>[]
    } catch (error) {
      throw atCaller(error, this.requestSync)
    }
  }

  /**
   * Does the same as {@link requestSync} asynchronously. Many requests may be in flight. It is sent before this method returns.
   * @throws the reason of an aborted signal. What the kernel has done by then stays done.
   */
  async request<N extends string & keyof M>(
    name: N,
    value: RequestOf<M, N>,
    options: RequestOptions<FlagsOf<M, N>> & WaitOptions = none,
  ): Promise<ReplyOf<M, N>[]> {
    try {
      const { task, wait } = this.#request(name, value, options)
      return (await runTask(task, this.#limit(wait))) as ReplyOf<M, N>[]
    } catch (error) {
      throw atCaller(error, this.request)
    }
  }

  /**
   * Returns all objects, or those that match `filter` in the kernel. If a change interrupts the dump, it is started again, unless it
   * resets what it reads.
   * The kernel silently leaves out single objects that are larger than its buffer of 32 KiB (a route with 2,000 next hops). With
   * `attrs.extMask`, e.g. RTEXT_FILTER.SKIP_STATS, links of any size are returned.
   * @throws {DumpInterruptedError} if all attempts were interrupted; it contains the objects of the last one
   * @throws the errors of {@link requestSync}
   */
  dumpSync<N extends string & keyof M>(
    name: N,
    filter: RequestOf<M, N> = {} as RequestOf<M, N>,
    options: TimeoutOptions & DumpFlags = {},
  ): ReplyOf<M, N>[] {
    try {
      return collectSync(this.#dump(name, filter, options, validateTimeoutOptions, this.dumpSync)) as ReplyOf<M, N>[]
    } catch (error) {
      throw atCaller(error, this.dumpSync)
    }
  }

  /**
   * Does the same as {@link dumpSync} asynchronously, by `for await` or `toArray()`. Both return the objects of one moment. Several
   * dumps may be in flight, each on a socket of its own.
   */
  dump<N extends string & keyof M>(
    name: N,
    filter: RequestOf<M, N> = {} as RequestOf<M, N>,
    options: WaitOptions & DumpFlags = {},
  ): Dump<ReplyOf<M, N>> {
    const spec = this.#dump(name, filter, options, validateWaitOptions, this.dump)
    return {
      async toArray() {
        try {
          return (await collect(spec)) as ReplyOf<M, N>[]
        } catch (error) {
          throw atCaller(error, this.toArray)
        }
      },
      async *[Symbol.asyncIterator]() {
        try {
          yield* (await collect(spec)) as ReplyOf<M, N>[]
        } catch (error) {
          throw atCaller(error, this[Symbol.asyncIterator])
        }
      },
    }
  }

  /**
   * Yields the objects of a dump as they are received, in constant memory. They cannot be taken back: a change meanwhile is an error at
   * the end. Iterate to the end, or leave the loop by `break`.
   * @throws {DumpInterruptedError} after the last object, if a change interrupted the dump
   */
  streamSync<N extends string & keyof M>(
    name: N,
    filter: RequestOf<M, N> = {} as RequestOf<M, N>,
    options: TimeoutOptions & DumpFlags = {},
  ): Generator<ReplyOf<M, N>, void, undefined> {
    const spec = this.#dump(name, filter, options, validateTimeoutOptions, this.streamSync)
    return streamSync(spec) as Generator<ReplyOf<M, N>, void, undefined>
  }

  /** Does the same as {@link streamSync} asynchronously. */
  stream<N extends string & keyof M>(
    name: N,
    filter: RequestOf<M, N> = {} as RequestOf<M, N>,
    options: WaitOptions & DumpFlags = {},
  ): Stream<ReplyOf<M, N>> {
    return stream(this.#dump(name, filter, options, validateWaitOptions, this.stream)) as Stream<ReplyOf<M, N>>
  }

  /** Creates an empty batch, for many requests that are sent in few calls. */
  batch(options: BatchOptions = {}): Batch<M> {
    return calledBy(this.batch, () => {
      this.#sockets.checkOpen()
      return new Batch<M>(this.#context, this.#sockets.driver, this.#timeout.timeout, options)
    })
  }

  /**
   * Receives what the kernel sends to multicast groups, from now on.
   * @throws {SystemError} `EINVAL` if this kernel has no such group
   * @throws {TypeError} if the protocol declares no such group
   */
  monitor(groups: readonly G[], options: MonitorOptions = {}): Monitor<M> {
    return calledBy(this.monitor, () => this.#monitor(groups, options))
  }

  #monitor(groups: readonly G[], options: MonitorOptions): Monitor<M> {
    this.#sockets.checkOpen()
    const { shared = false, receiveBuffer = MONITOR_BUFFER, allNsid, processes } = validateMonitorOptions(options)
    for (const [name, value] of Object.entries({ allNsid, processes }))
      if (shared && value) throw new ArgumentError(`expected ${name} on a socket of its own, got shared with it`)
    if (!Array.isArray(groups)) throw new ArgumentError(`expected an array of groups, got ${show(groups)}`)
    const numbers = groups.map((name) => groupNumber(this.#protocol, name))
    const driver = shared ? this.#sockets.driver : new SocketDriver(this.#sockets.open({ allNsid, processes }))
    const membership = shared ? this.#sockets.membership : new GroupMembership(driver.transport)
    try {
      driver.reserve(receiveBuffer)
      membership.join(numbers)
    } catch (error) {
      if (!shared) driver.close()
      throw error
    }
    const events = new EventQueue<M>(this.#protocol, driver, numbers, () => {
      // Refers to `this`, so that the connection is not garbage-collected while the monitor is open.
      this.#sockets.monitors.delete(events.close)
      if (shared) membership.leave(numbers)
      else driver.close()
    })
    this.#sockets.monitors.add(events.close)
    return new Monitor(events, driver)
  }

  /** Requests and dumps in flight keep the process alive, which is the default. */
  ref(): this {
    this.#sockets.hold(true)
    return this
  }

  /** Requests and dumps in flight do not keep the process alive. Monitors have a method `unref` of their own. */
  unref(): this {
    this.#sockets.hold(false)
    return this
  }

  /** Closes all sockets. Requests in flight end with `ECANCELED`. A second call does nothing. */
  close(): void {
    forgotten.unregister(this.#sockets.close)
    this.#sockets.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #request(name: string, value: unknown, options: RequestOptions & WaitOptions): PreparedRequest {
    this.#sockets.checkOpen()
    const { flags, wait } = splitOptions(name, options)
    return { task: request(this.#context, this.#sockets.driver, name, value, flags), wait }
  }

  #limit(options: WaitOptions): Timeout {
    if (options === none) return this.#timeout
    const { timeout = this.#timeout.timeout, signal } = validateWaitOptions(options)
    return { timeout, signal }
  }

  /** Checks the arguments of a dump. The stack of an error begins where `caller` was called. */
  #dump(
    name: string,
    filter: unknown,
    options: WaitOptions & DumpFlags,
    validate: typeof validateWaitOptions,
    caller: (...args: never[]) => unknown,
  ): DumpSpec {
    try {
      this.#sockets.checkOpen()
      checkIsGet(this.#protocol, name)
      const message = this.#protocol.byName(name)
      const { flags, wait } = splitDumpOptions(message, options)
      const limit = this.#limit(validate(wait))
      const { resets } = message
      const attempts = this.#dumpAttempts
      return { ...this.#context, ...limit, pool: this.#sockets.pool, name, filter, flags, resets, attempts }
    } catch (error) {
      throw atCaller(error, caller)
    }
  }
}

interface PreparedRequest {
  readonly task: Task<unknown[]>
  readonly wait: WaitOptions
}

/** Returns the protocol of a family, with the number and the groups that the kernel assigned. */
function resolvedFamily<M extends Messages>(
  family: GenericFamily<M>,
  { familyId, mcastGroups = [] }: CtrlAttrs,
): Protocol<M> {
  if (familyId === undefined) throw new DecodeError(`expected the number of ${family.name}, got a reply without it`)
  const groups = Object.fromEntries(mcastGroups.map(({ name, id }) => [name, id]))
  return { ...family.protocol(familyId), groups } as Protocol<M>
}
