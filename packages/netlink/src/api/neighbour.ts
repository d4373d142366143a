import { AF, nameOf, show } from '../codec/index.js'
import { type NeighbourMessage, NTF, NUD } from '../route/index.js'
import { ifThere, indexOf, indexOrNone, type LinkRef } from './device.js'
import { canonical, familyNumber, familyOf, type IpFamily } from './ip-text.js'
import { defined, expectGiven, expectKeys } from './keys.js'
import { bitsOf, type Flag, flagsIn } from './names.js'
import { change, dump, type Operation, read } from './operation.js'
import { withMessage } from './with-message.js'

export type NeighbourFamily = IpFamily | 'bridge'
export type NeighbourFlag = Flag<typeof NTF>

/** A neighbour, or, of `bridge`, an entry of a forwarding database, as it was told. */
export interface Neighbour {
  readonly family: NeighbourFamily
  /** The index of a link. */
  readonly dev: number
  /** Its address; of a forwarding database, where packets are sent to. */
  readonly dst?: string
  readonly lladdr?: string
  /** NUD_*: `['REACHABLE']` */
  readonly state: readonly Flag<typeof NUD>[]
  readonly flags: readonly NeighbourFlag[]
  /** The index of the bridge whose forwarding database it is in. */
  readonly master?: number
  readonly vlan?: number
  readonly vni?: number
  readonly port?: number
  /** RTPROT_*: who made it */
  readonly protocol?: number
  /** What the kernel told. Not enumerable. */
  readonly message: NeighbourMessage
}

/** Which neighbour: by its address; an entry of a forwarding database by `family: 'bridge'` and `lladdr`. */
export interface NeighbourKey {
  readonly family?: NeighbourFamily | undefined
  readonly dev: LinkRef
  readonly dst?: string | undefined
  readonly lladdr?: string | undefined
  readonly vlan?: number | undefined
  /** `PROXY`; of a forwarding database `MASTER` for the bridge's and `SELF` for that of the link. */
  readonly flags?: readonly NeighbourFlag[] | undefined
}

/** What a neighbour can be given. */
export interface NewNeighbour extends NeighbourKey {
  /** `['PERMANENT']`, if left out. */
  readonly state?: readonly Flag<typeof NUD>[] | undefined
  readonly vni?: number | undefined
  readonly port?: number | undefined
  readonly protocol?: number | undefined
  readonly master?: LinkRef | undefined
}

/** Which neighbours to list. */
export interface NeighbourFilter {
  /** IPv4's and IPv6's, if left out. */
  readonly family?: NeighbourFamily | undefined
  readonly dev?: LinkRef | undefined
  /** Those of links that are ports of this one. */
  readonly master?: LinkRef | undefined
  /** Those that are answered for, instead of those that were found. */
  readonly proxy?: boolean | undefined
}

const filterKeys = { family: 1, dev: 1, master: 1, proxy: 1 } satisfies Record<keyof NeighbourFilter, unknown>
const neighbourKeys = {
  ...{ family: 1, dev: 1, dst: 1, lladdr: 1, vlan: 1, flags: 1 },
  ...{ state: 1, vni: 1, port: 1, protocol: 1, master: 1 },
} satisfies Record<keyof NewNeighbour, unknown>

function familyOfKey({ family, dst }: Partial<NeighbourKey>): number {
  if (family === 'bridge') return AF.BRIDGE
  if (family !== undefined) return familyNumber(family)
  if (typeof dst !== 'string') throw new TypeError(`expected 'dst' or family bridge of a neighbour, got ${show(dst)}`)
  return familyNumber(familyOf(dst))
}

/** A neighbour of its message. */
export function toNeighbour(message: NeighbourMessage): Neighbour {
  const { family, ifindex: dev, state, flags, attrs } = message
  const neighbour = defined({
    family: family === AF.BRIDGE ? 'bridge' : nameOf(AF, family).slice('AF_'.length).toLowerCase(),
    ...{ dev, dst: attrs.dst, lladdr: attrs.lladdr, state: flagsIn(NUD, state), flags: flagsIn(NTF, flags) },
    ...{ master: attrs.master, vlan: attrs.vlan, vni: attrs.vni, port: attrs.port, protocol: attrs.protocol },
  })
  return withMessage(neighbour, message) as Neighbour
}

