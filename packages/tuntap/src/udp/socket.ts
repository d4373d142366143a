import { encode, i32 } from '@netloom/netlink/codec'
import { check, getOption, libc, SOL_SOCKET } from '@netloom/netlink/socket'
import { type BatchOptions, checkReadOptions, type ReadOptions } from '../io/read-options.js'
import { IP, IPV6, SK_MEMINFO_DROPS, SK_MEMINFO_VARS, SO, SOL_IP, SOL_IPV6 } from './abi.js'
import type { UdpAddress } from './address.js'
import { ErrorQueue } from './error-queue.js'
import type { UdpHandle } from './handle.js'
import { MessageBatchIterator, MessageIterator, MessageListener } from './iterators.js'
import type { UdpBatchMethod } from './message-table.js'
import { openUdp } from './open.js'
import type { UdpOptions } from './options.js'
import type { OutgoingMessage } from './outgoing.js'
import type { ReceivedMessage } from './received.js'
import { Receiver } from './receiver.js'
import { SendQueue } from './send-queue.js'
import { Sender, type SendReport } from './sender.js'

/** SO_SNDBUF and SO_RCVBUF, asm-generic/socket.h */
const SO_SNDBUF = 7
const SO_RCVBUF = 8

/**
 * A UDP socket that sends and receives batches, for tunnels. The kernel segments and joins datagrams if it can. The caller that opens it
 * closes it; otherwise it is closed when it is garbage-collected, or when its thread ends.
 *
 * ```ts
 * const socket = UdpSocket.open({ local: { address: '127.0.0.1' }, remote: { address: '127.0.0.1', port: 5555 } })
 * socket.sendBatch([Buffer.from('a datagram'), { data: Buffer.alloc(14_000), segmentSize: 1400 }])
 * socket.close()
 * ```
 */
export class UdpSocket implements Disposable, AsyncDisposable {
  readonly #handle: UdpHandle
  readonly #errors: ErrorQueue
  readonly #receiver: Receiver
  readonly #sender: Sender
  readonly #queue: SendQueue

  private constructor(handle: UdpHandle, options: UdpOptions) {
    this.#handle = handle
    this.#errors = new ErrorQueue(options.onError)
    this.#receiver = new Receiver(handle, this.#errors)
    this.#sender = new Sender(handle, this.#errors, options.v6only === true)
    this.#queue = new SendQueue(handle, this.#sender)
  }

  /**
   * Opens a socket.
   * @throws {SystemError} with the name of the system call: `EADDRINUSE` if the local address is taken, `EADDRNOTAVAIL` if the namespace does
   * not have it, `ENETUNREACH` if there is no route to the remote address, `EPERM` if an option requires a capability
   * @throws {TypeError} if an option is unknown or invalid
   */
  static open(options: UdpOptions): UdpSocket {
    return new UdpSocket(openUdp(options), options)
  }

  /** Nonblocking descriptor. Do not close it. It stays open as long as this object is referenced. */
  get fd(): number {
    return this.#handle.fd
  }

  /** The address of the socket when it was opened. */
  get local(): UdpAddress {
    return this.#handle.local
  }

  /** The default destination; undefined if there is none. */
  get remote(): UdpAddress | undefined {
    return this.#handle.remote
  }

  /** True if the kernel segments messages (UDP_SEGMENT). Becomes false after a device has refused to. */
  get gso(): boolean {
    return this.#handle.gso
  }

  /** True if the kernel joins datagrams (UDP_GRO). */
  get gro(): boolean {
    return this.#handle.gro
  }

  /** Method by which this process sends and receives batches. */
  get batchMethod(): UdpBatchMethod {
    return this.#receiver.method === 'single' ? 'single' : this.#sender.method
  }

