import { setImmediate as later } from './timers.js'

export const setImmediate = <T>(value?: T) => new Promise<T | undefined>((resolve) => later(resolve, value))
