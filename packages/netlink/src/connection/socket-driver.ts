import { constants } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SystemError } from '../socket/error.js'
import type { Datagram, Transport } from '../socket/transport.js'
import { type GroupListener, InFlight, type Pending, type ReplyHandler } from './in-flight.js'
import { WakeUp } from './wake-up.js'

const { ECANCELED, ETIMEDOUT } = constants.errno

/** Maximum number of datagrams to read in one turn of the event loop. */
const DATAGRAMS_PER_TURN = 32

/** Milliseconds for which requests whose answers arrive at once keep the event loop from running. */
const TURN_INTERVAL = 1

/** Least space that a datagram uses in the receive buffer, in bytes. The smallest `skb->truesize` is larger. */
const LEAST_COST = 512

/** Limits of a wait. */
export interface Timeout {
  /** Milliseconds to wait for each datagram; Infinity for no limit. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** Creates the error of requests that were in flight when their connection was closed. */
export const cancelled = () => new SystemError('recvfrom', ECANCELED, 'as the connection was closed')

const timedOut = () => new SystemError('poll', ETIMEDOUT, 'for an answer of the kernel')

/**
 * Sends requests by a socket, and reads the socket for requests in flight and listeners. Either blocks the thread or uses the
 * event loop.
 */
export class SocketDriver {
  readonly transport: Transport
  readonly #inFlight: InFlight
  readonly #wakeUp: WakeUp
  #isClosed = false
  /** Largest size of the receive buffer that was requested, and the size that the kernel granted, in bytes. */
  #wanted = 0
  #granted = 0
  /** Time of the last turn of the event loop that this driver has waited for. */
  #lastTurn = Number.NEGATIVE_INFINITY

  constructor(transport: Transport) {
    this.transport = transport
    this.#inFlight = new InFlight(transport.port)
    this.#wakeUp = new WakeUp(transport, {
      isWanted: () => !this.#isClosed && this.#inFlight.isWanted(),
      isUrgent: () => this.#inFlight.isLossy,
      onReadable: () => this.#receiveAll(),
    })
  }

  /** Sends requests. `handler` gets their replies. @throws {SystemError} if they cannot be sent */
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
   * Reads one datagram. Blocks until there is one. After `timeout` milliseconds without one, ends `pending` with `ETIMEDOUT`
   * and returns false.
   */
  receiveSync(pending: Pending | undefined, timeout: number): boolean {
    if (this.#receiveOne()) return true
    const isInTime = this.transport.wait(timeout)
    if (isInTime) this.#receiveOne()
    else if (pending) this.#inFlight.end(pending, timedOut())
    return isInTime
  }

  /** Reads the datagrams that have arrived, up to those of one turn, until `pending` is done. */
  receiveQueued(pending: Pending): void {
    for (let count = 0; count < DATAGRAMS_PER_TURN && !pending.done; count++) if (!this.#receiveOne()) return
  }

  /** True if the event loop should run. A turn takes as long as a request, so it does not run after each one. */
  isTurnDue(): boolean {
    return performance.now() - this.#lastTurn >= TURN_INTERVAL
  }

  /** Lets the event loop run. */
  async nextTurn(): Promise<void> {
    await nextTurn()
    this.#lastTurn = performance.now()
  }

  /** Reads up to `most` datagrams. If there is none, waits for one. Always lets the event loop run at least once. */
  async receive(pending: Pending, timeout: Timeout, most = DATAGRAMS_PER_TURN): Promise<void> {
    // The signal may have been aborted between two calls, when there was no listener.
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
    if (!pending.done) await this.nextTurn()
  }

  /** Grows the receive buffer to this size in bytes, if it is smaller. Returns the size that the kernel granted. */
  reserve(bytes: number): number {
    // Never shrinks the buffer, because other users of the socket rely on its size.
    if (bytes > this.#wanted) this.#granted = this.transport.reserve(bytes)
    this.#wanted = Math.max(this.#wanted, bytes)
    return this.#granted
  }

  /** Adds a listener for messages to multicast groups. Returns a function that removes it. */
  listen(listener: GroupListener): () => void {
    const remove = this.#inFlight.listen(listener)
    this.#wakeUp.update()
    return () => {
      remove()
      this.#wakeUp.update()
    }
  }

  /** Continues to read when a listener is ready again. */
  resume(): void {
    this.#wakeUp.update()
  }

  /** Makes outstanding messages keep the process alive. This is the default. */
  ref(): void {
    this.#wakeUp.hold(true)
  }

  /** Lets the process end while messages are outstanding. */
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

  /** Reads one datagram. Returns false if there is none, unless an empty socket ends a loss. */
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

  /** Resolves when `pending` has progressed. The timeout or an aborted signal ends `pending`. */
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
