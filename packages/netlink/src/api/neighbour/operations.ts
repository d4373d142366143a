import { AF, lladdr as lladdrDeclaration } from '../../codec/index.js'
import { own, ownOnly } from '../../codec/own.js'
import { type NeighbourMessage, NTF, NUD } from '../../route/index.js'
import { BOOLEAN } from '../accepted.js'
import { ifThere, indexOf } from '../link-ref.js'
import { told } from '../normalize.js'
import { defined, expectKeys } from '../objects.js'
import { change, dump, type Operation, read } from '../operation.js'
import { notThere } from '../selection.js'
import { expectNeighbour, neighbourFamily, neighbourMessage, newNeighbourMessage } from './encode.js'
import type { FdbMessage } from './fdb.js'
import { checkFdbDelete, findFdb } from './fdb-lookup.js'
import {
  type Neighbour,
  type NeighbourFilter,
  type NeighbourKey,
  type NeighbourQuery,
  type NewNeighbour,
  toNeighbour,
} from './types.js'

const filterKeys = { family: 1, dev: 1, master: 1, proxy: BOOLEAN } satisfies Record<keyof NeighbourFilter, unknown>

/** Lists all neighbours, or those that the filter lets through. */
function* list(filter?: NeighbourFilter): Operation<Neighbour[]> {
  expectKeys('filter', filter ?? {}, filterKeys)
  const { family, proxy = false, ...links } = ownOnly(filter ?? {})
  const number = family === undefined ? undefined : neighbourFamily({ family })
  const ifindex = links.dev === undefined ? undefined : yield* indexOf('dev', links.dev)
  const master = links.master === undefined ? undefined : yield* indexOf('master', links.master)
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

/** Returns a neighbour; undefined if there is none. An FDB entry is looked up as by `bridge fdb get`. */
function* get(key: NeighbourQuery): Operation<Neighbour | undefined> {
  const { message, database } = yield* neighbourMessage(key)
  if (database) {
    const entry = yield* findFdb(message, database)
    return entry && toNeighbour(entry)
  }
  const found = yield* findNeighbour(message)
  return found && hasGiven(message.attrs, found) ? toNeighbour(found) : undefined
}

type NeighbourRequest = Pick<FdbMessage, 'family' | 'ifindex' | 'flags' | 'attrs'>

/** True if a neighbour has the given link-layer address and protocol. State and flags change by themselves. */
function hasGiven(request: NeighbourRequest['attrs'], { attrs }: NeighbourMessage): boolean {
  const { lladdr, protocol } = ownOnly(request)
  return (
    (lladdr === undefined || attrs.lladdr === told(lladdrDeclaration, lladdr)) &&
    (protocol === undefined || (attrs.protocol ?? 0) === protocol)
  )
}

/** Looks up a neighbour by what identifies it: its family, link and address. */
function* findNeighbour({ family, ifindex, flags, attrs }: NeighbourRequest): Operation<NeighbourMessage | undefined> {
  // The kernel accepts nothing else.
  const request = { family, ifindex, flags: flags & NTF.PROXY, attrs: defined({ dst: attrs.dst }) }
  const [found] = (yield* ifThere(read('RTM_GETNEIGH', request), 'ENOENT')) ?? []
  if (found === undefined || found.ifindex === ifindex) return found
  // The kernel found a proxy of all links. There may be one of this link as well.
  const proxies = yield* dump('RTM_GETNEIGH', { family, flags: NTF.PROXY })
  return proxies.find((proxy) => proxy.ifindex === ifindex && proxy.attrs.dst === attrs.dst)
}

/** Adds a neighbour. @throws {NetlinkError} `EEXIST` if it is known */
function* add(neighbour: NewNeighbour): Operation<void> {
  yield* change('RTM_NEWNEIGH', yield* newNeighbourMessage(neighbour), { create: true, excl: true })
}

/** Adds a neighbour, or replaces it. */
function* replace(neighbour: NewNeighbour): Operation<void> {
  yield* change('RTM_NEWNEIGH', yield* newNeighbourMessage(neighbour), { create: true, replace: true })
}

/** Adds another destination to an FDB entry of a vxlan. */
function* append(neighbour: NewNeighbour): Operation<void> {
  yield* change('RTM_NEWNEIGH', yield* newNeighbourMessage(neighbour), { create: true, append: true })
}

/**
 * Deletes a neighbour or FDB entry. A given `lladdr` and `protocol` must match.
 * @throws {NetlinkError} `ENOENT` if there is none
 * @throws {AmbiguousError} if the kernel would delete other FDB entries as well
 */
function* remove(key: NeighbourKey): Operation<void> {
  expectNeighbour(key)
  const { message, database } = yield* neighbourMessage(key)
  const { family, ifindex, flags, attrs } = message
  if (database === undefined) {
    const isBare = own(attrs, 'lladdr') === undefined && own(attrs, 'protocol') === undefined
    const found = isBare ? undefined : yield* findNeighbour(message)
    if (found && !hasGiven(attrs, found)) throw notThere('RTM_DELNEIGH', 'ENOENT', 'neighbour')
    yield* change('RTM_DELNEIGH', { family, ifindex, flags: flags & NTF.PROXY, attrs: defined({ dst: attrs.dst }) })
    return
  }
  yield* checkFdbDelete(message, database)
  const { flagsExt: _, fdbExtAttrs: __, ...sent } = attrs
  // A link that is neither a vxlan nor a bridge deletes permanent entries only, and the request must have that state.
  yield* change('RTM_DELNEIGH', { family, ifindex, state: NUD.PERMANENT, flags: database.flags, attrs: sent })
}

/** Neighbours, and the forwarding databases of bridges and vxlans. */
export const neighbourOperations = { list, get, add, append, replace, delete: remove }
