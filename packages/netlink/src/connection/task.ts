import type { Pending } from './in-flight.js'
import type { SocketDriver, Timeout } from './socket-driver.js'

/** A point at which a task must wait: until `driver` has received everything that `pending` expects. */
export interface Wait {
  readonly driver: SocketDriver
  readonly pending: Pending
}

/** Sends requests and handles their replies. Yields whenever it must wait, so one task runs synchronously or asynchronously. */
export type Task<T> = Generator<Wait, T, void>

/** Runs a task and returns its result. Blocks the thread while the task waits. */
export function runTaskSync<T>(task: Task<T>, timeout: number): T {
  for (;;) {
    const next = task.next()
    if (next.done) return next.value
    const { driver, pending } = next.value
    while (!pending.done) driver.receiveSync(pending, timeout)
  }
}

/** Runs a task and returns its result. Other code runs in the event loop while the task waits. */
export async function runTask<T>(task: Task<T>, timeout: Timeout): Promise<T> {
  for (;;) {
    timeout.signal?.throwIfAborted()
    const next = task.next()
    if (next.done) return next.value
    const { driver, pending } = next.value
    driver.receiveQueued(pending)
    while (!pending.done) await driver.receive(pending, timeout)
    // Most waits end at once. Let the event loop run after them, so that timers run and a signal can abort.
    if (timeout.signal || driver.isTurnDue()) await driver.nextTurn()
  }
}

/** Throws the error that something ended with, if any. */
export function throwIfFailed({ error }: Pending): void {
  if (error !== undefined) throw error
}
