import { type Readiness, type ReadinessEvent, watch } from '@netloom/netlink/socket'

/** Milliseconds between two checks whether a macvtap was deleted. Its descriptor reports nothing then. */
export const DELETION_CHECK = 250

/** An owner of a descriptor that can be waited for. */
export interface Waitable {
  /** Defined for a macvtap. */
  readonly macvtap?: object | undefined
  /** Returns the descriptor. @throws {TypeError} if it was closed */
  openFd(): number
  /** Calls `run` before the descriptor is closed. `run` must not refer to this object. */
  beforeClose(run: () => void): void
}

/**
 * Waits for frames or datagrams. One caller can wait at a time. An idle one does not keep the owner from being garbage-collected: what
 * the event loop refers to is only its state.
 */
export class Waiter {
  readonly #state: { wake: (() => void) | undefined } = { wake: undefined }
  readonly #readiness: Readiness
  /** Also calls back after this many milliseconds, without an event. */
  readonly #longest: number | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(handle: Waitable, event?: ReadinessEvent) {
    const state = this.#state
    const wake = () => {
      const callback = state.wake
      state.wake = undefined
      callback?.()
    }
    const readiness = watch(handle.openFd(), wake, event)
    this.#readiness = readiness
    this.#longest = handle.macvtap && DELETION_CHECK
    handle.beforeClose(() => {
      readiness.close()
      wake()
    })
  }

  /** Calls back once: when the event has happened, after {@link wake}, or when the descriptor is closed. */
  arm(callback: () => void): void {
    this.#state.wake = callback
    this.#readiness.arm()
    if (this.#longest === undefined) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.wake(), this.#longest).unref()
  }

  /** Calls back once: after {@link wake}, or when the descriptor is closed. */
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
