import { printable } from '../codec/printable.js'

/** A fault in the description of a lab, or the part of it that could not be created. */
export interface LabFault {
  /** `web.links[0].peer` */
  readonly path: string
  readonly reason: string
}

/** Thrown if a lab cannot be created. Nothing is left of it. */
export class LabError extends Error {
  override readonly name = 'LabError'
  readonly code = 'ERR_NETLINK_LAB'

  /** @param faults All faults of the description; or one, whose error is the `cause` */
  constructor(
    readonly faults: readonly LabFault[],
    options?: ErrorOptions,
  ) {
    super(
      printable(faults.map(({ path, reason }) => (path === '' ? reason : `${path}: ${reason}`)).join('\n')),
      options,
    )
  }
}
