import { constants } from 'node:os'
import { ArgumentError } from '../codec/error.js'
import { SystemError } from '../socket/error.js'
import type { Readiness } from '../socket/libc.js'
import type { Datagram, SocketFactory, SocketOptions, Transport } from '../socket/transport.js'
import { ReceiveQueue } from './receive-queue.js'

/** A socket of the tested program, as the peer sees it. */
export interface PeerSocket {
  readonly protocol: number
  readonly port: number
  readonly strict: boolean
  readonly queue: ReceiveQueue
  /** The multicast groups that it has joined. */
  readonly groups: ReadonlySet<number>
  /** Size of its receive buffer, in bytes. */
  readonly receiveBuffer: number
}

/** The behavior of a peer: a mock kernel, a script or a replay. */
export interface PeerBehavior {
  /** Handles a datagram from the program. Puts the answers into the queue of the socket. */
  send(socket: PeerSocket, datagram: Buffer): void
  /** Called for a new socket. @throws if the peer does not support its protocol */
  opened?(socket: PeerSocket): void
  /** Returns true if the peer has this multicast group. Default: it has every group. */
  hasGroup?(socket: PeerSocket, group: number): boolean
  /** Called after a socket has joined a group. */
  joined?(socket: PeerSocket): void
}

/** Default size of the receive buffer, in bytes: the usual net.core.rmem_default. */
const RECEIVE_BUFFER = 212_992

/** A socket factory that replaces the kernel. A {@link PeerBehavior} answers what its sockets send. */
export class MockPeer implements SocketFactory {
  readonly #behavior: PeerBehavior
  readonly #sockets = new Set<MockSocket>()
  #lastPort = 0

  constructor(behavior: PeerBehavior) {
    this.#behavior = behavior
  }

  /** The open sockets, oldest first. */
  get sockets(): ReadonlySet<PeerSocket> {
    return this.#sockets
  }

  readonly open = (protocol: number, options: SocketOptions): Transport => {
    const port = ++this.#lastPort
    const strict = options.strict !== false
    const socket = new MockSocket(protocol, port, strict, this.#behavior, () => this.#sockets.delete(socket))
    this.#behavior.opened?.(socket)
    this.#sockets.add(socket)
    return socket
  }
}

class MockSocket implements Transport, PeerSocket {
  readonly protocol: number
  readonly port: number
  readonly strict: boolean
  readonly queue = new ReceiveQueue()
  readonly groups = new Set<number>()
  receiveBuffer = RECEIVE_BUFFER
  readonly #behavior: PeerBehavior
  readonly #onClose: () => void
  #isOpen = true

  constructor(protocol: number, port: number, strict: boolean, behavior: PeerBehavior, onClose: () => void) {
    this.protocol = protocol
    this.port = port
    this.strict = strict
    this.#behavior = behavior
    this.#onClose = onClose
  }

  send(datagram: Uint8Array): void {
    this.#checkOpen()
    this.#behavior.send(this, Buffer.from(datagram))
  }

  receive(): Datagram | undefined {
    this.#checkOpen()
    return this.queue.receive()
  }

  wait(timeout: number): boolean {
    this.#checkOpen()
    return this.queue.wait(timeout)
  }

  watch(onReadable: () => void): Readiness {
    this.#checkOpen()
    return this.queue.watch(onReadable)
  }

  join(group: number): void {
    this.#checkOpen()
    if (this.#behavior.hasGroup?.(this, group) === false)
      throw new SystemError('setsockopt', constants.errno.EINVAL, `NETLINK_ADD_MEMBERSHIP of ${group}`)
    this.groups.add(group)
    this.#behavior.joined?.(this)
  }

  leave(group: number): void {
    this.#checkOpen()
    this.groups.delete(group)
  }

  reserve(bytes: number): number {
    this.#checkOpen()
    this.receiveBuffer = bytes
    return bytes
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.queue.clear()
    this.#onClose()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw new ArgumentError('expected an open netlink socket, got one that was closed')
  }
}
