import { NEXTHOP_GRP_TYPE, type NexthopMessage, nexthopMessage, RTNH_F } from '../../route/index.js'
import { indexOrNone } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { BOOLEAN, checkOptions, checkValue, integers, LIST, POSITIVE_U32 } from '../values/accepted.js'
import { covers } from '../values/compare.js'
import { encodeEncap } from '../values/encap.js'
import { canonical, familyNumber, familyOf } from '../values/ip-text.js'
import { bitsOf, numberOf, protocolNumber, REPORTED_FLAGS } from '../values/names.js'
import { normalize } from '../values/normalize.js'
import { checkKeys, defined } from '../values/objects.js'
import type { NewNexthop, NexthopKey } from './types.js'

export const nexthopKeys = {
  ...{ id: 1, family: 1, via: 1, dev: 1, blackhole: BOOLEAN, fdb: BOOLEAN, group: LIST, groupType: 1, resilient: 1 },
  ...{ encap: 1, hwStats: BOOLEAN, protocol: 1, flags: 1, scope: 1 },
} satisfies Record<keyof NewNexthop, unknown>

/** 16 bits; 65536 would be encoded as 0xffff, which is reserved (`nh_check_attr_group`, net/ipv4/nexthop.c). */
const WEIGHT = integers(1, 65535)

/** Checks the keys of a next hop and its ID. The kernel treats 0 as no ID. @throws {TypeError} */
export function checkNexthop(nexthop: NewNexthop, keys: Readonly<Record<string, unknown>> = nexthopKeys): void {
  checkKeys('nexthop', nexthop, keys)
  checkOptions(nexthop, { id: POSITIVE_U32 })
}

function encodeMember(member: { readonly id: number; readonly weight?: number | undefined }) {
  checkKeys('a member of group', member, { id: 1, weight: 1 })
  const { id, weight = 1 } = member
  checkValue('weight of group', weight, WEIGHT)
  checkValue('id of group', id, POSITIVE_U32)
  return { id, weight: (weight - 1) & 0xff, weightHigh: (weight - 1) >> 8 }
}

/** Returns the message of a next hop, with the index of its link. @throws {TypeError} */
export function* encodeNexthop(nexthop: NewNexthop): Operation<NexthopMessage> {
  checkNexthop(nexthop)
  const { id, via, group, groupType, protocol, flags, encap } = nexthop
  // The kernel only reports how long a group has been unbalanced.
  const { unbalancedTime: _, ...resilient } = nexthop.resilient ?? {}
  const family = nexthop.family ?? (via === undefined ? 'inet' : familyOf(via))
  const oif = yield* indexOrNone('dev', nexthop.dev)
  return {
    family: group === undefined ? familyNumber(family) : 0,
    ...{ scope: 0, protocol: protocol === undefined ? 0 : protocolNumber(protocol) },
    flags: bitsOf('flags', RTNH_F, flags ?? []) & ~REPORTED_FLAGS,
    attrs: {
      ...defined({ id, oif, gateway: via === undefined ? undefined : canonical('via', via) }),
      ...defined({ group: group?.map(encodeMember), resGroup: nexthop.resilient && resilient }),
      ...defined({ blackhole: nexthop.blackhole || undefined, fdb: nexthop.fdb || undefined }),
      ...(groupType !== undefined && { groupType: numberOf('groupType', NEXTHOP_GRP_TYPE, groupType) }),
      ...defined({ hwStatsEnable: nexthop.hwStats === undefined ? undefined : Number(nexthop.hwStats) }),
      ...encodeEncap(encap),
    },
  } as NexthopMessage
}

/** Attributes that are compared. A group that has lost members is still the same one. */
const compared = ['oif', 'gateway', 'blackhole', 'fdb', 'groupType', 'encapType', 'encap'] as const

/** True if a next hop has the properties of the key. */
export function* matchesKey(key: NexthopKey, found: NexthopMessage): Operation<boolean> {
  if (!Object.entries(key).some(([name, value]) => name !== 'id' && value !== undefined)) return true
  const { attrs, protocol } = normalize(nexthopMessage, yield* encodeNexthop(key))
  return (
    compared.every((name) => covers(attrs[name], found.attrs[name])) &&
    (key.group === undefined || found.attrs.group !== undefined) &&
    (key.protocol === undefined || protocol === found.protocol)
  )
}
