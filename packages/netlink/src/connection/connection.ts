import { isPlainObject } from '../codec/error.js'
import { compile, DecodeError, EncodeError } from '../codec/index.js'
import { output, written } from '../codec/output.js'
import {
  DumpInterruptedError,
  type Frame,
  frames,
  type Messages,
  NLM_F,
  NLM_F_DUMP,
  type Protocol,
  type ReplyOf,
  type RequestOf,
  writeFrame,
} from '../core/index.js'
import { GENL_ID_CTRL, nlctrl } from '../generic/control.js'
import { type GenericFamily, NETLINK_GENERIC } from '../generic/family.js'
import { rtnetlink } from '../route/index.js'
import { SystemError } from '../socket/error.js'
import { openTransport, type Transport } from '../socket/transport.js'
import { type Exchange, type Expected, exchange } from './exchange.js'
import { type ConnectionOptions, expectOptions, nlmFlags, type RequestOptions } from './options.js'

/**
 * A netlink socket and the exchanges over it. Calls are synchronous and one at a time. Whoever opens it, closes it.
 *
 * ```ts
 * const netlink = Connection.open({ netns: '/run/netns/blue' })
 * const [link] = netlink.requestSync('RTM_GETLINK', { attrs: { ifname: 'eth0' } })
 * netlink.close()
 * ```
 */
export class Connection<M extends Messages = typeof rtnetlink.messages> implements Disposable {
  readonly #protocol: Protocol<M>
  readonly #transport: Transport
  readonly #timeout: number | undefined
  readonly #dumpAttempts: number
  #seq = 0

  private constructor(protocol: Protocol<M>, transport: Transport, { timeout, dumpAttempts = 10 }: ConnectionOptions) {
    this.#protocol = protocol
    this.#transport = transport
    this.#timeout = timeout
    this.#dumpAttempts = dumpAttempts
  }

  /** Opens a connection of NETLINK_ROUTE. @throws {SystemError} where socket or namespace cannot be had */
  static open(options: ConnectionOptions = {}): Connection {
    return Connection.openProtocol(rtnetlink, options)
  }

  /** Opens a connection of any declared protocol. @throws {SystemError} where socket or namespace cannot be had */
  static openProtocol<M extends Messages>(protocol: Protocol<M>, options: ConnectionOptions = {}): Connection<M> {
    expectOptions(options)
    return new Connection(protocol, openTransport(protocol.number, options), options)
  }

  /**
   * Opens a connection of a family of generic netlink, whose number the kernel is asked for by its name.
   * @throws {NetlinkError} `ENOENT` where the kernel has no such family
   * @throws {SystemError} where socket or namespace cannot be had
   */
  static openGeneric<M extends Messages>(family: GenericFamily<M>, options: ConnectionOptions = {}): Connection<M> {
    expectOptions(options)
    const transport = openTransport(NETLINK_GENERIC, options)
    try {
      const control = new Connection(nlctrl.protocol(GENL_ID_CTRL), transport, options)
      const [found] = control.requestSync('CTRL_CMD_GETFAMILY', { attrs: { familyName: family.name } })
      const id = found?.attrs.familyId
      if (id === undefined) throw new DecodeError(`expected the number of ${family.name}, got a reply without it`)
      return new Connection(family.protocol(id), transport, options)
    } catch (error) {
      transport.close()
      throw error
    }
  }

  /** Whether the kernel checks requests to the letter (NETLINK_GET_STRICT_CHK). */
  get strict(): boolean {
    return this.#transport.strict
  }

  /** The port id of the socket. */
  get port(): number {
    return this.#transport.port
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
    request: RequestOf<M, N>,
    options: RequestOptions = {},
  ): ReplyOf<M, N>[] {
    const { isGet, isAcked: ack } = this.#protocol.byName(name)
    const run = () => this.#run(name, request, (ack ? NLM_F.ACK : 0) | nlmFlags(name, options), { ack, dump: false })
    return (isGet ? againIfTruncated(run) : run()).replies as ReplyOf<M, N>[]
  }

  /**
   * Dumps all that there is, or what `filter` lets through in the kernel. A dump that changes interrupted is begun again.
   * The kernel leaves out, without a word, single objects that are larger than its buffer of 32 KiB (a route with 2,000 next
   * hops); links of any size come with `attrs.extMask`, as RTEXT_FILTER.SKIP_STATS.
   * @throws {DumpInterruptedError} where that happened too often; it holds what arrived
   * @throws as {@link requestSync} does
   */
  dumpSync<N extends string & keyof M>(name: N, filter: RequestOf<M, N> = {} as RequestOf<M, N>): ReplyOf<M, N>[] {
    // To what is no get, NLM_F_DUMP means something else: to a delete, NLM_F_NONREC and NLM_F_BULK.
    if (!this.#protocol.byName(name).isGet) throw new TypeError(`expected a get to dump, got '${name}'`)
    for (let attempt = 1; ; attempt++) {
      const dump = againIfTruncated(() => this.#run(name, filter, NLM_F_DUMP, { ack: false, dump: true }))
      if (!dump.interrupted) return dump.replies as ReplyOf<M, N>[]
      if (attempt >= this.#dumpAttempts) throw new DumpInterruptedError(name, attempt, dump.replies)
    }
  }

  /** Closes the socket. A second time does nothing. */
  close(): void {
    this.#transport.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #run(name: string, request: unknown, flags: number, kind: Pick<Expected, 'ack' | 'dump'>): Exchange {
    const { type, declaration, header: filledIn } = this.#protocol.byName(name)
    const value = filledIn && isPlainObject(request) ? { ...filledIn, ...request } : request
    const codec = compile(declaration)
    this.#seq = (this.#seq % 0xffffffff) + 1 // 0 is for notifications
    const out = output()
    try {
      const header = { type, flags: NLM_F.REQUEST | flags, seq: this.#seq, pid: this.port }
      declaration.check?.(value)
      writeFrame(out, header, () => codec.encode(out, value))
    } catch (error) {
      throw EncodeError.within(name, error)
    }
    const bytes = written(out)
    const running = exchange({ name, bytes, codec, protocol: this.#protocol, seq: this.#seq, port: this.port, ...kind })
    this.#transport.send(bytes)
    this.#finish(running)
    return running
  }

  #finish(running: Exchange): void {
    for (;;) {
      for (const frame of this.#receive(running)) if (running.accept(frame)) return
    }
  }

  /** The messages of the next datagram. One that was cut off or damaged makes the exchange fail, a dump at its end. */
  *#receive(running: Exchange): Generator<Frame, void, undefined> {
    try {
      yield* frames(this.#transport.receive(running.failure === undefined ? this.#timeout : 0))
    } catch (error) {
      // The kernel goes on with a dump whenever it is read from. With nothing more to read it has ended, and its
      // NLMSG_DONE was in what is lost.
      if (running.failure !== undefined && isSystemError(error, 'ETIMEDOUT')) throw running.failure
      if (!isTruncated(error) && !(error instanceof DecodeError)) throw error
      running.fail(error)
    }
  }
}

const isSystemError = (error: unknown, code: string): error is SystemError =>
  error instanceof SystemError && error.code === code

const isTruncated = (error: unknown) => isSystemError(error, 'EMSGSIZE') && error.syscall === 'recvfrom'

/** What only reads can be asked again, now that the buffer has grown. */
function againIfTruncated(run: () => Exchange): Exchange {
  for (;;) {
    try {
      return run()
    } catch (error) {
      if (!isTruncated(error)) throw error
    }
  }
}
