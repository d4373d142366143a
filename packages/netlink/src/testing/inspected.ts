import { inspect } from 'node:util'
import { printable } from '../codec/index.js'

/** Formats a message for an error message. */
export const inspected = (message: unknown): string =>
  printable(inspect(message, { depth: 8, breakLength: Number.POSITIVE_INFINITY, compact: true }))
