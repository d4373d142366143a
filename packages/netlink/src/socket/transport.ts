import type { Readiness } from './libc.js'

/** A received datagram. Its buffer is never reused. */
export interface Datagram {
  readonly bytes: Buffer
  /** The multicast group to which it was sent; 0 for a datagram to this socket only. */
  readonly group: number
  /** Id of the namespace from which it comes; undefined for the socket's own namespace. */
  readonly nsid: number | undefined
  /** Port id of the process that sent it; undefined for the kernel. */
  readonly sender?: number | undefined
}

/** Returned by {@link Transport.receive} for an ignored datagram of another process. It contains no message. */
export const IGNORED: Datagram = { bytes: Buffer.alloc(0), group: 0, nsid: undefined }

/** A netlink socket. Sends and receives whole datagrams of one protocol. Only `wait` blocks. */
export interface Transport extends Disposable {
  /** Port id, assigned by the kernel. Replies contain it. */
  readonly port: number
  /** True if NETLINK_GET_STRICT_CHK is set. False if the option `strict` is false, or before Linux 4.20. */
  readonly strict: boolean
  /** Sends a datagram. @throws {SystemError} `EMSGSIZE` if it is longer than the send buffer allows */
  send(datagram: Uint8Array): void
  /**
   * Returns the next datagram, or undefined if there is none. Returns `IGNORED` for a datagram of another process, so
   * that callers can limit the number of datagrams that they read.
   * @throws {SystemError} `ENOBUFS` if datagrams were lost. The kernel reports that before the datagrams that were already
   * queued. `EMSGSIZE` if the datagram was larger than the buffer. The buffer has grown, so that the request can be repeated.
   */
  receive(): Datagram | undefined
  /**
   * Blocks the thread until a datagram can be received. Returns false after `timeout` milliseconds; Infinity for no limit.
   */
  wait(timeout: number): boolean
  /** Watches for datagrams. There may be at most one watch at a time. */
  watch(onReadable: () => void): Readiness
  /** Joins a multicast group. @throws {SystemError} `EINVAL` if the kernel has no such group */
  join(group: number): void
  leave(group: number): void
  /** Sets the size of the buffer for unread datagrams, in bytes. Returns the granted size. */
  reserve(bytes: number): number
  close(): void
}

/** Options of a socket. */
export interface SocketOptions {
  /** Makes the kernel reject invalid or unknown fields in requests (NETLINK_GET_STRICT_CHK). Default: true. */
  readonly strict?: boolean | undefined
  /** Also receives from the other namespaces to which this one has assigned ids (NETLINK_LISTEN_ALL_NSID). */
  readonly allNsid?: boolean | undefined
  /** Also receives what processes send to the groups of this socket. */
  readonly processes?: boolean | undefined
  /** Length of the longest datagram that can be sent, in bytes. By default, the send buffer grows as needed. */
  readonly sendBuffer?: number | undefined
}

/** Opens sockets, all in the same network namespace. */
export interface SocketFactory {
  /** Opens a socket. @throws {SystemError} if the socket or the namespace cannot be opened */
  open(protocol: number, options: SocketOptions): Transport
  /**
   * Opens a descriptor of the namespace of the sockets. Only factories of kernel sockets have it. The caller closes it.
   * @throws {SystemError} `EPERM` without CAP_NET_ADMIN
   */
  openNetns?(): NetnsDescriptor
}

/** An open descriptor of a network namespace. */
export interface NetnsDescriptor {
  readonly fd: number
  /** Number that no other namespace gets before the next boot (SO_NETNS_COOKIE). Undefined if the kernel is older than 5.14. */
  readonly cookie?: bigint | undefined
  close(): void
}
