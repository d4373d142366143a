import { AF, lladdr as lladdrDeclaration } from '../../codec/index.js'
import { own, ownOnly } from '../../codec/own.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { type NeighbourMessage, NTF, NUD } from '../../route/index.js'
import { bind } from '../run/bind.js'
import { ifThere, indexOf } from '../run/link-lookup.js'
import { type AnyConnection, change, dump, type Operation, read } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { refusal } from '../run/selection.js'
import { BOOLEAN } from '../values/accepted.js'
import { describeNeighbour } from '../values/describe.js'
import { normalize } from '../values/normalize.js'
import { checkKeys, defined } from '../values/objects.js'
import { toNeighbour } from './decode.js'
import { checkNeighbourKeys, encodeNeighbour, encodeNewNeighbour, neighbourFamily } from './encode.js'
import type { FdbDatabase, FdbMessage } from './fdb.js'
import { checkFdbDelete, findFdb } from './fdb-lookup.js'
import type { Neighbour, NeighbourFilter, NeighbourKey, NeighbourQuery, NewNeighbour } from './types.js'

/**
 * Operations on neighbours (ARP and NDP tables) and, with `family: 'bridge'`, on the forwarding databases (FDB) of bridges and
 * vxlans: `nl.neighbour`. Those that end with `Sync` block the thread until the kernel has answered.
 */
export interface NeighbourOperations {
  /**
   * Lists neighbours or FDB entries, like `ip neigh show` and `bridge fdb show`.
   * @param filter restricts the list; by default the neighbours of IPv4 and IPv6 are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` or `filter.master` does not exist
   */
  list(filter?: NeighbourFilter, options?: WaitOptions): Promise<Neighbour[]>

  /** Lists neighbours or FDB entries, like `ip neigh show`. Synchronous form of {@link NeighbourOperations.list}. */
  listSync(filter?: NeighbourFilter, options?: TimeoutOptions): Neighbour[]

  /**
   * Returns a neighbour or FDB entry, like `ip neigh get` and `bridge fdb get`; `undefined` if there is none.
   * @param key `dev` and `dst`, or those of an FDB entry; a given `lladdr` and `protocol` must match
   * @throws {NetlinkError} `ENODEV` if a link does not exist
   */
  get(key: NeighbourQuery, options?: WaitOptions): Promise<Neighbour | undefined>

  /** Returns a neighbour or FDB entry, like `ip neigh get`. Synchronous form of {@link NeighbourOperations.get}. */
  getSync(key: NeighbourQuery, options?: TimeoutOptions): Neighbour | undefined

  /**
   * Adds a neighbour or FDB entry, like `ip neigh add` and `bridge fdb add`.
   * @throws {NetlinkError} `EEXIST` if it exists
   */
  add(neighbour: NewNeighbour, options?: WaitOptions): Promise<void>

  /** Adds a neighbour or FDB entry, like `ip neigh add`. Synchronous form of {@link NeighbourOperations.add}. */
  addSync(neighbour: NewNeighbour, options?: TimeoutOptions): void

  /** Adds a neighbour or FDB entry, or replaces it, like `ip neigh replace` and `bridge fdb replace`. */
  replace(neighbour: NewNeighbour, options?: WaitOptions): Promise<void>

  /** Adds a neighbour or FDB entry, or replaces it, like `ip neigh replace`. Synchronous form of {@link NeighbourOperations.replace}. */
  replaceSync(neighbour: NewNeighbour, options?: TimeoutOptions): void

  /** Adds another destination to an FDB entry of a vxlan, like `bridge fdb append`. */
  append(neighbour: NewNeighbour, options?: WaitOptions): Promise<void>

  /** Adds another destination to an FDB entry, like `bridge fdb append`. Synchronous form of {@link NeighbourOperations.append}. */
  appendSync(neighbour: NewNeighbour, options?: TimeoutOptions): void

  /**
   * Deletes a neighbour or FDB entry, like `ip neigh delete` and `bridge fdb delete`.
   * @param key `dev` and `dst`, or those of an FDB entry; a given `lladdr` and `protocol` must match
   * @throws {NetlinkError} `ENOENT` if there is none
   * @throws {AmbiguousError} if the kernel would delete other FDB entries as well
   */
  delete(key: NeighbourKey, options?: WaitOptions): Promise<void>

  /** Deletes a neighbour or FDB entry, like `ip neigh delete`. Synchronous form of {@link NeighbourOperations.delete}. */
  deleteSync(key: NeighbourKey, options?: TimeoutOptions): void
}

/** Creates the operations on one connection. */
export const neighbourOperations = (connection: AnyConnection) =>
  bind<NeighbourOperations>(new Runner(() => connection, 'neighbour', describeNeighbour), {
    list: { arguments: 1, run: list },
    get: { arguments: 1, run: get },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    append: { arguments: 1, run: append },
    delete: { arguments: 1, run: remove },
  })

const filterKeys = { family: 1, dev: 1, master: 1, proxy: BOOLEAN } satisfies Record<keyof NeighbourFilter, unknown>

function* list(filter?: NeighbourFilter): Operation<Neighbour[]> {
  checkKeys('filter', filter ?? {}, filterKeys)
  const { family, proxy = false, ...links } = ownOnly(filter ?? {})
  const number = family === undefined ? undefined : neighbourFamily({ family })
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
    ((message.flags & NTF.PROXY) !== 0) === proxy
  return found.filter(fits).map(toNeighbour)
}

function* get(key: NeighbourQuery): Operation<Neighbour | undefined> {
  const { message, database } = yield* encodeNeighbour(key)
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
    (lladdr === undefined || attrs.lladdr === normalize(lladdrDeclaration, lladdr)) &&
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

function* add(neighbour: NewNeighbour): Operation<void> {
  yield* change('RTM_NEWNEIGH', yield* encodeNewNeighbour(neighbour), { create: true, excl: true })
}

function* replace(neighbour: NewNeighbour): Operation<void> {
  yield* change('RTM_NEWNEIGH', yield* encodeNewNeighbour(neighbour), { create: true, replace: true })
}

function* append(neighbour: NewNeighbour): Operation<void> {
  yield* change('RTM_NEWNEIGH', yield* encodeNewNeighbour(neighbour), { create: true, append: true })
}

function* remove(key: NeighbourKey): Operation<void> {
  checkNeighbourKeys(key)
  const { message, database } = yield* encodeNeighbour(key)
  if (database) yield* removeFdb(message, database)
  else yield* removeNeighbour(message)
}

function* removeNeighbour(message: NeighbourRequest): Operation<void> {
  const { family, ifindex, flags, attrs } = message
  const isBare = own(attrs, 'lladdr') === undefined && own(attrs, 'protocol') === undefined
  const found = isBare ? undefined : yield* findNeighbour(message)
  if (found && !hasGiven(attrs, found))
    throw refusal({ request: 'RTM_DELNEIGH', code: 'ENOENT', explanation: 'no such neighbour' })
  yield* change('RTM_DELNEIGH', { family, ifindex, flags: flags & NTF.PROXY, attrs: defined({ dst: attrs.dst }) })
}

function* removeFdb(message: FdbMessage, database: FdbDatabase): Operation<void> {
  yield* checkFdbDelete(message, database)
  const { family, ifindex } = message
  const { flagsExt: _, fdbExtAttrs: __, ...attrs } = message.attrs
  // A link that is neither a vxlan nor a bridge deletes permanent entries only, and the request must have that state.
  yield* change('RTM_DELNEIGH', { family, ifindex, state: NUD.PERMANENT, flags: database.flags, attrs })
}
