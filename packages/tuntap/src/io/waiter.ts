import { type Readiness, watch } from '@netloom/netlink/socket'
import type { Queue } from '../device/queue.js'

/** Milliseconds between two checks whether a macvtap was deleted. Its descriptor reports nothing then. */
export const DELETION_CHECK = 250

/**
 * Waits for frames of a queue. One caller can wait at a time. An idle one does not keep the queue from being garbage-collected: what
 * the event loop refers to is only its state.
 */
export class Waiter {
  readonly #state: { wake: (() => void) | undefined } = { wake: undefined }
  readonly #readiness: Readiness
  /** Also calls back after this many milliseconds, without a frame. */
  readonly #longest: number | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(queue: Queue) {
    const state = this.#state
    const wake = () => {
      const callback = state.wake
      state.wake = undefined
      callback?.()
    }
    const readiness = watch(queue.openFd(), wake)
    this.#readiness = readiness
    this.#longest = queue.macvtap && DELETION_CHECK
    queue.beforeClose(() => {
      readiness.close()
      wake()
    })
  }

  /** Calls back once: when a frame has arrived, after {@link wake}, or when the queue is closed. */
  arm(callback: () => void): void {
    this.#state.wake = callback
    this.#readiness.arm()
    if (this.#longest === undefined) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.wake(), this.#longest).unref()
  }

  /** Calls back once: after {@link wake}, or when the queue is closed. */
  park(callback: () => void): void {
    this.#state.wake = callback
  }

  /** Cancels the callback. */
  disarm(): void {
    this.#state.wake = undefined
    this.#readiness.disarm()
    clearTimeout(this.#timer)
  }

  /** Calls back now, if a caller waits. */
  wake(): void {
    const callback = this.#state.wake
    this.disarm()
    callback?.()
  }

  ref(): void {
    this.#readiness.ref()
  }

  unref(): void {
    this.#readiness.unref()
  }
}
