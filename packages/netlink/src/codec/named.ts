import type { Declaration } from './codec.js'

/** Gives the declaration a named type: `named<BondAttrs>(bondAttrs)`. Otherwise TypeScript repeats the full type wherever it is used. */
export const named = <T>(declaration: Declaration<T>): Declaration<T> => declaration
