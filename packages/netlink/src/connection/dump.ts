import { ArgumentError, type Declaration, printable } from '../codec/index.js'
import { DumpInterruptedError, NetlinkError, NLM_F_DUMP, type Protocol } from '../message/index.js'
import { atCaller } from './caller.js'
import { isTruncated, type RequestContext, type SentRequest, sendRequest } from './request.js'
import type { Timeout } from './socket-driver.js'
import type { PooledSocket, SocketPool } from './socket-pool.js'
import { elementsOf, type Stream } from './stream.js'
import { runTask, runTaskSync, type Task, throwIfFailed } from './task.js'

/** A dump to send. */
export interface DumpSpec extends RequestContext, Timeout {
  readonly pool: SocketPool
  readonly name: string
  readonly filter: unknown
  /** NLM_F_* in addition to NLM_F_DUMP */
  readonly flags: number
  /** True if the dump resets what it reads, so that it must not be repeated. */
  readonly resets: boolean
  /** Maximum number of attempts if changes interrupt the dump. */
  readonly attempts: number
  /** Declaration of the replies, instead of the protocol's. */
  readonly reply: Declaration<unknown> | undefined
}

/**
 * Throws unless the message is a get. Other messages use the bits of NLM_F_DUMP for other flags (NLM_F_NONREC, NLM_F_BULK).
 */
export function checkIsGet(protocol: Protocol, name: string): void {
  if (!protocol.byName(name).isGet) throw new ArgumentError(`expected a get to dump, got '${printable(name)}'`)
}

function begin(dump: DumpSpec, socket: PooledSocket): SentRequest {
  const { name, filter, flags, reply } = dump
  const sent = sendRequest(dump, socket.driver, { name, value: filter, flags: NLM_F_DUMP | flags, dump: true, reply })
  socket.isBusy = true
  return sent
}

/** Throws the error with which a dump ended, if any. */
function finish({ pending }: SentRequest, socket: PooledSocket): void {
  // After a refusal, the kernel sends no more of the dump. After any other error, it may.
  socket.isBusy = pending.error !== undefined && !(pending.error instanceof NetlinkError)
  throwIfFailed(pending)
}

function* attempts<T>(dump: DumpSpec, socket: PooledSocket): Task<T[]> {
  for (let interruptions = 0; ; ) {
    const sent = begin(dump, socket)
    yield sent
    if (isTruncated(sent.pending.error) && !dump.resets) {
      socket.renew()
      continue
    }
    finish(sent, socket)
    const { exchange } = sent
    if (!exchange.interrupted) return exchange.take<T>()
    interruptions++
    if (interruptions >= dump.attempts || dump.resets)
      throw new DumpInterruptedError(dump.name, interruptions, exchange.take())
  }
}

/** Returns all objects. They are a consistent snapshot. */
export function collectSync<T>(dump: DumpSpec): T[] {
  const socket = dump.pool.takeSync()
  try {
    return runTaskSync(attempts<T>(dump, socket), dump.timeout)
  } finally {
    socket.release()
  }
}

/** Does the same as {@link collectSync} asynchronously. */
export async function collect<T>(dump: DumpSpec): Promise<T[]> {
  const socket = await dump.pool.take(dump.signal)
  try {
    return await runTask(attempts<T>(dump, socket), dump)
  } finally {
    socket.release()
  }
}

/**
 * Yields the objects of each received datagram. In between, yields the request when the caller must wait for the next
 * datagram. It takes a socket at once instead of waiting for one of the pool: the caller may start another dump while it
 * iterates, so waiting could deadlock.
 */
function* datagrams<T>(dump: DumpSpec): Generator<T[] | SentRequest, void, void> {
  const socket = dump.pool.takeSync()
  try {
    const sent = begin(dump, socket)
    for (;;) {
      yield sent.exchange.take<T>()
      if (sent.pending.done) break
      yield sent
    }
    dump.signal?.throwIfAborted()
    finish(sent, socket)
    // The yielded objects may contain gaps and duplicates.
    if (sent.exchange.interrupted) throw new DumpInterruptedError(dump.name, 1, [])
  } finally {
    socket.release()
  }
}

/** Yields the objects as they are received. */
export function* streamSync<T>(dump: DumpSpec): Generator<T, void, undefined> {
  try {
    for (const next of datagrams<T>(dump)) {
      if (Array.isArray(next)) yield* next
      else next.driver.receiveSync(next.pending, dump.timeout)
    }
  } catch (error) {
    throw atCaller(error, streamSync.prototype.next)
  }
}

/** Returns a stream of the objects as they are received. */
export const stream = <T>(dump: DumpSpec): Stream<T> => elementsOf(arraysOf<T>(dump))

async function* arraysOf<T>(dump: DumpSpec): AsyncGenerator<T[], void, undefined> {
  dump.signal?.throwIfAborted()
  for (const next of datagrams<T>(dump)) {
    if (Array.isArray(next)) yield next
    // One datagram at a time, so that objects do not pile up faster than they are consumed.
    else await next.driver.receive(next.pending, dump, 1)
  }
}
