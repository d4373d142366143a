import { ownOnly } from '../../codec/own.js'
import {
  NEXTHOP_GRP_TYPE,
  type NexthopMessage,
  NHA_OP_FLAG,
  nexthopMessage,
  RTNH_F,
  RTPROT,
} from '../../route/index.js'
import { BOOLEAN, checkOptions, expectAccepted, integers, LIST, POSITIVE_U32 } from '../accepted.js'
import { encapAttrs } from '../encap.js'
import { covers } from '../ensure.js'
import { ExplainedError } from '../explained-error.js'
import { TOLD_FLAGS } from '../flags.js'
import { canonical, familyNumber, familyOf } from '../ip-text.js'
import { ifThere, indexOf, indexOrNone } from '../link-ref.js'
import { bitsOf, numberOf } from '../names.js'
import { told } from '../normalize.js'
import { defined, expectGiven, expectKeys } from '../objects.js'
import { change, dump, type Operation, read } from '../operation.js'
import {
  type NewNexthop,
  type Nexthop,
  type NexthopFilter,
  type NexthopKey,
  type NexthopQuery,
  toNexthop,
} from './types.js'

const filterKeys = {
  ...{ family: 1, dev: 1, master: 1, groups: BOOLEAN, fdb: BOOLEAN, stats: BOOLEAN },
} satisfies Record<keyof NexthopFilter, unknown>
const nexthopKeys = {
  ...{ id: 1, family: 1, via: 1, dev: 1, blackhole: BOOLEAN, fdb: BOOLEAN, group: LIST, groupType: 1, resilient: 1 },
  ...{ encap: 1, hwStats: 1, protocol: 1, flags: 1, scope: 1 },
} satisfies Record<keyof NewNexthop, unknown>

/** Sixteen bits less one: 0xffff, which is sent for 65536, is reserved (`nh_check_attr_group`, net/ipv4/nexthop.c). */
const WEIGHT = integers(1, 65535)
/** The kernel takes an ID of zero for none, and chooses one. */
const accepted = { id: POSITIVE_U32 }

/** @throws {TypeError} for keys that a next hop does not have, and for an ID out of range */
function expectNexthop(nexthop: NewNexthop): void {
  expectKeys('nexthop', nexthop, nexthopKeys)
  checkOptions(nexthop, accepted)
}

function memberOf(member: { readonly id: number; readonly weight?: number | undefined }) {
  expectKeys('a member of group', member, { id: 1, weight: 1 })
  const { id, weight = 1 } = member
  expectAccepted('weight of group', weight, WEIGHT)
  expectAccepted('id of group', id, POSITIVE_U32)
  return { id, weight: (weight - 1) & 0xff, weightHigh: (weight - 1) >> 8 }
}

function* messageOf(nexthop: NewNexthop): Operation<NexthopMessage> {
  expectNexthop(nexthop)
  const { id, via, group, groupType, protocol, flags, encap } = nexthop
  // The kernel only reports the time for which it has been unbalanced.
  const { unbalancedTime: _, ...resilient } = nexthop.resilient ?? {}
  const family = nexthop.family ?? (via === undefined ? 'inet' : familyOf(via))
  const oif = yield* indexOrNone('dev', nexthop.dev)
  return {
    family: group === undefined ? familyNumber(family) : 0,
    ...{ scope: 0, protocol: protocol === undefined ? 0 : numberOf('protocol', RTPROT, protocol) },
    flags: bitsOf('flags', RTNH_F, flags ?? []) & ~TOLD_FLAGS,
    attrs: {
      ...defined({ id, oif, gateway: via === undefined ? undefined : canonical('via', via) }),
      ...defined({ group: group?.map(memberOf), resGroup: nexthop.resilient && resilient }),
      ...defined({ blackhole: nexthop.blackhole || undefined, fdb: nexthop.fdb || undefined }),
      ...(groupType !== undefined && { groupType: numberOf('groupType', NEXTHOP_GRP_TYPE, groupType) }),
      ...defined({ hwStatsEnable: nexthop.hwStats === undefined ? undefined : Number(nexthop.hwStats) }),
      ...encapAttrs(encap),
    },
  } as NexthopMessage
}

/** NHA_OP_FLAGS of a request: older kernels refuse any. */
const opFlags = (stats: boolean | undefined) => (stats ? { opFlags: NHA_OP_FLAG.DUMP_STATS } : {})

