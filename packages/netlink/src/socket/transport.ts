import type { Readiness } from './libc.js'

/** What came of a socket: one datagram, in a buffer of its own that is never written to again. */
export interface Datagram {
  readonly bytes: Buffer
  /** The multicast group it was sent to; 0 for an answer to this socket alone. */
  readonly group: number
  /** The id of the namespace it came from, as this socket's namespace calls it; undefined for its own. */
  readonly nsid: number | undefined
  /** The port id of the process that sent it; undefined for the kernel. */
  readonly sender?: number | undefined
}

/** A datagram of a sender that is not heard: it has no message in it. */
export const IGNORED: Datagram = { bytes: Buffer.alloc(0), group: 0, nsid: undefined }

/**
 * Sends and receives whole datagrams of one protocol: what a connection is made of. Nothing here waits but `wait`, and the
 * connection's protocol is the same over any of them.
 */
export interface Transport extends Disposable {
  /** The port id that the kernel gave, which its replies carry. */
  readonly port: number
  /** False where the kernel has no NETLINK_GET_STRICT_CHK (before Linux 4.20), or where it was not wanted. */
  readonly strict: boolean
  /** @throws {SystemError} `EMSGSIZE` if the datagram is longer than the send buffer allows */
  send(datagram: Uint8Array): void
  /**
   * The next datagram, or undefined if there is none yet. One of a sender that is not heard is {@link IGNORED}, so that a caller
   * that takes a bounded number of them stays bounded.
   * @throws {SystemError} `ENOBUFS` if datagrams were lost; the kernel reports that before what it had queued by then. `EMSGSIZE` if this
   * one was larger than the buffer, which has grown, so that asking again will do
   */
  receive(): Datagram | undefined
  /** Waits so many milliseconds, or for ever (Infinity), until there is something to receive; false if there is nothing. */
  wait(timeout: number): boolean
  /** Calls back when there is something to receive. At most one at a time. */
  watch(onReadable: () => void): Readiness
  /** Becomes a member of a multicast group, or ends that. @throws {SystemError} `EINVAL` where the kernel has no such group */
  join(group: number): void
  leave(group: number): void
  /** Asks for room for so many bytes of unread datagrams, and tells how many the kernel granted. */
  reserve(bytes: number): number
  close(): void
}

/** What a socket is for. */
export interface SocketOptions {
  /** Have the kernel check requests to the letter (NETLINK_GET_STRICT_CHK). */
  readonly strict?: boolean | undefined
  /** Hear what happens in the other namespaces that this one has ids for, too (NETLINK_LISTEN_ALL_NSID). */
  readonly allNsid?: boolean | undefined
  /** Hear other processes as well, if they send to a group that this socket is a member of. */
  readonly processes?: boolean | undefined
  /** Length of the longest datagram to be sent, in bytes. If left out, the send buffer grows to what a datagram needs. */
  readonly sendBuffer?: number | undefined
}

/** Opens sockets, all of them in one network namespace. */
export interface SocketFactory {
  /** @throws {SystemError} where socket or namespace cannot be had */
  open(protocol: number, options: SocketOptions): Transport
}
