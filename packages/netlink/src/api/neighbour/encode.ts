import { AF, ArgumentError, show } from '../../codec/index.js'
import { fdbExtAttrs as fdbExtRows, type NeighbourMessage, NTF, NTF_EXT, NUD } from '../../route/index.js'
import { indexOf, indexOrNone } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import {
  type Accepted,
  BOOLEAN,
  checkOptions,
  declaredIn,
  integers,
  POSITIVE_U32,
  U16,
  VLAN_ID,
  VNI,
} from '../values/accepted.js'
import { canonical, familyNumber, familyOf } from '../values/ip-text.js'
import { checkLinkOrNone, linkKey } from '../values/link-ref.js'
import { bitsOf, protocolNumber } from '../values/names.js'
import { isLinkLayerAddress, toWire } from '../values/normalize.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { NTF_EXT_SHIFT, neighbourFlags } from './decode.js'
import { checkFdb, type FdbDatabase, type FdbMessage, fdbDatabase } from './fdb.js'
import type { NeighbourQuery, NewNeighbour } from './types.js'

/** Options that only FDB entries have. */
const fdbKeys = {
  ...{ vlan: 1, vni: 1, srcVni: 1, port: 1, via: 1, nexthop: 1, master: 1, activityNotify: 1, dontRefresh: 1 },
}
const onlyOfFdb = Object.keys(fdbKeys)
const onlyOfIp = ['protocol']

/** The options of a neighbour. */
export const neighbourKeys = {
  ...{ family: 1, dev: 1, dst: 1, lladdr: 1, flags: 1, state: 1, protocol: 1, linkNetnsid: 1, ...fdbKeys },
} satisfies Record<keyof NewNeighbour, unknown>

/** An address of any length: that of a tunnel's end has four or 16 bytes. */
const HARDWARE: Accepted = {
  allowed: 'a link-layer address like 02:00:00:00:00:01',
  fits: (text) => isLinkLayerAddress(text),
}

const notify = fdbExtRows.table.activityNotify

const accepted = {
  ...{ vlan: VLAN_ID, vni: VNI, srcVni: VNI, port: U16, nexthop: POSITIVE_U32 },
  ...{ lladdr: HARDWARE, dontRefresh: BOOLEAN, linkNetnsid: integers(0, 0x7fffffff) },
} satisfies Partial<Record<keyof NewNeighbour, Accepted>>

/** All options of a neighbour, of a key and of one to write. */
type Options = NeighbourQuery & Partial<Omit<NewNeighbour, 'dev'>>

/** Flags that the kernel reports and does not accept. */
const READ_ONLY_FLAGS = NTF.OFFLOADED | (NTF_EXT.LOCKED << NTF_EXT_SHIFT)
/** Flags of entries whose state the kernel determines. */
const RESOLVED_FLAGS = NTF.USE | (NTF_EXT.MANAGED << NTF_EXT_SHIFT)

/** Returns the AF_* of a neighbour. @throws {TypeError} if neither `family` nor `dst` is given */
export function neighbourFamily({ family, dst }: Pick<Options, 'family' | 'dst'>): number {
  if (family === 'bridge') return AF.BRIDGE
  if (family !== undefined) return familyNumber(family)
  if (typeof dst !== 'string')
    throw new ArgumentError(`expected 'dst' or family bridge of a neighbour, got ${show(dst)}`)
  return familyNumber(familyOf(dst))
}

/** Checks that an object has the keys of a neighbour, and `dev`. @throws {TypeError} */
export function checkNeighbourKeys(neighbour: Options): void {
  checkKeys('neighbour', neighbour, neighbourKeys)
  requireKeys('neighbour', neighbour, 'dev')
}

/** Checks numbers among the options of a neighbour. @throws {TypeError} */
export const checkNeighbourOptions = (options: object) => checkOptions(options, accepted)

/** Checks the options of a neighbour that need no request. @throws {TypeError} */
function checkNeighbour(neighbour: Options, family: number): void {
  checkNeighbourOptions(neighbour)
  for (const key of ['dev', 'master', 'via'] as const) checkLinkOrNone(key, neighbour[key])
  bitsOf('state', NUD, neighbour.state ?? [])
  const given = neighbour as Readonly<Record<string, unknown>>
  const foreign = family === AF.BRIDGE ? onlyOfIp : onlyOfFdb
  const unsupported = foreign.find((key) => given[key] !== undefined)
  if (unsupported !== undefined)
    throw new ArgumentError(
      `expected ${unsupported} ${family === AF.BRIDGE ? 'without' : 'only with'} family bridge, got ${show(given[unsupported])}`,
    )
}

/** Returns the attributes of a neighbour in a link's ARP or NDP table. */
function ipAttributes(neighbour: NewNeighbour, flags: number) {
  requireKeys('neighbour', neighbour, 'dst')
  const { dst, lladdr } = neighbour
  const protocol = neighbour.protocol === undefined ? undefined : protocolNumber(neighbour.protocol)
  const flagsExt = flags >>> NTF_EXT_SHIFT || undefined
  return defined({ dst: canonical('dst', dst as string), lladdr, protocol, flagsExt })
}

