import type { ExtendedAck } from '../../message/index.js'
import type { Errno } from '../kernel-message.js'

/** A request is refused. The mock kernel turns it into an ack. */
export class Refused extends Error {
  override readonly name = 'Refused'

  constructor(
    readonly code: Errno,
    readonly extended: ExtendedAck = {},
    /** The path of keys to the invalid attribute. */
    readonly attribute?: string,
  ) {
    super(extended.msg ?? code)
  }
}

/** Refuses a request. `msg` is the kernel's message, if it sends one. */
export function refuse(code: Errno, msg?: string, attribute?: string): never {
  throw new Refused(code, msg === undefined ? {} : { msg }, attribute)
}

/** Refuses what the mock kernel does not simulate. */
export const notModelled = (what: string): never => refuse('EOPNOTSUPP', `not modelled: ${what}`)

/** Refuses attributes whose key is not in `known`. `name` is that of the request. */
export function checkModelled(attrs: object, name: string, known: readonly string[]): void {
  for (const [key, value] of Object.entries(attrs))
    if (value !== undefined && !known.includes(key)) notModelled(`${name} ${key}`)
}
