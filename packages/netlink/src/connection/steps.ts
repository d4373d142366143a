import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Pending } from './in-flight.js'
import type { SocketDriver, Timeout } from './socket-driver.js'

/** A point at which an operation waits: until `pending` has ended, which `driver` brings about. */
export interface Step {
  readonly driver: SocketDriver
  readonly pending: Pending
}

/** An operation that yields whenever it must wait. It is written once and runs synchronously or asynchronously. */
export type Steps<T> = Generator<Step, T, void>

/** Runs an operation. Blocks the thread while it waits. */
export function runSync<T>(steps: Steps<T>, timeout: number): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    const { driver, pending } = step.value
    while (!pending.done) driver.stepSync(pending, timeout)
  }
}

/** Runs an operation. The event loop runs while it waits. */
export async function run<T>(steps: Steps<T>, timeout: Timeout): Promise<T> {
  for (let isFirst = true; ; isFirst = false) {
    // Most steps end without waiting. Yield between two steps, so that timers run and a signal can abort.
    if (!isFirst) await nextTurn()
    timeout.signal?.throwIfAborted()
    const step = steps.next()
    if (step.done) return step.value
    const { driver, pending } = step.value
    while (!pending.done) await driver.step(pending, timeout)
  }
}

/** Throws the error that something ended with, if any. */
export function throwIfFailed({ error }: Pending): void {
  if (error !== undefined) throw error
}
