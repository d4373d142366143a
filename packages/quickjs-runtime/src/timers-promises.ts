/** The parts of `node:timers/promises` that the plugin and its libraries use. */
import { setImmediate as later } from './timers.js'

export const setImmediate = <T>(value?: T) => new Promise<T | undefined>((resolve) => later(resolve, value))

/** Sleeps, then resolves. No event can arrive meanwhile, so the sleep may block. */
export function setTimeout<T>(milliseconds: number, value?: T): Promise<T | undefined> {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
  return setImmediate(value)
}