  /** Number of datagrams that the kernel dropped because the receive buffer was full, or their checksum was wrong (SO_MEMINFO). */
  get dropped(): number {
    const values = Buffer.alloc(SK_MEMINFO_VARS * 4)
    const length = encode(i32, values.length)
    check('getsockopt', libc.getsockopt(this.#handle.openFd(), SOL_SOCKET, SO.MEMINFO, values, length), 'SO_MEMINFO')
    return values.readUInt32LE(SK_MEMINFO_DROPS * 4)
  }

  /** Number of ICMP messages about sent datagrams so far: see `onError`. */
  get errorCount(): number {
    return this.#errors.count
  }

  /** Size of the buffer for unread datagrams, in bytes (SO_RCVBUF). */
  get receiveBuffer(): number {
    return getOption(this.#handle.openFd(), SOL_SOCKET, SO_RCVBUF)
  }

  /** Size of the buffer for unsent datagrams, in bytes (SO_SNDBUF). */
  get sendBuffer(): number {
    return getOption(this.#handle.openFd(), SOL_SOCKET, SO_SNDBUF)
  }

  /** MTU of the path to the remote address, as far as it is known (IP_MTU, IPV6_MTU). @throws {SystemError} `ENOTCONN` without one */
  get pathMtu(): number {
    const fd = this.#handle.openFd()
    return this.#handle.isIPv6 ? getOption(fd, SOL_IPV6, IPV6.MTU) : getOption(fd, SOL_IP, IP.MTU)
  }

  /**
   * Sends a message without waiting. Returns false if the send buffer is full. Then nothing was sent, except for the first datagrams of a
   * message that the library segments: use {@link sendBatch} to continue it.
   * @throws {UdpError} if the kernel refused it: `EMSGSIZE` with the MTU, `ENETUNREACH`, `EPERM` of a firewall, …
   * @throws {DatagramError} if a value does not fit
   * @throws {TypeError} if a value has the wrong type, or the socket was closed
   */
  send(message: Uint8Array | OutgoingMessage): boolean {
    const { sent, refused } = this.sendBatch([message])
    if (refused[0]) throw refused[0].error
    return sent === 1
  }

  /**
   * Sends messages in order, without waiting. Does not throw if the kernel refuses some: the result lists them. If the send buffer is full,
   * continue later from `next` and `offset` of the result, or let {@link sendAll} wait.
   * @param from Index of the first message to send.
   * @param offset Bytes of that message that were sent already.
   * @throws {DatagramError} if a value does not fit; nothing was sent
   * @throws {TypeError} if a value has the wrong type, or the socket was closed; nothing was sent
   */
  sendBatch(messages: readonly (Uint8Array | OutgoingMessage)[], from = 0, offset = 0): SendReport {
    this.#sender.check(messages, from, offset)
    return this.#sender.send(messages, from, offset)
  }

  /**
   * Sends messages in order, and waits while the send buffer is full. Several calls send one after another. The messages must not be changed
   * before the promise is settled.
   * @throws {DatagramError} if a value does not fit; nothing was sent
   * @throws {TypeError} if a value has the wrong type, or the socket was closed; in this case, some messages may have been sent
   * @throws the reason of the aborted signal; some messages may have been sent
   */
  async sendAll(messages: readonly (Uint8Array | OutgoingMessage)[], options: ReadOptions = {}): Promise<SendReport> {
    checkReadOptions(options)
    this.#sender.check(messages, 0, 0)
    return this.#queue.send(messages, options.signal)
  }

  /**
   * Returns a copy of the next message, or undefined if none arrives within `timeout` milliseconds. Blocks the thread; 0, the default, does not
   * wait.
   * @throws {TypeError} if the timeout is invalid, another reader is active, or the socket was closed
   */
  receive(timeout = 0): ReceivedMessage | undefined {
    return this.#receiver.receiveOne(timeout)
  }

  /**
   * Returns the messages that are ready, at most 64; an empty array if there is none. Never waits. The messages are valid until the next call.
   * @throws {TypeError} if another reader is active, or the socket was closed
   */
  receiveBatch(): ReceivedMessage[] {
    return this.#receiver.receiveBatch()
  }

  /** Receives messages: `for await (const message of socket)`. See {@link messages}. */
  [Symbol.asyncIterator](): MessageIterator {
    return this.messages()
  }

  /**
   * Receives messages one after another. The receiver may keep them. Ends when the socket is closed. While it is not ended, all other ways
   * of receiving throw a TypeError.
   * @throws {TypeError} if an option is unknown or invalid; from `next()`, if another reader is active, or the socket was closed
   */
  messages(options: ReadOptions = {}): MessageIterator {
    return new MessageIterator(this.#receiver, 'messages()', options)
  }

  /** Receives batches of messages. Those of a batch are valid until the next one is requested. Ends and throws like {@link messages}. */
  batches(options: BatchOptions = {}): MessageBatchIterator {
    return new MessageBatchIterator(this.#receiver, 'batches()', options)
  }

  /**
   * Calls a function with each batch of messages. They are valid until the function returns. Errors reject `done` of the returned object.
   * @throws {TypeError} if an option is unknown or invalid, another reader is active, or the socket was closed
   */
  start(onBatch: (messages: ReceivedMessage[]) => void, options: ReadOptions = {}): MessageListener {
    return new MessageListener(this.#receiver, onBatch, options)
  }

  /** Lets a waiting reader or sender keep the process alive, which is the default. */
  ref(): this {
    this.#receiver.ref()
    this.#queue.ref()
    return this
  }

  /** Lets the process end although a reader or sender waits. */
  unref(): this {
    this.#receiver.unref()
    this.#queue.unref()
    return this
  }

  /** Closes the socket. Readers end, and waiting senders fail. Further calls have no effect. */
  close(): void {
    this.#handle.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }
}
