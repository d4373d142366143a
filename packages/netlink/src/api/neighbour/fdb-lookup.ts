import { ArgumentError, show } from '../../codec/index.js'
import { type NeighbourMessage, NTF } from '../../route/index.js'
import { ifThere } from '../run/link-lookup.js'
import { dump, type Operation, read } from '../run/operation.js'
import { AmbiguousError, refusal } from '../run/selection.js'
import { toNeighbour } from './decode.js'
import { type FdbDatabase, type FdbMessage, normalAddress } from './fdb.js'

const vxlanValues = ['dst', 'port', 'vni', 'srcVni', 'ifindex'] as const

/** Returns the attributes that identify an entry of a vxlan. The kernel omits values that equal the link's; those are filled in. */
export function completed({ attrs }: FdbMessage, { link }: FdbDatabase) {
  const { id, port } = (link?.attrs.linkinfo?.data ?? {}) as { readonly id?: number; readonly port?: number }
  return { ...{ port, vni: id, srcVni: id, ifindex: 0, dst: undefined }, ...attrs }
}

/**
 * True if `found` is an entry that `wanted` selects. An option that is left out matches any value. Exception on a vxlan: if `dst`
 * is given, a missing `port`, `vni` or `srcVni` means the link's own; if `nhId` is given, a missing `srcVni` does.
 */
function isWanted(wanted: FdbMessage, found: NeighbourMessage, database: FdbDatabase): boolean {
  const { attrs } = wanted
  if (normalAddress(attrs.lladdr) !== found.attrs.lladdr) return false
  if (database.kind === 'any') return found.attrs.master === database.master && isVlan(attrs.vlan, found)
  if (found.ifindex !== wanted.ifindex) return false
  if (database.kind === 'bridge') return found.attrs.master !== undefined && isVlan(attrs.vlan, found)
  if ((found.flags & NTF.SELF) === 0 || found.attrs.master !== undefined) return false
  if (database.kind === 'link') return isVlan(attrs.vlan, found)
  return isTunnel(wanted, found, database)
}

/** True if an entry of a vxlan is the wanted one: see {@link isWanted}. */
function isTunnel(wanted: FdbMessage, found: NeighbourMessage, database: FdbDatabase): boolean {
  const [want, have] = [completed(wanted, database), completed(found, database)]
  if (wanted.attrs.nhId !== undefined) return want.nhId === have.nhId && want.srcVni === have.srcVni
  if (wanted.attrs.dst !== undefined)
    return have.nhId === undefined && vxlanValues.every((key) => want[key] === have[key])
  return vxlanValues.every((key) => wanted.attrs[key] === undefined || want[key] === have[key])
}

const isVlan = (vlan: number | undefined, found: NeighbourMessage) => vlan === undefined || vlan === found.attrs.vlan

/** Requests one entry; undefined if there is none, or if this kind of link does not support the request. */
export function* readEntry(wanted: FdbMessage, database: FdbDatabase): Operation<NeighbourMessage | undefined> {
  const { lladdr, vlan, vni, srcVni = vni } = wanted.attrs
  const master = database.kind === 'any' ? { master: database.master } : {}
  // A vxlan looks up NDA_VNI as the VNI of received packets.
  const attrs = { lladdr, ...(database.kind === 'vxlan' ? { vni: srcVni } : { vlan }), ...master }
  const sent = Object.fromEntries(Object.entries(attrs).filter(([, value]) => value !== undefined))
  const { family, ifindex } = wanted
  const request = {
    family,
    ifindex,
    flags: database.flags & ~(database.flags & NTF.MASTER ? NTF.SELF : 0),
    attrs: sent,
  }
  const [found] = (yield* ifThere(read('RTM_GETNEIGH', request as NeighbourMessage), 'ENOENT', 'EOPNOTSUPP')) ?? []
  return found
}

/** True for an address that may have several destinations on a vxlan: zero (all others) or multicast. */
export function isShared({ attrs }: FdbMessage): boolean {
  const address = normalAddress(attrs.lladdr)
  return /^(00(:00)*$|.[13579bdf])/.test(address)
}

/** Lists the entries that `wanted` selects. */
function* matching(wanted: FdbMessage, database: FdbDatabase): Operation<NeighbourMessage[]> {
  const found = yield* dump('RTM_GETNEIGH', { family: wanted.family, ifindex: wanted.ifindex })
  return found.filter((entry) => isWanted(wanted, entry, database))
}

/** Finds an entry, like `bridge fdb get`. Also finds one that is not the first with its address. */
export function* findFdb(wanted: FdbMessage, database: FdbDatabase): Operation<NeighbourMessage | undefined> {
  if (database.isElsewhere) return undefined
  const { vni, srcVni } = wanted.attrs
  const found = database.kind === 'link' ? undefined : yield* readEntry(wanted, database)
  const isBySource = vni !== undefined && srcVni === undefined && found?.attrs.srcVni === vni
  const key = isBySource ? { ...wanted, attrs: { ...wanted.attrs, vni: found.attrs.vni, srcVni: vni } } : wanted
  if (found !== undefined && isWanted(key, found, database)) return found
  if (database.kind === 'any' || database.kind === 'bridge') return undefined
  const [first] = yield* matching(wanted, database)
  return first
}

/**
 * Checks that a request to delete an entry deletes the one that is named, and no other.
 * @throws {NetlinkError} `ENOENT` if there is none
 * @throws {AmbiguousError} if the kernel would delete several
 */
export function* checkFdbDelete(wanted: FdbMessage, database: FdbDatabase): Operation<void> {
  const missing = () =>
    refusal({ request: 'RTM_DELNEIGH', code: 'ENOENT', explanation: `no FDB entry ${show(wanted.attrs.lladdr)}` })
  if (database.isElsewhere) throw missing()
  if ((database.flags & NTF.SELF) !== 0 && (database.flags & NTF.MASTER) !== 0)
    throw new ArgumentError('expected flags to contain one of SELF and MASTER to delete an entry, got both')
  const { dst, nhId, vlan, lladdr } = wanted.attrs
  if (database.kind === 'vxlan' && (dst !== undefined || nhId !== undefined)) {
    if ((yield* findFdb(wanted, database)) === undefined) throw missing()
    return
  }
  // Without a VLAN a bridge deletes the address in every VLAN of the port. With `master` the caller means one entry.
  const isEvery = database.kind === 'bridge' && (vlan !== undefined || database.master === undefined)
  if (isEvery) return
  const found = yield* matching(wanted, database)
  if (found.length === 0 || (found.length === 1 && vlan === undefined && found[0]?.attrs.vlan !== undefined))
    throw missing()
  if (found.length === 1) return
  const distinguishing = database.kind === 'vxlan' ? `'dst'` : `'vlan'`
  const reason = `expected ${distinguishing}, as ${found.length} entries have lladdr ${lladdr}, got none`
  throw new AmbiguousError('neighbour', reason, found.map(toNeighbour))
}
