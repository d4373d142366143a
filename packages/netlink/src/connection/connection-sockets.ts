import type { Recorder } from '../capture/recorder.js'
import { ArgumentError } from '../codec/error.js'
import { SystemError } from '../socket/error.js'
import type { SocketFactory, SocketOptions, Transport } from '../socket/transport.js'
import { debugObserver } from './debug.js'
import { GroupMembership } from './group-membership.js'
import { ObservedSocket, type Observer } from './observed-socket.js'
import type { ConnectionOptions } from './options.js'
import { socketFactoryOf } from './recorded.js'
import { cancelled, SocketDriver } from './socket-driver.js'
import { SocketPool } from './socket-pool.js'

/** Maximum number of sockets for asynchronous dumps, unless `dumpSockets` is given. */
const DUMP_SOCKETS = 4

/**
 * The sockets of a connection. This object must not refer to the connection, so that an unused connection can be
 * garbage-collected, which closes the sockets.
 */
export class ConnectionSockets {
  /** The socket for requests. */
  readonly driver: SocketDriver
  /** The groups that the socket for requests has joined, for monitors with `shared`. */
  readonly membership: GroupMembership
  /** The sockets for dumps. */
  readonly pool: SocketPool
  /** Functions that close the open monitors. */
  readonly monitors = new Set<() => void>()
  readonly #protocol: number
  readonly #options: ConnectionOptions
  readonly #socketFactory: SocketFactory
  readonly #recorder: Recorder | undefined
  /** Prints the messages of all sockets, which share the known generic netlink families. */
  readonly #debug: Observer | undefined
  #holdsProcess = true
  #isClosed = false

  /** Opens the first socket. @throws {SystemError} if the socket, the namespace or the capture file cannot be opened */
  constructor(protocol: number, options: ConnectionOptions) {
    const { socketFactory, recorder } = socketFactoryOf(options)
    this.#protocol = protocol
    this.#options = options
    this.#socketFactory = socketFactory
    this.#recorder = recorder
    this.#debug = debugObserver(protocol)
    try {
      this.driver = new SocketDriver(this.open())
    } catch (error) {
      recorder?.close()
      throw error
    }
    this.membership = new GroupMembership(this.driver.transport)
    this.pool = new SocketPool(options.dumpSockets ?? DUMP_SOCKETS, () => this.#openForDump())
  }

  /**
   * Opens another socket in the same namespace.
   * @throws {SystemError} if that fails
   * @throws {TypeError} if the connection is closed
   */
  open(options: SocketOptions = {}): Transport {
    this.checkOpen()
    const { strict, sendBuffer } = this.#options
    const socket = this.#socketFactory.open(this.#protocol, { strict, sendBuffer, ...options })
    return this.#debug === undefined ? socket : new ObservedSocket(socket, this.#debug)
  }

  /** @throws {TypeError} if the connection is closed */
  checkOpen(): void {
    if (this.#isClosed) throw new ArgumentError('expected an open netlink socket, got one that was closed')
  }

  /** Sets whether requests and dumps in flight keep the process alive. */
  hold(holds: boolean): void {
    for (const driver of [this.driver, ...this.pool.drivers()]) holds ? driver.ref() : driver.unref()
    this.#holdsProcess = holds
  }

  /** Closes all sockets. Requests in flight end with `ECANCELED`. A second call does nothing. */
  readonly close = (): void => {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const closeMonitor of [...this.monitors]) closeMonitor()
    this.pool.close()
    this.driver.close()
    this.#recorder?.close()
  }

  #openForDump(): SocketDriver {
    if (this.#isClosed) throw cancelled()
    const driver = new SocketDriver(this.open())
    if (!this.#holdsProcess) driver.unref()
    return driver
  }
}

/** Opens the sockets of a protocol. @throws {SystemError} naming the protocol if the kernel does not have it */
export function socketsOf(
  { name, number }: { name: string; number: number },
  options: ConnectionOptions,
): ConnectionSockets {
  try {
    return new ConnectionSockets(number, options)
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== 'EPROTONOSUPPORT') throw error
    const detail = `AF_NETLINK, protocol ${number}: the kernel has no ${name}, or its module is not loaded`
    throw new SystemError(error.syscall, error.errno, detail)
  }
}
