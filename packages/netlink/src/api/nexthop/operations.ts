import { ownOnly } from '../../codec/own.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { type NexthopMessage, NHA_OP_FLAG } from '../../route/index.js'
import { bind } from '../run/bind.js'
import { ifThere, indexOf } from '../run/link-lookup.js'
import { type AnyConnection, change, dump, type Operation, read } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { refusal } from '../run/selection.js'
import { BOOLEAN } from '../values/accepted.js'
import { describeNexthop } from '../values/describe.js'
import { familyNumber } from '../values/ip-text.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { toNexthop } from './decode.js'
import { checkNexthop, encodeNexthop, matchesKey, nexthopKeys } from './encode.js'
import type { NewNexthop, Nexthop, NexthopFilter, NexthopKey, NexthopQuery } from './types.js'

/**
 * Operations on next hop objects, which routes can share: `nl.nexthop`. Those that end with `Sync` block the thread until the
 * kernel has answered.
 */
export interface NexthopOperations {
  /**
   * Lists next hops, like `ip nexthop show`.
   * @param filter restricts the list; by default all next hops are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` or `filter.master` does not exist
   */
  list(filter?: NexthopFilter, options?: WaitOptions): Promise<Nexthop[]>

  /** Lists next hops, like `ip nexthop show`. Synchronous form of {@link NexthopOperations.list}. */
  listSync(filter?: NexthopFilter, options?: TimeoutOptions): Nexthop[]

  /**
   * Returns a next hop, like `ip nexthop get id 7`; `undefined` if there is none of this ID.
   * @param key the ID; if other properties are given, they must match
   */
  get(key: NexthopQuery, options?: WaitOptions): Promise<Nexthop | undefined>

  /** Returns a next hop, like `ip nexthop get id 7`; `undefined` if there is none. Synchronous form of {@link NexthopOperations.get}. */
  getSync(key: NexthopQuery, options?: TimeoutOptions): Nexthop | undefined

  /**
   * Adds a next hop, like `ip nexthop add`.
   * @returns its ID: without `id`, the one that the kernel has chosen
   * @throws {NetlinkError} `EEXIST` if there is one of this ID
   */
  add(nexthop: NewNexthop, options?: WaitOptions): Promise<number>

  /** Adds a next hop, like `ip nexthop add`, and returns its ID. Synchronous form of {@link NexthopOperations.add}. */
  addSync(nexthop: NewNexthop, options?: TimeoutOptions): number

  /** Adds a next hop, or replaces the one of its ID, like `ip nexthop replace`. Routes that use it continue with the new one. */
  replace(nexthop: NewNexthop, options?: WaitOptions): Promise<void>

  /** Adds a next hop, or replaces the one of its ID. Synchronous form of {@link NexthopOperations.replace}. */
  replaceSync(nexthop: NewNexthop, options?: TimeoutOptions): void

  /**
   * Deletes a next hop, like `ip nexthop delete`, and with it the routes that use it.
   * @param key the ID; if other properties are given, they must match
   * @throws {NetlinkError} `ENOENT` if there is none of this ID, or if it differs from the given properties
   */
  delete(key: NexthopKey, options?: WaitOptions): Promise<void>

  /** Deletes a next hop and the routes that use it, like `ip nexthop delete`. Synchronous form of {@link NexthopOperations.delete}. */
  deleteSync(key: NexthopKey, options?: TimeoutOptions): void
}

/** Creates the operations on one connection. */
export const nexthopOperations = (connection: AnyConnection) =>
  bind<NexthopOperations>(new Runner(() => connection, 'next hop', describeNexthop), {
    list: { arguments: 1, run: list },
    get: { arguments: 1, run: get },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    delete: { arguments: 1, run: remove },
  })

const filterKeys = {
  ...{ family: 1, dev: 1, master: 1, groups: BOOLEAN, fdb: BOOLEAN, stats: BOOLEAN },
} satisfies Record<keyof NexthopFilter, unknown>

/** Returns NHA_OP_FLAGS only if it is needed: older kernels refuse the attribute. */
const opFlags = (stats: boolean | undefined) => (stats ? { opFlags: NHA_OP_FLAG.DUMP_STATS } : {})

function* list(filter?: NexthopFilter): Operation<Nexthop[]> {
  checkKeys('filter', filter ?? {}, filterKeys)
  const { groups, fdb, family, stats, ...links } = ownOnly(filter ?? {})
  const oif = links.dev === undefined ? undefined : yield* indexOf('dev', links.dev)
  const master = links.master === undefined ? undefined : yield* indexOf('master', links.master)
  const wanted = family === undefined ? undefined : familyNumber(family)
  const attrs = defined({ oif, master, groups: groups || undefined, fdb: fdb || undefined, ...opFlags(stats) })
  const found = yield* dump('RTM_GETNEXTHOP', { attrs })
  const fits = (message: NexthopMessage) =>
    (wanted === undefined || message.family === wanted) &&
    (oif === undefined || message.attrs.oif === oif) &&
    (!fdb || message.attrs.fdb === true) &&
    (!groups || message.attrs.group !== undefined)
  return found.filter(fits).map(toNexthop)
}

function* get(key: NexthopQuery): Operation<Nexthop | undefined> {
  checkNexthop(key, { ...nexthopKeys, stats: BOOLEAN })
  requireKeys('nexthop', key, 'id')
  const { stats, ...properties } = key
  const found = yield* readNexthop(key.id, stats)
  return found && (yield* matchesKey(properties, found)) ? toNexthop(found) : undefined
}

function* readNexthop(id: number, stats?: boolean): Operation<NexthopMessage | undefined> {
  const [found] = (yield* ifThere(read('RTM_GETNEXTHOP', { attrs: { id, ...opFlags(stats) } }), 'ENOENT')) ?? []
  return found
}

function* add(nexthop: NewNexthop): Operation<number> {
  const message = yield* encodeNexthop(nexthop)
  const options = { create: true, excl: true, echo: nexthop.id === undefined }
  const [created] = yield* change('RTM_NEWNEXTHOP', message, options)
  return nexthop.id ?? created?.attrs.id ?? 0
}

function* replace(nexthop: NewNexthop): Operation<void> {
  checkNexthop(nexthop)
  requireKeys('nexthop', nexthop, 'id')
  yield* change('RTM_NEWNEXTHOP', yield* encodeNexthop(nexthop), { create: true, replace: true })
}

function* remove(key: NexthopKey): Operation<void> {
  checkNexthop(key)
  requireKeys('nexthop', key, 'id')
  const { id } = key
  const found = Object.keys(key).length > 1 ? yield* readNexthop(id) : undefined
  if (found && !(yield* matchesKey(key, found)))
    throw refusal({ request: 'RTM_DELNEXTHOP', code: 'ENOENT', explanation: `next hop ${id} is a different one` })
  yield* change('RTM_DELNEXTHOP', { attrs: { id } })
}
