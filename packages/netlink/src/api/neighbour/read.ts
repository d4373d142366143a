import { AF, lladdr as lladdrDeclaration } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { type NeighbourMessage, NTF, NUD } from '../../route/index.js'
import { ifThere, indexOf } from '../run/link-lookup.js'
import { dump, type Operation, read } from '../run/operation.js'
import { BOOLEAN } from '../values/accepted.js'
import { checkLinkRef } from '../values/link-ref.js'
import { bitsOf } from '../values/names.js'
import { normalize } from '../values/normalize.js'
import { checkKeys, defined } from '../values/objects.js'
import { toNeighbour } from './decode.js'
import { encodeNeighbour, neighbourFamily } from './encode.js'
import type { FdbMessage } from './fdb.js'
import { findFdb } from './fdb-lookup.js'
import type { Neighbour, NeighbourFilter, NeighbourQuery } from './types.js'

/** The options of a filter. */
export const filterKeys = {
  ...{ family: 1, dev: 1, master: 1, proxy: BOOLEAN, state: 1 },
} satisfies Record<keyof NeighbourFilter, unknown>

/** Lists the neighbours or FDB entries that match the filter. */
export function* list(filter: NeighbourFilter = {}): Operation<Neighbour[]> {
  checkKeys('filter', filter, filterKeys)
  const { family, proxy = false, state, ...links } = ownOnly(filter)
  for (const key of ['dev', 'master'] as const) checkLinkRef(key, links[key])
  const number = family === undefined ? undefined : neighbourFamily({ family })
  const states = state === undefined ? undefined : bitsOf('state', NUD, state)
  const ifindex = links.dev === undefined ? undefined : yield* indexOf('dev', links.dev)
  const master = links.master === undefined ? undefined : yield* indexOf('master', links.master)
  // For an FDB, the kernel reads the port's index from the header.
  const dev = number === AF.BRIDGE ? { attrs: defined({ master }), ...defined({ ifindex }) } : undefined
  const found = yield* dump('RTM_GETNEIGH', {
    ...{ family: number ?? AF.UNSPEC, flags: proxy ? NTF.PROXY : 0 },
    ...(dev ?? { attrs: defined({ ifindex, master }) }),
  })
  const isWanted = (of: number) => (number === undefined ? of === AF.INET || of === AF.INET6 : of === number)
  const fits = (message: NeighbourMessage) =>
    isWanted(message.family) &&
    (ifindex === undefined || message.ifindex === ifindex) &&
    (states === undefined || (message.state & states) !== 0) &&
    ((message.flags & NTF.PROXY) !== 0) === proxy
  return found.filter(fits).map(toNeighbour)
}

/** Returns a neighbour or FDB entry; undefined if there is none. */
export function* get(key: NeighbourQuery): Operation<Neighbour | undefined> {
  const { message, database } = yield* encodeNeighbour(key)
  if (database) {
    const entry = yield* findFdb(message, database)
    return entry && toNeighbour(entry)
  }
  const found = yield* findNeighbour(message)
  return found && hasGiven(message.attrs, found) ? toNeighbour(found) : undefined
}

/** True if a neighbour has the given link-layer address and protocol. State and flags change by themselves. */
export function hasGiven(request: FdbMessage['attrs'], { attrs }: NeighbourMessage): boolean {
  const { lladdr, protocol } = ownOnly(request)
  return (
    (lladdr === undefined || attrs.lladdr === normalize(lladdrDeclaration, lladdr)) &&
    (protocol === undefined || (attrs.protocol ?? 0) === protocol)
  )
}

/** Looks up a neighbour by what identifies it: its family, link and address. */
export function* findNeighbour({ family, ifindex, flags, attrs }: FdbMessage): Operation<NeighbourMessage | undefined> {
  // The kernel accepts nothing else.
  const request = { family, ifindex, flags: flags & NTF.PROXY, attrs: defined({ dst: attrs.dst }) }
  const [found] = (yield* ifThere(read('RTM_GETNEIGH', request), 'ENOENT')) ?? []
  if (found === undefined || found.ifindex === ifindex) return found
  // The kernel found a proxy of all links. There may be one of this link as well.
  const proxies = yield* dump('RTM_GETNEIGH', {
    family,
    flags: NTF.PROXY,
    attrs: defined({ ifindex: ifindex || undefined }),
  })
  return proxies.find((proxy) => proxy.ifindex === ifindex && proxy.attrs.dst === attrs.dst)
}
