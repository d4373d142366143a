/** The parts of `node:timers/promises` and of the global timers that the plugin uses. */
import { deliverSignals } from './process.js'

/**
 * Runs the callback in a microtask, after the handlers of pending signals. Signals are the only events in this runtime, so this
 * is a whole turn of the event loop.
 */
export function setImmediate<T extends unknown[]>(callback: (...args: T) => void, ...args: T): void {
  Promise.resolve().then(() => {
    deliverSignals()
    callback(...args)
  })
}
