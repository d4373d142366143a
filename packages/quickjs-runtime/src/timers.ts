/** What the plugin uses of `node:timers/promises` and of the timers in the global scope. */
import { deliverSignals } from './process.js'

/**
 * Nothing ever arrives here by itself but signals: so a turn of the loop is one of the microtasks in which they are delivered.
 */
export function setImmediate<T extends unknown[]>(callback: (...args: T) => void, ...args: T): void {
  Promise.resolve().then(() => {
    deliverSignals()
    callback(...args)
  })
}
