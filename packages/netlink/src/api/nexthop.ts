import { show } from '../codec/index.js'
import { NEXTHOP_GRP_TYPE, type NexthopMessage, RT_SCOPE, RTNH_F, RTPROT } from '../route/index.js'
import { ifThere, indexOrNone, type LinkRef } from './device.js'
import { type Encap, encapAttrs, type NewEncap, toEncap } from './encap.js'
import { TOLD_FLAGS } from './flags.js'
import { canonical, familyName, familyNumber, familyOf, type IpFamily } from './ip-text.js'
import { defined, expectGiven, expectKeys } from './keys.js'
import { bitsOf, type Flag, flagsIn, type Named, named, numberOf } from './names.js'
import { change, dump, type Operation, read } from './operation.js'
import { withMessage } from './with-message.js'

/** One nexthop of a group. */
export interface NexthopMember {
  readonly id: number
  /** 1 to 65536 */
  readonly weight: number
}

/** A nexthop object, as it was told: an address, a link, or a group of others. */
export interface Nexthop {
  readonly id: number
  /** Undefined for a group. */
  readonly family?: IpFamily
  readonly via?: string
  /** The index of a link. */
  readonly dev?: number
  readonly blackhole?: true
  /** For forwarding databases, not for routes. */
  readonly fdb?: true
  readonly group?: readonly NexthopMember[]
  /** NEXTHOP_GRP_TYPE_*: `mpath` or `res` */
  readonly groupType?: Named<typeof NEXTHOP_GRP_TYPE>
  readonly resilient?: NexthopMessage['attrs']['resGroup']
  readonly encap?: Encap
  readonly scope: Named<typeof RT_SCOPE>
  readonly protocol: Named<typeof RTPROT>
  readonly flags: readonly Flag<typeof RTNH_F>[]
  /** What the kernel told. Not enumerable. */
  readonly message: NexthopMessage
}

/** What a nexthop object can be given. */
export interface NewNexthop {
  /** The kernel chooses, if left out. */
  readonly id?: number | undefined
  /** Of `via`, if left out; else `inet`. */
  readonly family?: IpFamily | undefined
  readonly via?: string | undefined
  readonly dev?: LinkRef | undefined
  readonly blackhole?: boolean | undefined
  readonly fdb?: boolean | undefined
  readonly group?: readonly { readonly id: number; readonly weight?: number | undefined }[] | undefined
  readonly groupType?: Named<typeof NEXTHOP_GRP_TYPE> | undefined
  /** Of a group of type `res`; times in hundredths of a second. */
  readonly resilient?: Nexthop['resilient']
  readonly encap?: NewEncap | undefined
  readonly protocol?: Named<typeof RTPROT> | undefined
  /** `ONLINK`; of the others the kernel tells alone, and they are not sent. */
  readonly flags?: readonly Flag<typeof RTNH_F>[] | undefined
  /** What the kernel says of it; not sent. */
  readonly scope?: Nexthop['scope'] | undefined
}

/** Which nexthops to list. */
export interface NexthopFilter {
  readonly family?: IpFamily | undefined
  readonly dev?: LinkRef | undefined
  /** Those of links that are ports of this one. */
  readonly master?: LinkRef | undefined
  /** Groups only. */
  readonly groups?: boolean | undefined
  /** Those for forwarding databases only. */
  readonly fdb?: boolean | undefined
}

const filterKeys = { family: 1, dev: 1, master: 1, groups: 1, fdb: 1 } satisfies Record<keyof NexthopFilter, unknown>
const nexthopKeys = {
  ...{ id: 1, family: 1, via: 1, dev: 1, blackhole: 1, fdb: 1, group: 1, groupType: 1, resilient: 1 },
  ...{ encap: 1, protocol: 1, flags: 1, scope: 1 },
} satisfies Record<keyof NewNexthop, unknown>

