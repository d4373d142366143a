/** A path at which two values differ. Both have a leaf there, or only one has a branch. */
export interface Difference {
  /** For example `result.interfaces.0.mtu`. */
  readonly path: string
  readonly upstream: unknown
  readonly ours: unknown
}

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Returns all differences between two JSON values. Ignores the order of keys. */
export function differencesOf(upstream: unknown, ours: unknown, path = ''): Difference[] {
  if (!isBranch(upstream) || !isBranch(ours) || Array.isArray(upstream) !== Array.isArray(ours)) {
    return Object.is(upstream, ours) ? [] : [{ path, upstream, ours }]
  }
  const keys = new Set([...Object.keys(upstream), ...Object.keys(ours)])
  return [...keys].flatMap((key) => differencesOf(upstream[key], ours[key], path === '' ? key : `${path}.${key}`))
}
