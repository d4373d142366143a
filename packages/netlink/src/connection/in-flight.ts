import { compile, DecodeError } from '../codec/index.js'
import { nlmsghdr } from '../message/header.js'
import { messageAt, type NetlinkMessage, nextMessage } from '../message/netlink-message.js'
import type { SystemError } from '../socket/error.js'
import type { Datagram } from '../socket/transport.js'

/** Handles the replies to one or more requests. */
export interface ReplyHandler {
  /** Sequence numbers of the requests. */
  readonly seqs: Iterable<number>
  /** Returns true if the request with this sequence number has NLM_F_ECHO. */
  echoes(seq: number): boolean
  /** Handles one reply. Returns true if it was the last one. If it throws, the requests end with that error. */
  accept(message: NetlinkMessage): boolean
  /**
   * Handles replies at the start of a datagram that was sent to this port, as many as it can at once.
   * @returns the offset of the first message that it did not handle
   */
  acceptRun?(bytes: Buffer, port: number): number
}

/** State of sent requests. */
export interface Pending {
  /** True if all replies were received, or if the requests ended with an error. */
  readonly done: boolean
  /** The error that ended the requests, if any. */
  readonly error: unknown
  /** Called once, when a reply was handled or the requests have ended. While it is set, the driver watches the socket. */
  progress: (() => void) | undefined
}

/** Receives the messages that are sent to the multicast groups of a socket. */
export interface GroupListener {
  /** False to pause: the listener accepts no more messages for now. */
  readonly ready: boolean
  message(message: NetlinkMessage, datagram: Datagram): void
  /**
   * Reports that messages were lost. Messages passed before this call may be older than the lost ones; later messages are
   * newer.
   */
  overrun(): void
  /** Reports a datagram, or the rest of one, that is not valid netlink. */
  unreadable(error: DecodeError, datagram: Datagram): void
  /** Reports that the socket failed. No more messages follow. */
  failed(error: SystemError): void
}

interface Entry extends Pending {
  readonly handler: ReplyHandler
  done: boolean
  error: unknown
}

/**
 * The requests in flight and the listeners of one socket. It does no I/O: {@link SocketDriver} passes datagrams and receive
 * errors to it.
 */
export class InFlight {
  readonly #port: number
  /** The requests in flight, by each of their sequence numbers. */
  readonly #bySeq = new Map<number, Entry>()
  readonly #listeners = new Set<GroupListener>()
  /**
   * Number of datagrams that may still be queued from before the last loss; undefined if there was no loss.
   *
   * The kernel reports a loss before the datagrams that were queued when it began (`sk_err`), and then queues nothing more
   * until all of these are read (`NETLINK_S_CONGESTED`, which `netlink_rcv_wake` clears when the queue is empty). So the loss
   * comes after these datagrams, and is over when a read finds nothing. It is reported to the listeners then. On a busy socket no
   * read may find nothing. The queue must also have been empty if the next loss is reported, or if as many datagrams were read
   * as the buffer holds.
   *
   * Until then the kernel drops answers too, without a further error. A request that was sent meanwhile and has no answer when
   * the loss is over may have lost it, so it ends with the error of the loss.
   */
  #queuedBeforeLoss: number | undefined
  #loss: SystemError | undefined
  /**
   * The requests that began last. V8 discards optimized code when a garbage collection finds no object of a class that the code
   * knows.
   */
  // biome-ignore lint/correctness/noUnusedPrivateClassMembers: the reference alone has the effect
  #latest: Entry | undefined

  /** @param port Port id of the socket. Replies to its requests contain it. */
  constructor(port: number) {
    this.#port = port
  }

  /** Registers requests, and waits for their replies. */
  begin(handler: ReplyHandler): Pending {
    const entry: Entry = { handler, done: false, error: undefined, progress: undefined }
    for (const seq of handler.seqs) this.#bySeq.set(seq, entry)
    this.#latest = entry
    return entry
  }

