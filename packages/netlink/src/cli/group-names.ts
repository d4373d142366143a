import { RTNLGRP } from '../route/index.js'
import { UsageError } from './command.js'

/** `IPV4_IFADDR` → `ipv4-ifaddr` */
const spoken = (name: string) => name.toLowerCase().replaceAll('_', '-')

/** Groups that no kernel of today sends anything to. */
const dead = /^(NONE|NOTIFY|NOP\d|DECnet_)/

/** Names and numbers of the multicast groups. */
export const groups: ReadonlyMap<string, number> = new Map(
  Object.entries(RTNLGRP.values)
    .filter(([name]) => !dead.test(name))
    .map(([name, number]) => [spoken(name), number]),
)

/** The number of a group: `ipv4-ifaddr`, or as the kernel calls it, `RTNLGRP_IPV4_IFADDR`. @throws {UsageError} */
export function groupNumber(name: string): number {
  const found = groups.get(spoken(name.replace(/^RTNLGRP_/i, '')))
  if (found === undefined) throw new UsageError(`expected groups of ${[...groups.keys()].join(' ')}, got '${name}'`)
  return found
}