/** Returns the message of a neighbour in a link's ARP or NDP table. */
function* ipMessage(neighbour: NewNeighbour, family: number, flags: number) {
  const attrs = ipAttributes(neighbour, flags)
  const isProxy = (flags & NTF.PROXY) !== 0
  const ifindex = isProxy && neighbour.dev === 0 ? 0 : yield* indexOf('dev', neighbour.dev)
  return { family, ifindex, flags: flags & 0xff, attrs }
}

/** Returns the message of a neighbour to write in the table of the link `ifindex`; undefined for a proxy or an FDB entry. @throws {TypeError} */
export function encodeOfLink(neighbour: NewNeighbour, ifindex: number): NeighbourMessage | undefined {
  const { family, flags } = familyAndFlags(neighbour)
  if (family === AF.BRIDGE || (flags & NTF.PROXY) !== 0) return undefined
  const message = { family, ifindex, flags: flags & 0xff, attrs: ipAttributes(neighbour, flags) }
  return withState(neighbour, { message }) as NeighbourMessage
}

/** Returns the message of an FDB entry, and the database that it belongs to. */
function* fdbMessage(entry: Options, flags: number) {
  requireKeys('neighbour', entry, 'lladdr')
  if (entry.dev !== undefined) linkKey('dev', entry.dev as NewNeighbour['dev'])
  const { dst, lladdr, vlan, vni, srcVni, port, nexthop } = entry
  const activityNotify = toWire('activityNotify', notify[1], entry.activityNotify) as number | undefined
  checkOptions({ activityNotify }, { activityNotify: declaredIn(notify) })
  const address = dst === undefined ? undefined : canonical('dst', dst)
  const via = yield* indexOrNone('via', entry.via)
  const database = yield* fdbDatabase(entry, flags)
  const flagsExt = flags >>> NTF_EXT_SHIFT || undefined
  const fdbExtAttrs = defined({ activityNotify, dontRefresh: entry.dontRefresh || undefined })
  const message: FdbMessage = {
    ...{ family: AF.BRIDGE, ifindex: database.ifindex, flags: (flags & 0xff) | database.flags },
    attrs: defined({
      ...{ lladdr, dst: address, vlan, vni, srcVni, port, ifindex: via || undefined, nhId: nexthop, flagsExt },
      fdbExtAttrs: Object.keys(fdbExtAttrs).length > 0 ? fdbExtAttrs : undefined,
    }),
  }
  return { message, database }
}

/** The message of a neighbour without its state; for an FDB entry also its database. */
interface EncodedNeighbour {
  readonly message: FdbMessage
  readonly database?: FdbDatabase
}

/** Checks the options of a neighbour. @throws {TypeError} */
function familyAndFlags(neighbour: Options): { readonly family: number; readonly flags: number } {
  checkKeys('neighbour', neighbour, neighbourKeys)
  if (neighbour.family !== 'bridge' || neighbour.master === undefined) requireKeys('neighbour', neighbour, 'dev')
  const family = neighbourFamily(neighbour)
  checkNeighbour(neighbour, family)
  return { family, flags: bitsOf('flags', neighbourFlags, neighbour.flags ?? []) & ~READ_ONLY_FLAGS }
}

/** Returns the message of a neighbour without its state. @throws {TypeError} */
export function* encodeNeighbour(neighbour: Options): Operation<EncodedNeighbour> {
  const { family, flags } = familyAndFlags(neighbour)
  if (family === AF.BRIDGE) return yield* fdbMessage(neighbour, flags)
  return { message: yield* ipMessage(neighbour as NewNeighbour, family, flags) }
}

const noPort = ({ dev, master }: NewNeighbour) =>
  refusal({
    ...{ request: 'RTM_NEWNEIGH', code: 'ENOENT', attribute: 'master' },
    explanation: `link ${show(dev)} is not a port of ${show(master)}`,
  })

/** Returns the message of a neighbour to write. @throws {TypeError} also for mistakes that the kernel refuses without a text */
export function* encodeNewNeighbour(neighbour: NewNeighbour) {
  checkNeighbourKeys(neighbour)
  return withState(neighbour, yield* encodeNeighbour(neighbour))
}

/** Adds the state of a neighbour to its message. @throws {TypeError} */
export function withState(neighbour: NewNeighbour, { message, database }: EncodedNeighbour) {
  const isResolved = bitsOf('flags', neighbourFlags, neighbour.flags ?? []) & RESOLVED_FLAGS
  const state = bitsOf('state', NUD, neighbour.state ?? (isResolved && !database ? [] : ['PERMANENT']))
  if (database === undefined) return { ...message, state }
  if (database.isElsewhere && database.master !== undefined) throw noPort(neighbour)
  // The kernel reports STALE for a learned entry that it has not seen for a while, and refuses this state in a request.
  const sent = state === NUD.STALE ? NUD.REACHABLE : state
  checkFdb(message, sent, database)
  return { ...message, state: sent }
}
