import { inspect } from 'node:util'
import { printable } from '../codec/index.js'

/** Returns a message as errors show it. */
export const inspected = (message: unknown): string =>
  printable(inspect(message, { depth: 8, breakLength: Number.POSITIVE_INFINITY, compact: true }))