/** All neighbours, or those that the filter lets through. */
function* list(filter?: NeighbourFilter): Operation<Neighbour[]> {
  expectKeys('filter', filter ?? {}, filterKeys)
  const { family, proxy = false, ...links } = filter ?? {}
  const number = family === undefined ? undefined : familyOfKey({ family })
  const ifindex = yield* indexOrNone('dev', links.dev)
  const master = yield* indexOrNone('master', links.master)
  // In a forwarding database the kernel has the port's index in the header, and filters by what stands there.
  const dev = number === AF.BRIDGE ? { attrs: defined({ master }), ...defined({ ifindex }) } : undefined
  const found = yield* dump('RTM_GETNEIGH', {
    ...{ family: number ?? AF.UNSPEC, flags: proxy ? NTF.PROXY : 0 },
    ...(dev ?? { attrs: defined({ ifindex, master }) }),
  })
  const isWanted = (of: number) => (number === undefined ? of === AF.INET || of === AF.INET6 : of === number)
  const fits = (message: NeighbourMessage) =>
    isWanted(message.family) &&
    (ifindex === undefined || message.ifindex === ifindex) &&
    ((message.flags & NTF.PROXY) !== 0) === proxy
  return found.filter(fits).map(toNeighbour)
}

function* messageOf(neighbour: NewNeighbour, state: number) {
  expectKeys('neighbour', neighbour, neighbourKeys)
  expectGiven('neighbour', neighbour, 'dev')
  const { dst, lladdr, vlan, vni, port, protocol, flags } = neighbour
  const family = familyOfKey(neighbour)
  expectGiven('neighbour', neighbour, family === AF.BRIDGE ? 'lladdr' : 'dst')
  const ifindex = yield* indexOf('dev', neighbour.dev)
  const master = yield* indexOrNone('master', neighbour.master)
  const address = dst === undefined ? undefined : canonical('dst', dst)
  return {
    ...{ family, ifindex, state, flags: bitsOf('flags', NTF, flags ?? []) },
    attrs: defined({ dst: address, lladdr, vlan, vni, port, protocol, master }),
  }
}

const stateOf = ({ state }: NewNeighbour) => bitsOf('state', NUD, state ?? ['PERMANENT'])

/** A neighbour; undefined where it is not known. */
function* get(key: NeighbourKey): Operation<Neighbour | undefined> {
  const { attrs, ...header } = yield* messageOf(key, 0)
  // The kernel takes nothing but what tells one from the other.
  const { dst, lladdr, vlan } = attrs
  const wanted = header.family === AF.BRIDGE ? defined({ lladdr, vlan }) : defined({ dst })
  const flags = header.family === AF.BRIDGE ? 0 : header.flags & NTF.PROXY
  const asked = read('RTM_GETNEIGH', { ...header, flags, attrs: wanted } as NeighbourMessage)
  const [found] = (yield* ifThere(asked, 'ENOENT')) ?? []
  return found && toNeighbour(found)
}

/** Makes a neighbour known. @throws {NetlinkError} `EEXIST` where it is */
function* add(neighbour: NewNeighbour): Operation<void> {
  yield* change('RTM_NEWNEIGH', yield* messageOf(neighbour, stateOf(neighbour)), { create: true, excl: true })
}

/** Makes a neighbour known, in the place of what was known of it. */
function* replace(neighbour: NewNeighbour): Operation<void> {
  yield* change('RTM_NEWNEIGH', yield* messageOf(neighbour, stateOf(neighbour)), { create: true, replace: true })
}

/** Adds another destination to an entry of a vxlan's forwarding database. */
function* append(neighbour: NewNeighbour): Operation<void> {
  yield* change('RTM_NEWNEIGH', yield* messageOf(neighbour, stateOf(neighbour)), { create: true, append: true })
}

/** Forgets a neighbour. @throws {NetlinkError} `ENOENT` where it is not known */
function* remove(key: NeighbourKey): Operation<void> {
  const { attrs, ...header } = yield* messageOf(key, 0)
  const { dst, lladdr, vlan, vni, port } = attrs
  const wanted = header.family === AF.BRIDGE ? defined({ dst, lladdr, vlan, vni, port }) : defined({ dst })
  yield* change('RTM_DELNEIGH', { ...header, attrs: wanted })
}

/** Neighbours, and the forwarding databases of bridges and vxlans. */
export const neighbourOperations = { list, get, add, append, replace, delete: remove }
