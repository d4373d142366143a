import { RTNLGRP } from '../route/index.js'
import { UsageError } from './declaration.js'

/** Converts `IPV4_IFADDR` to `ipv4-ifaddr`. */
const spoken = (name: string) => name.toLowerCase().replaceAll('_', '-')

/** Groups to which current kernels send nothing. */
const dead = /^(NONE|NOTIFY|NOP\d|DECnet_)/

/** Numbers of the multicast groups, by name. */
export const groups: ReadonlyMap<string, number> = new Map(
  Object.entries(RTNLGRP.values)
    .filter(([name]) => !dead.test(name))
    .map(([name, number]) => [spoken(name), number]),
)

/**
 * Returns the number of a group. Accepts `ipv4-ifaddr`, or the kernel's name `RTNLGRP_IPV4_IFADDR`.
 * @throws {UsageError} if there is no such group
 */
export function groupNumber(name: string): number {
  const found = groups.get(spoken(name.replace(/^RTNLGRP_/i, '')))
  if (found === undefined) throw new UsageError(`expected groups of ${[...groups.keys()].join(' ')}, got '${name}'`)
  return found
}
