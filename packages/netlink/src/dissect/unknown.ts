const unknownKey = /^\?\d+$/

/** Counts the undecoded attributes in a decoded value, at any depth. */
export function countUnknown(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const each of value) count += countUnknown(each)
    return count
  }
  for (const key of Object.keys(value)) {
    const member: unknown = (value as Readonly<Record<string, unknown>>)[key]
    if (typeof member !== 'object') continue
    const isRaw = Array.isArray(member) && key.startsWith('?') && unknownKey.test(key)
    count += isRaw ? member.length : countUnknown(member)
  }
  return count
}
