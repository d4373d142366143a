import { ArgumentError } from '../codec/error.js'
import type { Declaration } from '../codec/index.js'
import { GENL_ID_CTRL, nlctrl } from '../generic/control.js'
import { type GenericFamily, NETLINK_GENERIC } from '../generic/family.js'
import type { FlagsOf, Messages, Protocol, ReplyOf, RequestOf } from '../message/index.js'
import type { RTNLGRP } from '../route/groups.js'
import { rtnetlink } from '../route/rtnetlink.js'
import { forgotten } from '../socket/forgotten.js'
import { Batch } from './batch.js'
import { atCaller, calledBy } from './caller.js'
import { ConnectionSockets, socketsOf } from './connection-sockets.js'
import { checkIsGet, collectSync, type DumpSpec, stream, streamSync } from './dump.js'
import { type DumpFlags, none, type RequestOptions, splitDumpOptions, splitOptions } from './flags.js'
import type { Monitor } from './monitor.js'
import { openMonitor } from './open-monitor.js'
import {
  type BatchOptions,
  type ConnectionOptions,
  checkReply,
  type MonitorOptions,
  type TimeoutOptions,
  validateConnectionOptions,
  validateTimeoutOptions,
  validateWaitOptions,
  type WaitOptions,
} from './options.js'
import { type RequestContext, request, SequenceNumbers } from './request.js'
import { resolvedFamily, withFamily } from './resolved-family.js'
import { type Dump, Snapshot } from './snapshot.js'
import type { Timeout } from './socket-driver.js'
import type { Stream } from './stream.js'
import { runTask, runTaskSync, type Task } from './task.js'

/** Default number of attempts at a dump that changes interrupt. */
const DUMP_ATTEMPTS = 10

/** A multicast group of NETLINK_ROUTE: RTNLGRP_* without the prefix. */
export type RouteGroup = Exclude<keyof typeof RTNLGRP.values, 'NONE'>

