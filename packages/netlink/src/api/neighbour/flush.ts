import { AF, ArgumentError, show } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { NTF, NUD } from '../../route/index.js'
import { checkFlush, flushed } from '../run/flush.js'
import { change, type Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import { canonical } from '../values/ip-text.js'
import { bitsOf } from '../values/names.js'
import { checkKeys, defined } from '../values/objects.js'
import { neighbourFlags } from './decode.js'
import { checkNeighbourOptions } from './encode.js'
import { fdbDatabase } from './fdb.js'
import { filterKeys, list } from './read.js'
import type { Neighbour, NeighbourFlush } from './types.js'
import { deletion } from './write.js'

/** Options that select FDB entries. The kernel compares them. */
const fdbKeys = { vlan: 1, vni: 1, srcVni: 1, port: 1, dst: 1, nexthop: 1, flags: 1 }
/** The options that select the entries to flush. */
export const flushKeys = { ...filterKeys, ...fdbKeys } satisfies Record<keyof NeighbourFlush, unknown>

/** The states of neighbours that are deleted by default: all except PERMANENT and NOARP, like `ip neigh flush`. */
const resolved = ['INCOMPLETE', 'REACHABLE', 'STALE', 'DELAY', 'PROBE', 'FAILED'] as const

/** Deletes the neighbours or FDB entries that a filter selects. */
export function* flush(filter: NeighbourFlush): Operation<Neighbour[]> {
  checkKeys('filter', filter, flushKeys)
  checkFlush(filter, flushKeys)
  if (filter.family === 'bridge') return yield* flushFdb(filter)
  const given = ownOnly(filter)
  const foreign = (Object.keys(fdbKeys) as (keyof typeof fdbKeys)[]).find((key) => given[key] !== undefined)
  if (foreign !== undefined)
    throw new ArgumentError(`expected ${foreign} only with family bridge, got ${show(filter[foreign])}`)
  const { family, dev, master, proxy, state = proxy ? undefined : resolved } = given
  const deleted: Neighbour[] = []
  for (const neighbour of yield* list(defined({ family, dev, master, proxy, state })))
    if (yield* flushed(deletion(neighbour.message))) deleted.push(neighbour)
  return deleted
}

/**
 * The state of a request, and the bits of it that the kernel compares (NDA_NDM_STATE_MASK). For a bridge, a permanent entry also has
 * NOARP.
 */
const states = {
  PERMANENT: { state: NUD.PERMANENT, mask: NUD.PERMANENT },
  NOARP: { state: NUD.NOARP, mask: NUD.NOARP | NUD.PERMANENT },
  REACHABLE: { state: 0, mask: NUD.NOARP | NUD.PERMANENT },
} as const
/** All entries that are not permanent. */
const byDefault = [{ state: 0, mask: NUD.PERMANENT }]

/** Returns the state and its mask for each request: one for each given state. @throws {TypeError} */
function statesOf(given: NeighbourFlush['state']) {
  if (given === undefined) return byDefault
  bitsOf('state', NUD, given)
  return given.map((name) => {
    if (Object.hasOwn(states, name)) return states[name as keyof typeof states]
    throw new ArgumentError(
      `expected state of family bridge to contain ${Object.keys(states).join(', ')}, got ${show(name)}`,
    )
  })
}

/** Returns a text that is equal for the same entry in two lists. */
const identity = ({ dev, lladdr, vlan, dst, port, vni, srcVni, via, message: { flags } }: Neighbour) =>
  JSON.stringify([dev, flags & NTF.SELF, lladdr, vlan, dst, port, vni, srcVni, via])

/**
 * Returns the link and flags of the database to flush, and the filter that lists its entries. The database of a bridge also contains
 * the entries of its ports.
 */
function* databaseOf(filter: NeighbourFlush, flags: number) {
  const dev = filter.dev ?? filter.master
  if (dev === undefined)
    throw new ArgumentError(`expected filter of family bridge to have 'dev' or 'master', got neither`)
  const database = yield* fdbDatabase({ ...filter, dev }, flags)
  const { kind, ifindex, isElsewhere } = database
  if (isElsewhere) {
    const explanation = `link ${show(dev)} is not a port of ${show(filter.master)}`
    throw refusal({ request: 'RTM_DELNEIGH', code: 'ENOENT', attribute: 'master', explanation })
  }
  const isBridge = kind === 'bridge' && (database.flags & NTF.SELF) !== 0
  return { ifindex, flags: database.flags, listed: isBridge ? { master: ifindex } : { dev: ifindex } }
}

/** Deletes FDB entries by NLM_F_BULK: one request for each state. The kernel does not report which, so they are listed before and after. */
function* flushFdb(given: NeighbourFlush): Operation<Neighbour[]> {
  const filter = ownOnly(given)
  const { proxy, vlan, vni, srcVni, port, nexthop } = filter
  if (proxy !== undefined) throw new ArgumentError(`expected no proxy with family bridge, got ${show(proxy)}`)
  checkNeighbourOptions({ vlan, vni, srcVni, port, nexthop })
  const flags = bitsOf('flags', neighbourFlags, filter.flags ?? [])
  const wanted = statesOf(filter.state)
  const dst = filter.dst === undefined ? undefined : canonical('dst', filter.dst)
  const { ifindex, listed, ...database } = yield* databaseOf(filter, flags)
  const listing = () => list({ family: 'bridge', ...listed })
  const before = yield* listing()
  const mask = flags & ~(NTF.SELF | NTF.MASTER)
  for (const { state, mask: ndmStateMask } of wanted) {
    const attrs = { vlan, vni, srcVni, port, dst, nhId: nexthop, ndmStateMask, ndmFlagsMask: mask || undefined }
    const message = { family: AF.BRIDGE, ifindex, state, flags: database.flags | mask }
    yield* change('RTM_DELNEIGH', { ...message, attrs: defined(attrs) }, { bulk: true })
  }
  const left = new Set((yield* listing()).map(identity))
  return before.filter((entry) => !left.has(identity(entry)))
}