/** Lists all next hops, or those that the filter lets through. */
function* list(filter?: NexthopFilter): Operation<Nexthop[]> {
  expectKeys('filter', filter ?? {}, filterKeys)
  const { groups, fdb, family, stats, ...links } = ownOnly(filter ?? {})
  const oif = links.dev === undefined ? undefined : yield* indexOf('dev', links.dev)
  const master = links.master === undefined ? undefined : yield* indexOf('master', links.master)
  const wanted = family === undefined ? undefined : familyNumber(family)
  const attrs = defined({ oif, master, groups: groups || undefined, fdb: fdb || undefined, ...opFlags(stats) })
  const found = yield* dump('RTM_GETNEXTHOP', { attrs } as NexthopMessage)
  const fits = (message: NexthopMessage) =>
    (wanted === undefined || message.family === wanted) &&
    (oif === undefined || message.attrs.oif === oif) &&
    (!fdb || message.attrs.fdb === true) &&
    (!groups || message.attrs.group !== undefined)
  return found.filter(fits).map(toNexthop)
}

/** Returns a next hop; undefined if there is none of this ID, or if it differs from other given properties. */
function* get(key: NexthopQuery): Operation<Nexthop | undefined> {
  expectKeys('nexthop', key, { ...nexthopKeys, stats: BOOLEAN })
  expectGiven('nexthop', key, 'id')
  checkOptions(key, accepted)
  const attrs = { id: key.id, ...opFlags(key.stats) }
  const [found] = (yield* ifThere(read('RTM_GETNEXTHOP', { attrs }), 'ENOENT')) ?? []
  const { stats: _, ...properties } = key
  return found && (yield* isDescribed(properties, found)) ? toNexthop(found) : undefined
}

/** True if a next hop has the given properties. */
function* isDescribed(key: NexthopKey, found: NexthopMessage): Operation<boolean> {
  const hasOthers = Object.entries(key).some(([name, value]) => name !== 'id' && value !== undefined)
  return !hasOthers || isSame(key, yield* messageOf(key), found)
}

/** Adds a next hop. @returns its ID @throws {NetlinkError} `EEXIST` if there is one of this ID */
function* add(nexthop: NewNexthop): Operation<number> {
  const options = { create: true, excl: true, echo: nexthop?.id === undefined }
  const [made] = yield* change('RTM_NEWNEXTHOP', yield* messageOf(nexthop), options)
  return nexthop.id ?? made?.attrs.id ?? 0
}

/** Adds a next hop, or replaces the one of its ID: routes that use it go on with the new one. */
function* replace(nexthop: NewNexthop): Operation<void> {
  expectNexthop(nexthop)
  expectGiven('nexthop', nexthop, 'id')
  yield* change('RTM_NEWNEXTHOP', yield* messageOf(nexthop), { create: true, replace: true })
}

/** Attributes in which a next hop differs from another one of its ID. A group may have lost members, and remains what it is. */
const compared = ['oif', 'gateway', 'blackhole', 'fdb', 'groupType', 'encapType', 'encap'] as const

/** True if `found` is what the key says of it. */
function isSame(key: NexthopKey, request: NexthopMessage, found: NexthopMessage): boolean {
  const { attrs, protocol } = told(nexthopMessage, request)
  return (
    compared.every((name) => covers(attrs[name], found.attrs[name])) &&
    (key.group === undefined || found.attrs.group !== undefined) &&
    (key.protocol === undefined || protocol === found.protocol)
  )
}

/**
 * Deletes a next hop, and with it the routes that use it.
 * @throws {NetlinkError} `ENOENT` if there is none of this ID, or a different one than `key` describes
 */
function* remove(key: NexthopKey): Operation<void> {
  expectNexthop(key)
  expectGiven('nexthop', key, 'id')
  const { id } = key
  const found = Object.keys(key).length > 1 ? yield* get({ id }) : undefined
  if (found && !(yield* isDescribed(key, found.message)))
    throw new ExplainedError({ request: 'RTM_DELNEXTHOP', text: `next hop ${id} is a different one` })
  yield* change('RTM_DELNEXTHOP', { attrs: { id } })
}

/** Next hops, which routes can use. */
export const nexthopOperations = { list, get, add, replace, delete: remove }
