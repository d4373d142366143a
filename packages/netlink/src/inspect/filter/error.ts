/** Thrown for an invalid filter. */
export class FilterError extends Error {
  override readonly name = 'FilterError'
  readonly code = 'ERR_NETLINK_FILTER'

  constructor(
    /** The filter. */
    readonly filter: string,
    /** Position in the filter, from 1. */
    readonly position: number,
    expected: string,
    given: string,
  ) {
    super(`at position ${position}: expected ${expected}, got ${given}`)
  }
}
