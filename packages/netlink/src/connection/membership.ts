import { printable } from '../codec/index.js'
import type { Messages, Protocol } from '../message/index.js'
import type { Transport } from '../socket/transport.js'

/** The number of a protocol's group. @throws {TypeError} where it has none such */
export function groupNumber<M extends Messages, G extends string>(
  { name: of, groups }: Protocol<M, G>,
  name: G,
): number {
  const number = groups && Object.hasOwn(groups, name) ? groups[name] : undefined
  if (number) return number
  // RTNLGRP_NONE and its like are no groups.
  const names = Object.entries(groups ?? {}).flatMap(([each, value]) => (value ? [each] : []))
  throw new TypeError(`expected a group of ${of} (${names.join(', ')}), got '${printable(name)}'`)
}

/** The groups that a socket is a member of, for all who listen to it. */
export interface Membership {
  /** Becomes a member of all or of none. @throws {SystemError} `EINVAL` where the kernel has no such group */
  join(groups: readonly number[]): void
  /** Ends that, but for groups that others listen to. */
  leave(groups: readonly number[]): void
}

export function joinGroups(transport: Transport): Membership {
  const members = new Map<number, number>()
  const leave = (groups: readonly number[]) => {
    for (const group of groups) {
      const others = (members.get(group) ?? 0) - 1
      if (others > 0) members.set(group, others)
      else if (members.delete(group)) transport.leave(group)
    }
  }
  return {
    join(groups) {
      for (const [index, group] of groups.entries()) {
        const others = members.get(group) ?? 0
        try {
          if (others === 0) transport.join(group)
        } catch (error) {
          leave(groups.slice(0, index))
          throw error
        }
        members.set(group, others + 1)
      }
    },
    leave,
  }
}
