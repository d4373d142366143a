import type { RouteGroup } from '../../connection/connection.js'
import { CN_IDX } from '../../connector/index.js'
import { SKNLGRP } from '../../diag/index.js'
import { NETLINK } from '../../message/index.js'
import { NFNLGRP } from '../../netfilter/index.js'
import { RDMA_NL_GROUP } from '../../rdma/index.js'
import { RTNLGRP } from '../../route/index.js'
import { MONITOR_GROUP } from '../../uevent/index.js'
import { XFRMNLGRP } from '../../xfrm/index.js'
import { unknown } from '../parse.js'

/** A multicast group of a protocol. */
export interface Group {
  /** NETLINK_* */
  readonly protocol: number
  readonly name: string
  readonly number: number
}

/** The groups of a family of generic netlink, whose numbers the kernel assigns: all, or one of them. */
export interface GenericGroups {
  readonly family: string
  readonly group?: string
}

/** The groups that operands name. */
export interface Wanted {
  readonly groups: readonly Group[]
  readonly generic: readonly GenericGroups[]
  /** True if the operands do not name them one by one: groups that the kernel does not have are left out. */
  readonly isEverything: boolean
}

/** Converts `IPV4_IFADDR` to `ipv4-ifaddr`. */
const spoken = (name: string) => name.toLowerCase().replaceAll('_', '-')

/** Groups to which current kernels send nothing. */
const dead = /^(NONE|NOTIFY|NOP\d|DECnet_)/

const groupsOf = (protocol: number, values: Readonly<Record<string, number>>, prefix = ''): Group[] =>
  Object.entries(values)
    .filter(([name]) => !dead.test(name))
    .map(([name, number]) => ({ protocol, name: prefix + spoken(name), number }))

const route = groupsOf(NETLINK.ROUTE, RTNLGRP.values)
const netfilter = groupsOf(NETLINK.NETFILTER, NFNLGRP.values)
const xfrm = groupsOf(NETLINK.XFRM, XFRMNLGRP.values, 'xfrm-')
const diag = groupsOf(NETLINK.SOCK_DIAG, SKNLGRP.values)
const rdma = groupsOf(NETLINK.RDMA, RDMA_NL_GROUP.values, 'rdma-')
/** Events of all processes of the machine, which `all` does not mean. */
const processes = [{ protocol: NETLINK.CONNECTOR, name: 'processes', number: CN_IDX.PROC }]
const uevent = [{ protocol: NETLINK.KOBJECT_UEVENT, name: 'uevent', number: MONITOR_GROUP.KERNEL }]

const named = (...names: readonly RouteGroup[]) =>
  route.filter(({ name }) => names.some((each) => spoken(each) === name))

/** Names of several groups. */
const several: Readonly<Record<string, readonly Group[]>> = {
  addr: named('IPV4_IFADDR', 'IPV6_IFADDR'),
  route: named('IPV4_ROUTE', 'IPV6_ROUTE'),
  rule: named('IPV4_RULE', 'IPV6_RULE'),
  mroute: named('IPV4_MROUTE', 'IPV6_MROUTE'),
  netconf: named('IPV4_NETCONF', 'IPV6_NETCONF', 'MPLS_NETCONF'),
  netfilter,
  conntrack: netfilter.filter(({ name }) => /^conntrack-(?!exp)/.test(name)),
  expectations: netfilter.filter(({ name }) => name.startsWith('conntrack-exp')),
  xfrm,
  diag,
  rdma,
}

/** Everything that an operand can name, except families of generic netlink. */
const known: ReadonlyMap<string, readonly Group[]> = new Map([
  ...[...route, ...netfilter, ...xfrm, ...diag, ...rdma, ...uevent, ...processes].map(
    (group) => [group.name, [group]] as const,
  ),
  ...Object.entries(several),
])

/** The names that operands can have. */
export const objectNames: readonly string[] = [
  ...Object.keys(several),
  ...[...known.keys()].filter((name) => !Object.hasOwn(several, name)),
  'generic:FAMILY',
  'all',
]

/** Returns the groups of `generic:FAMILY` or `generic:FAMILY:GROUP`. */
function genericGroups(name: string): GenericGroups | undefined {
  const [, family, group] = /^generic:([^:]+)(?::(.+))?$/.exec(name) ?? []
  if (family === undefined) return undefined
  return group === undefined ? { family } : { family, group }
}

/**
 * Returns the groups that operands name: objects (`link`, `conntrack`), groups (`ipv4-ifaddr`, also in the kernel's form
 * `RTNLGRP_IPV4_IFADDR`), or families of generic netlink (`generic:nl80211`). Without operands, all groups of NETLINK_ROUTE.
 * @throws {UsageError} if there is no such group
 */
export function wantedGroups(operands: readonly string[]): Wanted {
  if (operands.length === 0) return { groups: route, generic: [], isEverything: true }
  if (operands.includes('all'))
    return { groups: [...route, ...netfilter, ...xfrm, ...diag, ...rdma, ...uevent], generic: [], isEverything: true }
  const groups = new Set<Group>()
  const generic: GenericGroups[] = []
  for (const operand of operands) {
    const family = genericGroups(operand)
    const found = known.get(spoken(operand.replace(/^(RT|NF|SK)NLGRP_/i, '').replace(/^XFRMNLGRP_/i, 'XFRM_')))
    if (family) generic.push(family)
    else if (!found) throw unknown('group', operand, [...known.keys(), 'generic', 'all'])
    else for (const group of found) groups.add(group)
  }
  return { groups: [...groups], generic, isEverything: false }
}
