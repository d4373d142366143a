import { printable } from '../codec/printable.js'

/** A fault in the description of a lab, or the part of it that could not be created. */
export interface LabFault {
  /** `web.links[0].peer` */
  readonly path: string
  readonly reason: string
}

/** Returns a fault as one line. */
export const faultLine = ({ path, reason }: LabFault): string => printable(path === '' ? reason : `${path}: ${reason}`)

/** Thrown if a lab cannot be created. Nothing is left of it. */
export class LabError extends Error {
  override readonly name = 'LabError'
  readonly code = 'ERR_NETLINK_LAB'

  /** @param faults All faults of the description; or one, whose error is the `cause` */
  constructor(
    readonly faults: readonly LabFault[],
    options?: ErrorOptions,
  ) {
    super(faults.map(faultLine).join('\n'), options)
  }
}
