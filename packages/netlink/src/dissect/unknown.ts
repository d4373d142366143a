const unknownKey = /^\?\d+$/

/** Counts the undecoded attributes in a decoded value, at any depth. */
export function countUnknown(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + countUnknown(each), 0)
  return Object.entries(value).reduce((sum, [key, member]) => {
    const raw = unknownKey.test(key) && Array.isArray(member)
    return sum + (raw ? member.length : countUnknown(member))
  }, 0)
}
