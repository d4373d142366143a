import { DecodeError } from '../codec/index.js'
import { firstMessage, type NetlinkMessage, nextMessage } from '../message/netlink-message.js'
import type { SystemError } from '../socket/error.js'
import type { Datagram } from '../socket/transport.js'

/** Something that takes the answers to requests. */
export interface Awaited {
  /** The sequence numbers of the requests. */
  readonly seqs: Iterable<number>
  /** Whether the request of that number asked for an echo (NLM_F_ECHO). */
  echoes(seq: number): boolean
  /** Takes one message with one of these numbers; true once all has come. Where it throws, that is how it ends. */
  accept(nlmsg: NetlinkMessage): boolean
}

/** Something that is awaited, and whether it has come. */
export interface Pending {
  readonly done: boolean
  /** How it ended, if not well. */
  readonly error: unknown
  /** Called once, when something came for it or it has ended; that somebody waits is told by this alone. */
  progress: (() => void) | undefined
}

/** Hears what is sent to the multicast groups that the socket is a member of. */
export interface Listener {
  /** False where it wants nothing more for now. */
  readonly ready: boolean
  message(nlmsg: NetlinkMessage, datagram: Datagram): void
  /** Messages were lost: what was heard so far may be older than they are, what follows is newer. */
  overrun(): void
  /** A datagram, or the rest of it, is no netlink. */
  unreadable(error: DecodeError, datagram: Datagram): void
  /** The socket fails: nothing more will come. */
  failed(error: SystemError): void
}

/** Requests in flight and listeners of one socket, without any I/O: it is given what was received, or what went wrong. */
export interface Engine {
  begin(awaited: Awaited): Pending
  /** Ends something awaited at once. */
  end(pending: Pending, error: unknown): void
  endAll(error: unknown): void
  take(datagram: Datagram): void
  /** Handles a receive error. It may concern any pending request. `queued` bounds the datagrams that may still be queued. */
  fail(error: SystemError, queued: number): void
  /** There is nothing to receive. Returns true if that ends a loss: listeners, and requests without an answer, are notified. */
  drained(): boolean
  /** True from a loss until it is reported to the listeners. Meanwhile the socket must be drained. */
  readonly lossy: boolean
  listen(listener: Listener): () => void
  /** Whether anybody wants what is to be received. */
  wanted(): boolean
}

interface Entry extends Pending {
  readonly awaited: Awaited
  done: boolean
  error: unknown
}

/** Makes the engine of a socket with that port id. */
export function engine(port: number): Engine {
  /** What is in flight, by each of its numbers. */
  const bySeq = new Map<number, Entry>()
  const listeners = new Set<Listener>()
  /**
   * Datagrams that may still be queued from before the last loss; undefined if there was none.
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
  let old: number | undefined
  let loss: SystemError | undefined

  const progress = (entry: Entry) => {
    const call = entry.progress
    entry.progress = undefined
    call?.()
  }
  const settle = (entry: Entry, error?: unknown) => {
    if (entry.done) return
    entry.done = true
    entry.error = error
    for (const seq of entry.awaited.seqs) bySeq.delete(seq)
    progress(entry)
  }
  const endAll = (error: unknown) => {
    for (const entry of [...bySeq.values()]) settle(entry, error)
  }
  const answer = (entry: Entry, nlmsg: NetlinkMessage) => {
    try {
      if (entry.awaited.accept(nlmsg)) settle(entry)
      else progress(entry)
    } catch (error) {
      settle(entry, error)
    }
  }
  const tell = (say: (listener: Listener) => void) => {
    for (const listener of listeners) say(listener)
  }
  const drained = () => {
    if (old === undefined) return false
    old = undefined
    endAll(loss)
    tell((listener) => listener.overrun())
    return true
  }
  return {
    begin(awaited) {
      const entry: Entry = { awaited, done: false, error: undefined, progress: undefined }
      for (const seq of awaited.seqs) bySeq.set(seq, entry)
      return entry
    },
    end: (pending, error) => settle(pending as Entry, error),
    endAll,
    take(datagram) {
      const multicast = datagram.group !== 0
      try {
        for (let nlmsg = firstMessage(datagram.bytes); nlmsg; nlmsg = nextMessage(nlmsg)) {
          // What answers a request that is no longer awaited, or somebody else's, passes by.
          const entry = nlmsg.pid === port ? bySeq.get(nlmsg.seq) : undefined
          // What a group is told of this socket's own request has its number too, and is no answer; but the request's echo is
          // marked as if it went to the group, which is then not told again (nlmsg_notify).
          if (entry && (!multicast || entry.awaited.echoes(nlmsg.seq))) answer(entry, nlmsg)
          if (multicast) tell((listener) => listener.message(nlmsg, datagram))
        }
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error
        if (multicast) tell((listener) => listener.unreadable(error, datagram))
        else endAll(error)
      }
      if (old !== undefined && --old <= 0) drained()
    },
    fail(error, queued) {
      endAll(error)
      if (error.code === 'ENOBUFS') {
        drained()
        old = queued
        loss = error
      } else if (error.code === 'EMSGSIZE') tell((listener) => listener.overrun())
      else tell((listener) => listener.failed(error))
    },
    drained,
    get lossy() {
      return old !== undefined
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    wanted() {
      for (const listener of listeners) if (listener.ready) return true
      for (const { progress: awaited } of bySeq.values()) if (awaited) return true
      return false
    },
  }
}