/** A nexthop object of its message. */
export function toNexthop(message: NexthopMessage): Nexthop {
  const { attrs, family } = message
  const nexthop = defined({
    ...{ id: attrs.id ?? 0, family: family === 0 ? undefined : familyName(family), via: attrs.gateway, dev: attrs.oif },
    ...{ blackhole: attrs.blackhole, fdb: attrs.fdb, encap: toEncap(attrs), resilient: attrs.resGroup },
    group: attrs.group?.map(({ id, weight, weightHigh }) => ({ id, weight: weightHigh * 256 + weight + 1 })),
    groupType: attrs.groupType === undefined ? undefined : named(NEXTHOP_GRP_TYPE, attrs.groupType),
    ...{ scope: named(RT_SCOPE, message.scope), protocol: named(RTPROT, message.protocol) },
    flags: flagsIn(RTNH_F, message.flags),
  })
  return withMessage(nexthop, message) as unknown as Nexthop
}

function memberOf({ id, weight = 1 }: { readonly id: number; readonly weight?: number | undefined }) {
  if (!Number.isInteger(weight) || weight < 1 || weight > 65536)
    throw new TypeError(`expected weight to be a number from 1 to 65536, got ${show(weight)}`)
  return { id, weight: (weight - 1) & 0xff, weightHigh: (weight - 1) >> 8 }
}

function* messageOf(nexthop: NewNexthop): Operation<NexthopMessage> {
  expectKeys('nexthop', nexthop, nexthopKeys)
  const { id, via, group, groupType, protocol, flags, encap } = nexthop
  // How long it has been unbalanced the kernel tells alone.
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
      ...encapAttrs(encap),
    },
  } as NexthopMessage
}

/** All nexthop objects, or those that the filter lets through. */
function* list(filter?: NexthopFilter): Operation<Nexthop[]> {
  expectKeys('filter', filter ?? {}, filterKeys)
  const { groups, fdb, family, ...links } = filter ?? {}
  const oif = yield* indexOrNone('dev', links.dev)
  const master = yield* indexOrNone('master', links.master)
  const wanted = family === undefined ? undefined : familyNumber(family)
  const attrs = defined({ oif, master, groups: groups || undefined, fdb: fdb || undefined })
  const found = yield* dump('RTM_GETNEXTHOP', { attrs } as NexthopMessage)
  const fits = (message: NexthopMessage) =>
    (wanted === undefined || message.family === wanted) &&
    (oif === undefined || message.attrs.oif === oif) &&
    (!fdb || message.attrs.fdb === true) &&
    (!groups || message.attrs.group !== undefined)
  return found.filter(fits).map(toNexthop)
}

/** A nexthop object; undefined where there is none of that number. */
function* get(key: { readonly id: number }): Operation<Nexthop | undefined> {
  expectKeys('nexthop', key, nexthopKeys)
  expectGiven('nexthop', key, 'id')
  const [found] = (yield* ifThere(read('RTM_GETNEXTHOP', { attrs: { id: key.id } }), 'ENOENT')) ?? []
  return found && toNexthop(found)
}

/** Makes a nexthop object. @returns its number @throws {NetlinkError} `EEXIST` where there is one of that number */
function* add(nexthop: NewNexthop): Operation<number> {
  const options = { create: true, excl: true, echo: nexthop.id === undefined }
  const [made] = yield* change('RTM_NEWNEXTHOP', yield* messageOf(nexthop), options)
  return nexthop.id ?? made?.attrs.id ?? 0
}

/** Makes a nexthop object, in the place of the one of its number if there is one: routes by it go on by the new one. */
function* replace(nexthop: NewNexthop): Operation<void> {
  expectGiven('nexthop', nexthop, 'id')
  yield* change('RTM_NEWNEXTHOP', yield* messageOf(nexthop), { create: true, replace: true })
}

/** Deletes a nexthop object, and with it the routes by it. @throws {NetlinkError} `ENOENT` where there is none such */
function* remove(key: { readonly id: number }): Operation<void> {
  expectKeys('nexthop', key, nexthopKeys)
  expectGiven('nexthop', key, 'id')
  yield* change('RTM_DELNEXTHOP', { attrs: { id: key.id } })
}

/** Nexthop objects, which routes can go by. */
export const nexthopOperations = { list, get, add, replace, delete: remove }
