/** What the plugin and its libraries use of `node:timers/promises`. */
import { setImmediate as later } from './timers.js'

export const setImmediate = <T>(value?: T) => new Promise<T | undefined>((resolve) => later(resolve, value))

/** Nothing can happen meanwhile: it may as well be waited for at once. */
export function setTimeout<T>(milliseconds: number, value?: T): Promise<T | undefined> {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
  return setImmediate(value)
}
