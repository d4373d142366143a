import { inspect } from 'node:util'
import { printable } from '../codec/index.js'

/** A message, as errors print it. */
export const printed = (message: unknown): string =>
  printable(inspect(message, { depth: 8, breakLength: Number.POSITIVE_INFINITY, compact: true }))