  /** Ends the requests with an error. */
  end(pending: Pending, error: unknown): void {
    this.#settle(pending as Entry, error)
  }

  /** Ends all requests with an error. */
  endAll(error: unknown): void {
    for (const entry of [...this.#bySeq.values()]) this.#settle(entry, error)
  }

  /** Passes the messages in a datagram to the requests and listeners that they concern. */
  take(datagram: Datagram): void {
    const isMulticast = datagram.group !== 0
    try {
      const start = isMulticast ? 0 : this.#answerRun(datagram.bytes)
      for (let message = messageAt(datagram.bytes, start); message; message = nextMessage(message)) {
        // Ignores answers to requests that have ended, and to those of other sockets.
        const entry = message.pid === this.#port ? this.#bySeq.get(message.seq) : undefined
        // A notification that a request of this socket caused has the request's sequence number, but is not a reply. An echo
        // is one: the kernel sends it to this socket as a member of the group, and excludes the socket from the notification
        // itself (`nlmsg_notify`).
        if (entry && (!isMulticast || entry.handler.echoes(message.seq))) this.#answer(entry, message)
        if (isMulticast) for (const listener of this.#listeners) listener.message(message, datagram)
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      if (isMulticast) for (const listener of this.#listeners) listener.unreadable(error, datagram)
      else this.endAll(error)
    }
    if (this.#queuedBeforeLoss !== undefined && --this.#queuedBeforeLoss <= 0) this.drained()
  }

  /**
   * Handles a receive error. It can concern any request. `queued` is the largest number of datagrams that may still be
   * queued.
   */
  fail(error: SystemError, queued: number): void {
    this.endAll(error)
    if (error.code === 'ENOBUFS') {
      this.drained()
      this.#queuedBeforeLoss = queued
      this.#loss = error
    } else if (error.code === 'EMSGSIZE') for (const listener of this.#listeners) listener.overrun()
    else for (const listener of this.#listeners) listener.failed(error)
  }

  /**
   * Handles that the socket is empty. Returns true if a loss ended, so that listeners and unanswered requests were notified.
   */
  drained(): boolean {
    if (this.#queuedBeforeLoss === undefined) return false
    this.#queuedBeforeLoss = undefined
    this.endAll(this.#loss)
    for (const listener of this.#listeners) listener.overrun()
    return true
  }

  /** True between a loss and its report to the listeners. In this state the socket must be read until it is empty. */
  get isLossy(): boolean {
    return this.#queuedBeforeLoss !== undefined
  }

  /** Adds a listener. Returns a function that removes it. */
  listen(listener: GroupListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** True if a request or a listener waits for messages. */
  isWanted(): boolean {
    for (const listener of this.#listeners) if (listener.ready) return true
    for (const { progress } of this.#bySeq.values()) if (progress) return true
    return false
  }

  /** Passes the start of a datagram to the dump that it answers. Returns the offset of the first message that was not handled. */
  #answerRun(bytes: Buffer): number {
    if (bytes.length < nlmsghdr.size) return 0
    const entry = this.#bySeq.get(compile(nlmsghdr).read(bytes, 0).seq)
    const end = entry?.handler.acceptRun?.(bytes, this.#port) ?? 0
    if (entry && end > 0) wake(entry)
    return end
  }

  #answer(entry: Entry, message: NetlinkMessage): void {
    try {
      if (entry.handler.accept(message)) this.#settle(entry)
      else wake(entry)
    } catch (error) {
      this.#settle(entry, error)
    }
  }

  #settle(entry: Entry, error?: unknown): void {
    if (entry.done) return
    entry.done = true
    entry.error = error
    for (const seq of entry.handler.seqs) this.#bySeq.delete(seq)
    wake(entry)
  }
}

function wake(entry: Entry): void {
  const { progress } = entry
  entry.progress = undefined
  progress?.()
}
