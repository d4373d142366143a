/** Where two values differ: members and elements, down to what has none. */
export interface Difference {
  /** e.g. `result.interfaces.0.mtu` */
  readonly place: string
  readonly upstream: unknown
  readonly ours: unknown
}

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** All differences of two JSON values; the order of an object's keys does not count. */
export function differencesOf(upstream: unknown, ours: unknown, place = ''): Difference[] {
  if (!isBranch(upstream) || !isBranch(ours) || Array.isArray(upstream) !== Array.isArray(ours)) {
    return Object.is(upstream, ours) ? [] : [{ place, upstream, ours }]
  }
  const keys = new Set([...Object.keys(upstream), ...Object.keys(ours)])
  return [...keys].flatMap((key) => differencesOf(upstream[key], ours[key], place === '' ? key : `${place}.${key}`))
}
