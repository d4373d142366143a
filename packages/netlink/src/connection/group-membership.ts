import { ArgumentError, printable } from '../codec/index.js'
import type { Messages, Protocol } from '../message/index.js'
import type { Transport } from '../socket/transport.js'

/** Returns the number of a multicast group. @throws {TypeError} if the protocol has no such group */
export function groupNumber<M extends Messages, G extends string>(
  { name: protocol, groups }: Protocol<M, G>,
  name: G,
): number {
  const number = groups && Object.hasOwn(groups, name) ? groups[name] : undefined
  if (number) return number
  // The number 0 is not a group (RTNLGRP_NONE).
  const names = Object.entries(groups ?? {}).flatMap(([each, value]) => (value ? [each] : []))
  throw new ArgumentError(`expected a group of ${protocol} (${names.join(', ')}), got '${printable(name)}'`)
}

/** Counts the listeners of each group on one socket. The socket is a member of a group while the group has listeners. */
export class GroupMembership {
  readonly #transport: Transport
  /** Number of listeners of each group. */
  readonly #listeners = new Map<number, number>()

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Joins the groups. If one of them fails, leaves the others again.
   * @throws {SystemError} `EINVAL` if the kernel has no such group
   */
  join(groups: readonly number[]): void {
    for (const [index, group] of groups.entries()) {
      const others = this.#listeners.get(group) ?? 0
      try {
        if (others === 0) this.#transport.join(group)
      } catch (error) {
        this.leave(groups.slice(0, index))
        throw error
      }
      this.#listeners.set(group, others + 1)
    }
  }

  /** Leaves the groups that have no other listener. */
  leave(groups: readonly number[]): void {
    for (const group of groups) {
      const others = (this.#listeners.get(group) ?? 0) - 1
      if (others > 0) this.#listeners.set(group, others)
      else if (this.#listeners.delete(group)) this.#transport.leave(group)
    }
  }
}
