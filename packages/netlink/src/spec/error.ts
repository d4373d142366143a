/** Thrown if a YAML spec of a netlink family is not valid. `path` names the place: `attribute-sets > dev > ifindex > type`. */
export class SpecError extends Error {
  override readonly name = 'SpecError'
  readonly code = 'ERR_NETLINK_SPEC'

  constructor(
    readonly reason: string,
    readonly path: readonly string[] = [],
  ) {
    super(path.length > 0 ? `${path.join(' > ')}: ${reason}` : reason)
  }
}
