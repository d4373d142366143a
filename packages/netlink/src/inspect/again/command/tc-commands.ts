import type { SaidRequest } from '../request-of.js'
import type { Command } from './words.js'

/** `tc` */
export function trafficControlCommand(_request: SaidRequest): Command | undefined {
  return undefined
}
