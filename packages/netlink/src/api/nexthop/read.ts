import { ownOnly } from '../../codec/own.js'
import { type NexthopMessage, NHA_OP_FLAG } from '../../route/index.js'
import { ifThere, indexOf } from '../run/link-lookup.js'
import { dump, type Operation, read } from '../run/operation.js'
import { BOOLEAN } from '../values/accepted.js'
import { familyNumber } from '../values/ip-text.js'
import { checkLinkRef } from '../values/link-ref.js'
import { protocolNumber } from '../values/names.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { toNexthop } from './decode.js'
import { checkNexthop, encodeNexthop, matchesKey, nexthopKeys } from './encode.js'
import type { Nexthop, NexthopFilter, NexthopQuery } from './types.js'

/** The options of a filter. */
export const filterKeys = {
  ...{ family: 1, dev: 1, master: 1, groups: BOOLEAN, fdb: BOOLEAN, protocol: 1, stats: BOOLEAN },
} satisfies Record<keyof NexthopFilter, unknown>

/** Returns NHA_OP_FLAGS only if it is needed: older kernels refuse the attribute. */
const opFlags = (stats: boolean | undefined) => (stats ? { opFlags: NHA_OP_FLAG.DUMP_STATS } : {})

/** Lists the next hops that match the filter. */
export function* list(filter: NexthopFilter = {}): Operation<Nexthop[]> {
  checkKeys('filter', filter, filterKeys)
  const { groups, fdb, family, protocol, stats, ...links } = ownOnly(filter)
  const wanted = family === undefined ? undefined : familyNumber(family)
  const owner = protocol === undefined ? undefined : protocolNumber(protocol)
  for (const key of ['dev', 'master'] as const) checkLinkRef(key, links[key])
  const oif = links.dev === undefined ? undefined : yield* indexOf('dev', links.dev)
  const master = links.master === undefined ? undefined : yield* indexOf('master', links.master)
  const attrs = defined({ oif, master, groups: groups || undefined, fdb: fdb || undefined, ...opFlags(stats) })
  const found = yield* dump('RTM_GETNEXTHOP', { attrs })
  const fits = (message: NexthopMessage) =>
    (wanted === undefined || message.family === wanted) &&
    (owner === undefined || message.protocol === owner) &&
    (oif === undefined || message.attrs.oif === oif) &&
    (!fdb || message.attrs.fdb === true) &&
    (!groups || message.attrs.group !== undefined)
  return found.filter(fits).map(toNexthop)
}

/** Returns the next hop with this ID if it has all given properties. */
export function* get(key: NexthopQuery): Operation<Nexthop | undefined> {
  checkNexthop(key, { ...nexthopKeys, stats: BOOLEAN })
  requireKeys('nexthop', key, 'id')
  const { stats, ...properties } = key
  const request = yield* encodeNexthop(properties)
  const found = yield* readNexthop(key.id, stats)
  return found && matchesKey(properties, request, found) ? toNexthop(found) : undefined
}

/** Requests the next hop with this ID; undefined if there is none. */
export function* readNexthop(id: number, stats?: boolean): Operation<NexthopMessage | undefined> {
  const [found] = (yield* ifThere(read('RTM_GETNEXTHOP', { attrs: { id, ...opFlags(stats) } }), 'ENOENT')) ?? []
  return found
}
