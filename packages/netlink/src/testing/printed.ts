import { inspect } from 'node:util'

/** A message, as errors print it. */
export const printed = (message: unknown): string =>
  inspect(message, { depth: 8, breakLength: Number.POSITIVE_INFINITY, compact: true })