/**
 * Requests, dumps and notifications of one netlink protocol. Methods with the suffix `Sync` block the thread. The others are
 * asynchronous.
 * The caller must close the connection. As a safety net, a connection that is garbage-collected closes its sockets, unless a
 * request, a dump or a monitor is active. Requests and dumps keep the process alive until they end, monitors until they are
 * closed.
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
    this.#context = { protocol, sequence: new SequenceNumbers(), owner: this }
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

  /** Opens a NETLINK_ROUTE connection. @throws {SystemError} if the socket or the namespace cannot be opened */
  static open(options: ConnectionOptions = {}): Connection<typeof rtnetlink.messages, RouteGroup> {
    return calledBy(
      Connection.open,
      () => Connection.openProtocol(rtnetlink, options) as Connection<typeof rtnetlink.messages, RouteGroup>,
    )
  }

  /** Opens a connection for any declared protocol. @throws {SystemError} if the socket or the namespace cannot be opened */
  static openProtocol<M extends Messages, G extends string>(
    protocol: Protocol<M, G>,
    options: ConnectionOptions = {},
  ): Connection<M, G> {
    return calledBy(Connection.openProtocol, () => {
      const valid = validateConnectionOptions(options)
      return Connection.#owning(protocol, socketsOf(protocol, valid), valid)
    })
  }

  /**
   * Opens a connection for a generic netlink family. Requests the numbers of the family and of its groups from the kernel.
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
      throw withFamily(error, family.name)
    }
  }

  /** True if the kernel rejects invalid or unknown fields in requests (NETLINK_GET_STRICT_CHK). */
  get strict(): boolean {
    return this.#sockets.driver.transport.strict
  }

  /** Port id of the socket that sends requests. */
  get port(): number {
    return this.#sockets.driver.transport.port
  }

  /**
   * Sends one request, and returns its replies: one for a get, none for a change. With `echo`, a change returns the changed
   * object.
   * @throws {NetlinkError} if the kernel refuses it
   * @throws {EncodeError} (a TypeError) if the request cannot be encoded. Nothing was sent.
   * @throws {DecodeError} if a reply cannot be decoded
   * @throws {SystemError} if sending or receiving fails, e.g. `ETIMEDOUT`, `ENOBUFS`. `EMSGSIZE` of `recvfrom` means that the
   * request took effect but its reply was too large for the buffer. That happens only with `echo` and for a get that resets
   * counters. Any other get is repeated.
   */
  requestSync<N extends string & keyof M>(
    name: N,
    value: RequestOf<M, N>,
    options?: RequestOptions<FlagsOf<M, N>> & TimeoutOptions,
  ): ReplyOf<M, N>[]
  /** Decodes the replies with `reply`, e.g. with a declaration of only the attributes that are needed: see `picked`. */
  requestSync<N extends string & keyof M, R>(
    name: N,
    value: RequestOf<M, N>,
    options: (RequestOptions<FlagsOf<M, N>> & TimeoutOptions) | undefined,
    reply: Declaration<R>,
  ): R[]
  requestSync(
    name: string,
    value: unknown,
    options: RequestOptions & WaitOptions = none,
    reply?: Declaration<unknown>,
  ): unknown[] {
    try {
      const { task, wait } = this.#request(name, value, options, reply)
      if (wait.signal !== undefined)
        throw new ArgumentError(`${name}: expected no signal where nothing else runs, got one`)
      return runTaskSync(task, this.#limit(wait).timeout)
    } catch (error) {
      throw atCaller(error, this.requestSync)
    }
  }

  /**
   * Does the same as {@link requestSync} asynchronously. Sends the request before it returns. Several requests can be in
   * flight.
   * @throws the signal's abort reason. The kernel may have processed the request.
   */
  request<N extends string & keyof M>(
    name: N,
    value: RequestOf<M, N>,
    options?: RequestOptions<FlagsOf<M, N>> & WaitOptions,
  ): Promise<ReplyOf<M, N>[]>
  /** Decodes the replies with `reply`, as {@link requestSync} does. */
  request<N extends string & keyof M, R>(
    name: N,
    value: RequestOf<M, N>,
    options: (RequestOptions<FlagsOf<M, N>> & WaitOptions) | undefined,
    reply: Declaration<R>,
  ): Promise<R[]>
  async request(
    name: string,
    value: unknown,
    options: RequestOptions & WaitOptions = none,
    reply?: Declaration<unknown>,
  ): Promise<unknown[]> {
    try {
      const { task, wait } = this.#request(name, value, options, reply)
      return await runTask(task, this.#limit(wait))
    } catch (error) {
      throw atCaller(error, this.request)
    }
  }

  /**
   * Returns all objects, or those that match `filter` in the kernel. Repeats a dump that changes interrupt, unless it resets
   * what it reads.
   * The kernel silently omits an object that is larger than its buffer of 32 KiB (e.g. a route with 2,000 next hops). Links
   * of any size are returned with `attrs.extMask`, e.g. RTEXT_FILTER.SKIP_STATS.
   * @throws {DumpInterruptedError} if all attempts were interrupted. It contains the objects of the last attempt.
   * @throws the errors of {@link requestSync}
   */
  dumpSync<N extends string & keyof M>(
    name: N,
    filter?: RequestOf<M, N>,
    options?: TimeoutOptions & DumpFlags,
  ): ReplyOf<M, N>[]
  /** Decodes the objects with `reply`, as {@link requestSync} does. */
  dumpSync<N extends string & keyof M, R>(
    name: N,
    filter: RequestOf<M, N> | undefined,
    options: (TimeoutOptions & DumpFlags) | undefined,
    reply: Declaration<R>,
  ): R[]
  dumpSync(
    name: string,
    filter?: unknown,
    options: TimeoutOptions & DumpFlags = none,
    reply?: Declaration<unknown>,
  ): unknown[] {
    try {
      return collectSync(this.#dump(name, filter, options, validateTimeoutOptions, this.dumpSync, reply))
    } catch (error) {
      throw atCaller(error, this.dumpSync)
    }
  }

  /**
   * Does the same as {@link dumpSync} asynchronously. Call `toArray()` or iterate with `for await`. Both return a consistent
   * snapshot. Several dumps can be in flight, each on its own socket.
   */
  dump<N extends string & keyof M>(
    name: N,
    filter?: RequestOf<M, N>,
    options?: WaitOptions & DumpFlags,
  ): Dump<ReplyOf<M, N>>
  /** Decodes the objects with `reply`, as {@link requestSync} does. */
  dump<N extends string & keyof M, R>(
    name: N,
    filter: RequestOf<M, N> | undefined,
    options: (WaitOptions & DumpFlags) | undefined,
    reply: Declaration<R>,
  ): Dump<R>
  dump(
    name: string,
    filter?: unknown,
    options: WaitOptions & DumpFlags = none,
    reply?: Declaration<unknown>,
  ): Dump<unknown> {
    return new Snapshot(this.#dump(name, filter, options, validateWaitOptions, this.dump, reply))
  }

  /**
   * Yields the objects of a dump as they are received, in constant memory. If a change interrupts the dump, an error is
   * thrown after the last object, when the objects were already yielded. Iterate to the end or use `break`, which releases
   * the socket.
   * @throws {DumpInterruptedError} after the last object, if a change interrupted the dump
   */
  streamSync<N extends string & keyof M>(
    name: N,
    filter?: RequestOf<M, N>,
    options: TimeoutOptions & DumpFlags = {},
  ): Generator<ReplyOf<M, N>, void, undefined> {
    return streamSync(this.#dump(name, filter, options, validateTimeoutOptions, this.streamSync))
  }

  /** Does the same as {@link streamSync} asynchronously. */
  stream<N extends string & keyof M>(
    name: N,
    filter?: RequestOf<M, N>,
    options: WaitOptions & DumpFlags = {},
  ): Stream<ReplyOf<M, N>> {
    return stream(this.#dump(name, filter, options, validateWaitOptions, this.stream))
  }

  /** Creates an empty batch, which sends many requests in few system calls. */
  batch(options: BatchOptions = {}): Batch<M> {
    return calledBy(this.batch, () => {
      this.#sockets.checkOpen()
      return new Batch<M>(this.#context, this.#sockets.driver, this.#timeout.timeout, options)
    })
  }

  /**
   * Receives the messages that the kernel sends to multicast groups, beginning with this call.
   * @throws {SystemError} `EINVAL` if the kernel has no such group
   * @throws {TypeError} if the protocol declares no such group
   */
  monitor(groups: readonly G[], options: MonitorOptions = {}): Monitor<M> {
    // This function refers to `this`, which keeps the connection from being garbage-collected while the monitor is open.
    const forget = (close: () => void) => this.#sockets.monitors.delete(close)
    return calledBy(this.monitor, () => openMonitor(this.#protocol, this.#sockets, groups, options, forget))
  }

  /** Makes requests and dumps in flight keep the process alive. This is the default. */
  ref(): this {
    this.#sockets.hold(true)
    return this
  }

  /** Lets the process end while requests and dumps are in flight. Monitors have their own `unref`. */
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

  #request(
    name: string,
    value: unknown,
    options: RequestOptions & WaitOptions,
    reply: Declaration<unknown> | undefined,
  ): PreparedRequest {
    this.#sockets.checkOpen()
    checkReply(name, reply)
    const { flags, wait } = splitOptions(name, options)
    return { task: request(this.#context, this.#sockets.driver, name, value, flags, reply), wait }
  }

  #limit(options: WaitOptions): Timeout {
    if (options === none) return this.#timeout
    const { timeout = this.#timeout.timeout, signal } = validateWaitOptions(options)
    return { timeout, signal }
  }

  /** Checks the arguments of a dump. The stack of an error begins where `caller` was called. */
  #dump(
    name: string,
    filter: unknown = {},
    options: WaitOptions & DumpFlags,
    validate: typeof validateWaitOptions,
    caller: (...args: never[]) => unknown,
    reply?: Declaration<unknown>,
  ): DumpSpec {
    try {
      this.#sockets.checkOpen()
      checkIsGet(this.#protocol, name)
      checkReply(name, reply)
      const message = this.#protocol.byName(name)
      const { flags, wait } = splitDumpOptions(message, options)
      const limit = this.#limit(validate(wait))
      const { resets } = message
      const attempts = this.#dumpAttempts
      return { ...this.#context, ...limit, pool: this.#sockets.pool, name, filter, flags, resets, attempts, reply }
    } catch (error) {
      throw atCaller(error, caller)
    }
  }
}

interface PreparedRequest {
  readonly task: Task<unknown[]>
  readonly wait: WaitOptions
}
