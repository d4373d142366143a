import type { ExtendedAck } from '../../message/index.js'
import type { Errno } from '../answer.js'

/** The mock's kernel refuses a request. It never leaves the mock but as an ack. */
export class Refused extends Error {
  override readonly name = 'Refused'

  constructor(
    readonly code: Errno,
    readonly extended: ExtendedAck = {},
    /** Keys to the attribute that it did not like. */
    readonly attribute?: string,
  ) {
    super(extended.msg ?? code)
  }
}

/** Refuses, in the kernel's words if it has some. */
export function refuse(code: Errno, msg?: string, attribute?: string): never {
  throw new Refused(code, msg === undefined ? {} : { msg }, attribute)
}

/** Refuses what the kernel may well do, but the mock does not. */
export const notModelled = (what: string): never => refuse('EOPNOTSUPP', `not modelled: ${what}`)

/** Refuses attributes other than these, under which they are named in messages. */
export function expectModelled(attrs: object, name: string, known: readonly string[]): void {
  for (const [key, value] of Object.entries(attrs))
    if (value !== undefined && !known.includes(key)) notModelled(`${name} ${key}`)
}
