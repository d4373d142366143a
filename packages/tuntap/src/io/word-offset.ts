import type { Members, Struct } from '@netloom/netlink/codec'

/** Returns the offset of a member in 32-bit words. */
export function wordOffset<M extends Members>({ members }: Struct<M>, member: keyof M): number {
  const names = Object.keys(members)
  const before = names.slice(0, names.indexOf(String(member)))
  return before.reduce((sum, name) => sum + (members[name]?.size ?? 0), 0) / 4
}
