import type { Readiness } from '../socket/libc.js'
import { sleep } from '../socket/sleep.js'
import type { Datagram, Transport } from '../socket/transport.js'
import { TestingError } from './error.js'

/** The result of one receive: a datagram, an error, or `undefined` if the queue appears empty once although more follows. */
export type Received = Datagram | Error | undefined

interface Entry {
  readonly received: Received
  /** Time from which it can be received, as `performance.now()` counts. */
  readonly due: number
  readonly onTaken: (() => void) | undefined
}

/** Bytes that a datagram uses in the receive buffer in addition to its length. The kernel's `skb->truesize` is larger. */
const OVERHEAD = 512

const sizeOf = ({ received }: Entry) =>
  received === undefined || received instanceof Error ? 0 : OVERHEAD + received.bytes.length

/** The queue of a simulated socket: what was sent to it and not yet received. */
export class ReceiveQueue implements Pick<Transport, 'receive' | 'wait' | 'watch'> {
  readonly #entries: Entry[] = []
  #watch: QueueWatch | undefined

  /** Adds a result. It can be received after `delay` milliseconds. `onTaken` is called when it is received. */
  put(received: Received, delay = 0, onTaken: (() => void) | undefined = undefined): void {
    const due = performance.now() + delay
    const index = this.#entries.findIndex((each) => each.due > due)
    this.#entries.splice(index < 0 ? this.#entries.length : index, 0, { received, due, onTaken })
    this.#watch?.update()
  }

  /** Adds a result in front of all others. */
  putFirst(received: Received, onTaken: (() => void) | undefined = undefined): void {
    this.#entries.unshift({ received, due: 0, onTaken })
    this.#watch?.update()
  }

  /** Removes all results. */
  clear(): void {
    this.#entries.length = 0
    this.#watch?.update()
  }

  /** Bytes that the queued datagrams use in the receive buffer. */
  get size(): number {
    return this.#entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
  }

  receive(): Datagram | undefined {
    if ((this.#left() ?? 1) > 0) return undefined
    const { received, onTaken } = this.#entries.shift() ?? {}
    onTaken?.()
    if (received instanceof Error) throw received
    return received
  }

  wait(timeout: number): boolean {
    const left = this.#left()
    if (left === undefined) {
      if (Number.isFinite(timeout)) return false
      throw new TestingError(
        'ERR_NETLINK_NOTHING_TO_COME',
        'expected something to receive, got an empty socket: nothing is delayed, and while this waits nothing else runs',
      )
    }
    if (left > 0) sleep(Math.min(left, timeout))
    return left <= timeout
  }

  watch(onReadable: () => void): Readiness {
    this.#watch = new QueueWatch(() => this.#left(), onReadable)
    return this.#watch
  }

  /** Returns the milliseconds until the first result can be received, or undefined if the queue is empty. */
  #left(): number | undefined {
    const [first] = this.#entries
    return first === undefined ? undefined : first.due - performance.now()
  }
}

/**
 * Calls back in a separate turn of the event loop, as the watch of a real socket does. Keeps the process alive only while the
 * queue is not empty.
 */
class QueueWatch implements Readiness {
  readonly #left: () => number | undefined
  readonly #onReadable: () => void
  #isArmed = false
  #holdsProcess = true
  #cancel = () => {}

  constructor(left: () => number | undefined, onReadable: () => void) {
    this.#left = left
    this.#onReadable = onReadable
  }

  /** Reschedules the callback after a change of the queue. */
  update(): void {
    this.#cancel()
    const milliseconds = this.#isArmed ? this.#left() : undefined
    if (milliseconds === undefined) this.#cancel = () => {}
    else this.#cancel = milliseconds <= 0 ? this.#callSoon() : this.#callLater(milliseconds)
  }

  arm(): void {
    this.#isArmed = true
    this.update()
  }

  disarm(): void {
    this.#isArmed = false
    this.update()
  }

  ref(): void {
    this.#holdsProcess = true
    this.update()
  }

  unref(): void {
    this.#holdsProcess = false
    this.update()
  }

  close(): void {
    this.disarm()
  }

  #callSoon(): () => void {
    const immediate = setImmediate(() => this.#call())
    if (!this.#holdsProcess) immediate.unref()
    return () => clearImmediate(immediate)
  }

  #callLater(milliseconds: number): () => void {
    const timer = setTimeout(() => this.#call(), Math.ceil(milliseconds))
    if (!this.#holdsProcess) timer.unref()
    return () => clearTimeout(timer)
  }

  #call(): void {
    this.#isArmed = false
    this.#onReadable()
  }
}
