import type { Netlink } from '@netloom/netlink'

/** One form of an operation. */
export type Call = (...args: readonly unknown[]) => unknown

/** Members of a Netlink that are no operations on objects. */
const others = ['connection']

/** Returns the operations of a Netlink, without those that block: `link.add`, `bridge.vlan.add`. */
export function operationNames(nl: Netlink): string[] {
  const namesIn = (value: object, path: string): string[] =>
    Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
      if (typeof member === 'function') return key.endsWith('Sync') ? [] : [`${path}${key}`]
      return typeof member === 'object' && member !== null ? namesIn(member, `${path}${key}.`) : []
    })
  return Object.entries(nl)
    .filter(([key]) => !others.includes(key))
    .flatMap(([key, member]) => (typeof member === 'object' && member !== null ? namesIn(member, `${key}.`) : []))
}

/** Returns the form of an operation that blocks, by its name: `bridge.vlan.add`. */
export function syncOperation(nl: Netlink, name: string): Call {
  const found = `${name}Sync`.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], nl)
  if (typeof found !== 'function') throw new Error(`expected an operation ${name}, got ${typeof found}`)
  return found as Call
}
