import {
  NEXTHOP_GRP_TYPE,
  type NexthopMessage,
  nexthopMessage,
  nexthopResGroupAttrs,
  RTNH_F,
} from '../../route/index.js'
import { indexOrNone } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { BOOLEAN, checkOptions, checkValue, integers, LIST, POSITIVE_U32 } from '../values/accepted.js'
import { covers } from '../values/compare.js'
import { encodeEncap } from '../values/encap.js'
import { fromJson } from '../values/from-json.js'
import { canonical, familyNumber, familyOf } from '../values/ip-text.js'
import { bitsOf, numberOf, protocolNumber, REPORTED_FLAGS, scopeNumber } from '../values/names.js'
import { normalize, toWire } from '../values/normalize.js'
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

/** Returns the message of a next hop, with the index of its link. Checks all options before it looks up the link. @throws {TypeError} */
export function* encodeNexthop(nexthop: NewNexthop): Operation<NexthopMessage> {
  const { attrs, ...header } = encodeWithoutLink(nexthop)
  return { ...header, attrs: { ...attrs, ...defined({ oif: yield* indexOrNone('dev', nexthop.dev) }) } }
}

/** Returns options of a resilient group that were written as JSON: with bigints. */
export const resilientFromJson = (resilient: unknown) => fromJson(nexthopResGroupAttrs, resilient)

/** Returns NHA_RES_GROUP. The kernel only reports how long a group has been unbalanced. @throws {TypeError} */
function encodeResilient(resilient: NewNexthop['resilient']) {
  if (resilient === undefined) return undefined
  const { unbalancedTime: _, ...sent } = toWire('resilient', nexthopResGroupAttrs, resilient) as {
    unbalancedTime?: unknown
  }
  return sent
}

/** Returns the message of a next hop without the index of its link. @throws {TypeError} */
function encodeWithoutLink(nexthop: NewNexthop): NexthopMessage {
  checkNexthop(nexthop)
  const { id, via, group, groupType, protocol, flags, encap, scope } = nexthop
  if (scope !== undefined) scopeNumber(scope)
  const family = nexthop.family ?? (via === undefined ? 'inet' : familyOf(via))
  const familyOfGateway = familyNumber(family)
  return {
    family: group === undefined ? familyOfGateway : 0,
    ...{ scope: 0, protocol: protocol === undefined ? 0 : protocolNumber(protocol) },
    flags: bitsOf('flags', RTNH_F, flags ?? []) & ~REPORTED_FLAGS,
    attrs: {
      ...defined({ id, gateway: via === undefined ? undefined : canonical('via', via) }),
      ...defined({ group: group?.map(encodeMember), resGroup: encodeResilient(nexthop.resilient) }),
      ...defined({ blackhole: nexthop.blackhole || undefined, fdb: nexthop.fdb || undefined }),
      ...(groupType !== undefined && { groupType: numberOf('groupType', NEXTHOP_GRP_TYPE, groupType) }),
      ...defined({ hwStatsEnable: nexthop.hwStats === undefined ? undefined : Number(nexthop.hwStats) }),
      ...encodeEncap(encap),
    },
  } as NexthopMessage
}

/** Attributes that are compared. A group that has lost members is still the same one. */
const compared = ['oif', 'gateway', 'blackhole', 'fdb', 'groupType', 'encapType', 'encap'] as const

/** True if a next hop has the properties of the key; `request` is the message of the key. */
export function matchesKey(key: NexthopKey, request: NexthopMessage, found: NexthopMessage): boolean {
  if (!Object.entries(key).some(([name, value]) => name !== 'id' && value !== undefined)) return true
  const { attrs, protocol } = normalize(nexthopMessage, request)
  return (
    compared.every((name) => covers(attrs[name], found.attrs[name])) &&
    (key.group === undefined || found.attrs.group !== undefined) &&
    (key.protocol === undefined || protocol === found.protocol)
  )
}
