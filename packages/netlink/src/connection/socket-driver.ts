import { constants } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SystemError } from '../socket/error.js'
import type { Datagram, Transport } from '../socket/transport.js'
import { type GroupListener, InFlight, type Pending, type ReplyHandler } from './in-flight.js'
import { WakeUp } from './wake-up.js'

const { ECANCELED, ETIMEDOUT } = constants.errno

/** Most datagrams that are read in one turn of the event loop. */
const DATAGRAMS_PER_TURN = 32

/** Least room in the receive buffer that a datagram takes, in bytes: `skb->truesize` of the smallest is larger. */
const LEAST_COST = 512

/** Limits of a wait. */
export interface Timeout {
  /** Most milliseconds without a datagram; Infinity for no limit. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** Returns the error of requests that were in flight when their connection was closed. */
export const cancelled = () => new SystemError('recvfrom', ECANCELED, 'as the connection was closed')

const timedOut = () => new SystemError('poll', ETIMEDOUT, 'for an answer of the kernel')

/** Reads a socket for its requests in flight and its listeners: blocking the thread, or in turns of the event loop. */
export class SocketDriver {
  readonly transport: Transport
  readonly #inFlight: InFlight
  readonly #wakeUp: WakeUp
  #isClosed = false
  /** Largest requested size of the receive buffer, and the size that the kernel granted, in bytes. */
  #wanted = 0
  #granted = 0

  constructor(transport: Transport) {
    this.transport = transport
    this.#inFlight = new InFlight(transport.port)
    this.#wakeUp = new WakeUp(transport, {
      isWanted: () => !this.#isClosed && this.#inFlight.isWanted(),
      isUrgent: () => this.#inFlight.isLossy,
      onReadable: () => this.#receiveAll(),
    })
  }

  /** Sends requests, whose replies go to `handler`. @throws {SystemError} if they cannot be sent */
  send(bytes: Uint8Array, handler: ReplyHandler): Pending {
    if (this.#isClosed) throw cancelled()
    const pending = this.#inFlight.begin(handler)
    try {
      this.transport.send(bytes)
    } catch (error) {
      this.#inFlight.end(pending, error)
      throw error
    }
    return pending
  }

  /**
   * Reads one datagram, and blocks until there is one. If there is none within `timeout` milliseconds, ends `pending` with
   * `ETIMEDOUT` and returns false.
   */
  receiveSync(pending: Pending | undefined, timeout: number): boolean {
    if (this.#receiveOne()) return true
    const isInTime = this.transport.wait(timeout)
    if (isInTime) this.#receiveOne()
    else if (pending) this.#inFlight.end(pending, timedOut())
    return isInTime
  }

  /** Reads at most `most` datagrams. If there is none, waits until one was received. Lets the event loop run in any case. */
  async receive(pending: Pending, timeout: Timeout, most = DATAGRAMS_PER_TURN): Promise<void> {
    // The signal may have been aborted between two calls, when nothing listened to it.
    if (timeout.signal?.aborted) {
      this.#inFlight.end(pending, timeout.signal.reason)
      return
    }
    for (let count = 0; count < most && !pending.done; count++) {
      if (this.#receiveOne()) continue
      await this.#progress(pending, timeout)
      this.#wakeUp.update()
      return
    }
    if (!pending.done) await nextTurn()
  }

  /** Grows the receive buffer to so many bytes, if it is smaller. Returns the size that the kernel granted. */
  reserve(bytes: number): number {
    // Never shrinks it: other users of the socket rely on the size that they were granted.
    if (bytes > this.#wanted) this.#granted = this.transport.reserve(bytes)
    this.#wanted = Math.max(this.#wanted, bytes)
    return this.#granted
  }

  /** Passes what is sent to groups to a listener. Returns a function that removes it. */
  listen(listener: GroupListener): () => void {
    const remove = this.#inFlight.listen(listener)
    this.#wakeUp.update()
    return () => {
      remove()
      this.#wakeUp.update()
    }
  }

  /** Reads on after a listener has become ready. */
  resume(): void {
    this.#wakeUp.update()
  }

  /** Awaited messages keep the process alive, which is the default. */
  ref(): void {
    this.#wakeUp.hold(true)
  }

  /** Awaited messages do not keep the process alive. */
  unref(): void {
    this.#wakeUp.hold(false)
  }

  /** Closes the socket. Requests in flight end with `ECANCELED`. A second call does nothing. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#wakeUp.update()
    this.transport.close()
    this.#inFlight.endAll(cancelled())
  }

  /** Reads a datagram, or finds out that there is none. Returns false if that changed nothing. */
  #receiveOne(): boolean {
    let datagram: Datagram | undefined
    try {
      datagram = this.transport.receive()
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      this.#inFlight.fail(error, this.#granted / LEAST_COST)
      this.#wakeUp.update()
      return true
    }
    if (datagram === undefined) return this.#inFlight.drained()
    this.#inFlight.take(datagram)
    return true
  }

  #receiveAll(): void {
    for (let count = 0; count < DATAGRAMS_PER_TURN && !this.#isClosed && this.#inFlight.isWanted(); count++)
      if (!this.#receiveOne()) break
    this.#wakeUp.update()
  }

  /** Resolves when `pending` makes progress. A timeout or an aborted signal ends it. */
  #progress(pending: Pending, { timeout, signal }: Timeout): Promise<void> {
    return new Promise((resolve) => {
      const onAbort = () => this.#inFlight.end(pending, signal?.reason)
      const cancelTimer = this.#wakeUp.limit(timeout, () => this.#inFlight.end(pending, timedOut()))
      pending.progress = () => {
        cancelTimer()
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      signal?.addEventListener('abort', onAbort)
      this.#wakeUp.update()
    })
  }
}
