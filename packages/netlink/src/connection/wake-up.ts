import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Readiness } from '../socket/libc.js'
import type { Transport } from '../socket/transport.js'

/** Longest delay of setTimeout, in milliseconds. */
const LONGEST_TIMER = 0x7fffffff

/** The functions of a driver that {@link WakeUp} calls. */
export interface WakeUpTarget {
  /** True if messages are expected. */
  isWanted(): boolean
  /**
   * True if the socket must be read until it is empty. An empty socket does not become readable, so this cannot wait for it.
   */
  isUrgent(): boolean
  /** Reads the socket. */
  onReadable(): void
}

/** Calls its target when the socket is readable, while the target expects messages. */
export class WakeUp {
  readonly #transport: Transport
  readonly #target: WakeUpTarget
  readonly #timers = new Set<NodeJS.Timeout>()
  #readiness: Readiness | undefined
  #isArmed = false
  #holdsProcess = true
  #isScheduled = false

  constructor(transport: Transport, target: WakeUpTarget) {
    this.#transport = transport
    this.#target = target
  }

  /**
   * Calls `late` after so many milliseconds, or never if that exceeds the range of timers. Returns a function that cancels
   * it.
   */
  limit(timeout: number, late: () => void): () => void {
    if (timeout > LONGEST_TIMER) return () => {}
    const timer = setTimeout(late, timeout)
    if (!this.#holdsProcess) timer.unref()
    this.#timers.add(timer)
    return () => {
      clearTimeout(timer)
      this.#timers.delete(timer)
    }
  }

  /** Starts or stops watching the socket. Call it when the result of `isWanted` or `isUrgent` may have changed. */
  update(): void {
    const isWanted = this.#target.isWanted()
    if (isWanted && !this.#isScheduled && this.#target.isUrgent()) this.#schedule()
    if (this.#isArmed === isWanted) return
    this.#readiness ??= this.#transport.watch(() => {
      this.#isArmed = false
      this.#target.onReadable()
    })
    if (!this.#holdsProcess) this.#readiness.unref()
    this.#isArmed = isWanted
    if (isWanted) this.#readiness.arm()
    else this.#readiness.disarm()
  }

  /** Sets whether watching and timers keep the process alive. */
  hold(holds: boolean): void {
    this.#holdsProcess = holds
    for (const each of [...this.#timers, ...(this.#readiness ? [this.#readiness] : [])])
      holds ? each.ref() : each.unref()
  }

  #schedule(): void {
    this.#isScheduled = true
    nextTurn().then(() => {
      this.#isScheduled = false
      this.#target.onReadable()
    })
  }
}
