import type { Readiness } from './libc.js'

/** A received datagram, in a buffer of its own that is never written to again. */
export interface Datagram {
  readonly bytes: Buffer
  /** The multicast group that it was sent to; 0 for an answer to this socket. */
  readonly group: number
  /** The id of the namespace that it came from, in this socket's namespace; undefined for its own. */
  readonly nsid: number | undefined
  /** The port id of the process that sent it; undefined for the kernel. */
  readonly sender?: number | undefined
}

/** Stands for a datagram of another process that was ignored. It contains no message. */
export const IGNORED: Datagram = { bytes: Buffer.alloc(0), group: 0, nsid: undefined }

/** A netlink socket: sends and receives whole datagrams of one protocol. Only `wait` blocks. */
export interface Transport extends Disposable {
  /** The port id, which the kernel chooses. Replies carry it. */
  readonly port: number
  /** False if `strict` was false, or before Linux 4.20, which has no NETLINK_GET_STRICT_CHK. */
  readonly strict: boolean
  /** @throws {SystemError} `EMSGSIZE` if the datagram is longer than the send buffer allows */
  send(datagram: Uint8Array): void
  /**
   * Returns the next datagram, or undefined if there is none yet. Returns {@link IGNORED} for one of another process that is
   * not accepted, so that a caller can limit the number of datagrams that it reads.
   * @throws {SystemError} `ENOBUFS` if datagrams were lost, which the kernel reports before those that it had queued by then.
   * `EMSGSIZE` if this one was larger than the buffer; the buffer has grown, so that the next attempt succeeds.
   */
  receive(): Datagram | undefined
  /** Blocks the thread until a datagram can be received. Returns false after `timeout` milliseconds; Infinity for no limit. */
  wait(timeout: number): boolean
  /** Calls back when a datagram can be received. There is at most one watch at a time. */
  watch(onReadable: () => void): Readiness
  /** Joins a multicast group. @throws {SystemError} `EINVAL` if the kernel has no such group */
  join(group: number): void
  leave(group: number): void
  /** Sets the size of the buffer for unread datagrams, in bytes. Returns the size that the kernel granted. */
  reserve(bytes: number): number
  close(): void
}

/** Options of a socket. */
export interface SocketOptions {
  /** Have the kernel refuse requests with invalid or unknown fields (NETLINK_GET_STRICT_CHK). Default: true. */
  readonly strict?: boolean | undefined
  /** Receive notifications of all namespaces that this one has ids for (NETLINK_LISTEN_ALL_NSID). */
  readonly allNsid?: boolean | undefined
  /** Receive what other processes send to a group of this socket. */
  readonly processes?: boolean | undefined
  /** Length of the longest datagram to send, in bytes. By default, the send buffer grows to what a datagram needs. */
  readonly sendBuffer?: number | undefined
}

/** Opens sockets, all of them in one network namespace. */
export interface SocketFactory {
  /** @throws {SystemError} if the socket or the namespace cannot be opened */
  open(protocol: number, options: SocketOptions): Transport
}
