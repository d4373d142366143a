import type { SaidRequest } from '../request-of.js'
import type { Command } from './words.js'

/** Returns the other requests that iproute2 sends. */
export function otherCommand(_request: SaidRequest): Command | undefined {
  return undefined
}
