import type { Declaration } from './codec.js'

/** Marks the value of a declaration as secret: a key or a password. `describe` can replace it. */
export const secret = <D extends Declaration<unknown>>(declaration: D): D => ({ ...declaration, secret: true })
