import { AF } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import type { MdbMessage, MdbSetRequest } from '../../route/index.js'
import { indexOrNone } from '../run/link-lookup.js'
import { dump, type Operation } from '../run/operation.js'
import { VLAN_ID } from '../values/accepted.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys } from '../values/objects.js'
import { entriesIn, type MdbEntry, toBridgeMdbEntry } from './decode.js'
import { encodeMdb, GROUP, normalGroup } from './encode.js'
import type { BridgeMdbEntry, BridgeMdbFilter, BridgeMdbKey } from './types.js'

/** The options of a filter. */
export const filterKeys = { dev: 1, master: 1, group: GROUP, vid: VLAN_ID } satisfies Record<
  keyof BridgeMdbFilter,
  unknown
>

/** Requests all databases: the kernel does not filter them (`rtnl_mdb_dump`). */
const messages = (): Operation<MdbMessage[]> => dump('RTM_GETMDB', { family: AF.BRIDGE, ifindex: 0, attrs: {} })

/** Lists the entries that match the filter. */
export function* list(filter: BridgeMdbFilter = {}): Operation<BridgeMdbEntry[]> {
  checkKeys('filter', filter, filterKeys)
  const { group, vid, ...links } = ownOnly(filter)
  for (const key of ['dev', 'master'] as const) checkLinkRef(key, links[key])
  const dev = yield* indexOrNone('dev', links.dev)
  const master = yield* indexOrNone('master', links.master)
  const wanted = group === undefined ? undefined : normalGroup(group)
  const fits = (entry: BridgeMdbEntry) =>
    (dev === undefined || entry.dev === dev) &&
    (master === undefined || entry.master === master) &&
    (wanted === undefined || entry.group === wanted) &&
    (vid === undefined || entry.vid === vid)
  return (yield* messages()).flatMap((message) =>
    entriesIn(message)
      .map((entry) => toBridgeMdbEntry(message, entry))
      .filter(fits),
  )
}

/** True if an entry is the one that a request identifies. Without a VLAN, it may be of any. */
function isOf({ attrs: { setEntry, setEntryAttrs: wanted = {} } }: MdbSetRequest, { attrs, ...entry }: MdbEntry) {
  return (
    entry.ifindex === setEntry?.ifindex &&
    entry.addr.u === setEntry.addr.u &&
    (setEntry.vid === 0 || entry.vid === setEntry.vid) &&
    (['source', 'dst', 'dstPort', 'vni', 'srcVni', 'ifindex'] as const).every((key) =>
      key === 'srcVni' && wanted.srcVni === undefined ? true : attrs[key] === wanted[key],
    )
  )
}

/** Finds the entry that a request identifies; undefined if there is none. */
export function* findMdb(request: MdbSetRequest): Operation<BridgeMdbEntry | undefined> {
  for (const message of yield* messages()) {
    if (message.ifindex !== request.ifindex) continue
    const found = entriesIn(message).find((entry) => isOf(request, entry))
    if (found !== undefined) return toBridgeMdbEntry(message, found)
  }
  return undefined
}

/** Returns an entry; undefined if there is none. */
export function* get(key: BridgeMdbKey): Operation<BridgeMdbEntry | undefined> {
  const { request } = yield* encodeMdb(key)
  return yield* findMdb(request)
}
