import { ArgumentError } from '../../codec/error.js'
import { type NeighbourMessage, NTF, NUD } from '../../route/index.js'
import { type Ensured, ensure, type FoundMessage, type Target } from '../run/ensure.js'
import type { KnownObjects, KnownTarget } from '../run/known.js'
import { change, type Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import { describeNeighbour } from '../values/describe.js'
import { defined } from '../values/objects.js'
import { toNeighbour } from './decode.js'
import { compareFdb, compareNeighbour, isClearlySame } from './diff.js'
import { checkNeighbourKeys, encodeNeighbour, encodeNewNeighbour, encodeOfLink, withState } from './encode.js'
import type { FdbDatabase, FdbMessage } from './fdb.js'
import { findFdb, isShared, readEntry } from './fdb-lookup.js'
import { findNeighbour } from './read.js'
import type { NewNeighbour } from './types.js'

const [adding, replacing] = [
  { create: true, excl: true },
  { create: true, replace: true },
]

/** Adds a neighbour or FDB entry, or changes the one with its key if it differs from the spec. */
export function* ensureNeighbour(spec: NewNeighbour): Operation<Ensured> {
  return yield* ensure(yield* neighbourTarget(spec))
}

type FoundNeighbour = FoundMessage<NeighbourMessage>

/** Returns the target of a spec. @throws {TypeError} for a wrong option */
export function* neighbourTarget(spec: NewNeighbour): Operation<Target<FoundNeighbour>> {
  checkNeighbourKeys(spec)
  const encoded = yield* encodeNeighbour(spec)
  const { message, database } = encoded
  const request = withState(spec, encoded) as NeighbourMessage
  return database === undefined ? ipTarget(spec, message, request) : fdbTarget(spec, message, request, database)
}

/**
 * Returns the error if a proxy of all links has the address. `pneigh_lookup` finds it for every link, so the kernel adds no proxy of a
 * single link.
 */
const isCovered = () =>
  refusal({
    ...{ request: 'RTM_NEWNEIGH', code: 'EEXIST', attribute: 'dev' },
    explanation: 'there is a proxy of this address for all links, next to which the kernel adds none',
  })

function ipTarget(spec: NewNeighbour, message: FdbMessage, request: NeighbourMessage): Target<FoundNeighbour> {
  return {
    object: 'neighbour',
    message: request,
    describe: () => describeNeighbour(spec),
    *find() {
      const found = yield* findNeighbour(message)
      return found && { message: found }
    },
    *create() {
      const isProxyOfLink = (request.flags & NTF.PROXY) !== 0 && message.ifindex !== 0
      if (isProxyOfLink && (yield* findNeighbour({ ...message, ifindex: 0 }))) throw isCovered()
      yield* change('RTM_NEWNEIGH', request, adding)
    },
    isClearlySame: (found) => isClearlySame(request, found.message),
    compare: (found) => compareNeighbour(spec, request, found.message),
    *update(found) {
      const { lladdr, protocol, flags } = toNeighbour(found.message)
      // The kernel would reset properties that are left out.
      const kept = { ...defined({ lladdr, protocol }), ...defined(spec), flags: [...flags, ...(spec.flags ?? [])] }
      yield* change('RTM_NEWNEIGH', yield* encodeNewNeighbour(kept as NewNeighbour), replacing)
    },
  }
}

/** Returns the neighbour of a spec if that is clear without a request: see {@link neighbourTarget}, which finds the same one. @throws {TypeError} */
export function knownNeighbour(spec: NewNeighbour, known: KnownObjects): KnownTarget<NeighbourMessage> | undefined {
  if (spec.family === 'bridge') return undefined
  checkNeighbourKeys(spec)
  const ifindex = known.linkIndex(spec.dev)
  const message = ifindex === undefined ? undefined : encodeOfLink(spec, ifindex)
  if (message === undefined) return undefined
  const found = known.neighbours(message.family, message.ifindex, String(message.attrs.dst))
  if (found === undefined) return undefined
  const [neighbour] = found
  if (neighbour !== undefined && !isClearlySame(message, neighbour)) return undefined
  return { message, found: neighbour }
}

/** Flags of an FDB entry that a change keeps. */
const KEPT_FLAGS = NTF.EXT_LEARNED | NTF.STICKY | NTF.ROUTER

/** States of entries that the bridge has learned, and may forget. */
const LEARNED = NUD.REACHABLE | NUD.STALE

/**
 * Finds the entry with an address on any port of the bridge: a bridge has one entry for each address and VLAN.
 * @throws {NetlinkError} `EEXIST` if another port has the entry, and the bridge has not learned it
 */
function* findOnAnyPort(message: FdbMessage, database: FdbDatabase): Operation<NeighbourMessage | undefined> {
  const found = yield* readEntry(message, database)
  if (found === undefined || found.ifindex === message.ifindex || (found.state & LEARNED) !== 0) return found
  const explanation = `the bridge has this entry on another port, index ${found.ifindex}, and has not learned it`
  throw refusal({ request: 'RTM_NEWNEIGH', code: 'EEXIST', attribute: 'dev', explanation })
}

/** Finds the entry of a spec. On a vxlan, the destination counts only if the address may have several ({@link isShared}). */
function findEntry(message: FdbMessage, database: FdbDatabase): Operation<NeighbourMessage | undefined> {
  if (database.kind === 'bridge') return findOnAnyPort(message, database)
  if (database.kind !== 'vxlan' || isShared(message)) return findFdb(message, database)
  const { lladdr, srcVni } = message.attrs
  return findFdb({ ...message, attrs: defined({ lladdr, srcVni }) as FdbMessage['attrs'] }, database)
}

function fdbTarget(
  spec: NewNeighbour,
  message: FdbMessage,
  request: NeighbourMessage,
  database: FdbDatabase,
): Target<FoundNeighbour> {
  if ((request.flags & NTF.SELF) !== 0 && (request.flags & NTF.MASTER) !== 0)
    throw new ArgumentError('expected flags to contain one of SELF and MASTER to ensure an entry, got both')
  // The kernel only appends destinations to a shared address.
  const isAppended = database.kind === 'vxlan' && isShared(message)
  const appending = { create: true, append: true }
  return {
    object: 'neighbour',
    message: request,
    describe: () => describeNeighbour(spec),
    *find() {
      const found = yield* findEntry(message, database)
      return found && { message: found }
    },
    create: () => change('RTM_NEWNEIGH', request, isAppended ? appending : adding),
    compare: (found) => compareFdb(spec, request, database, found.message),
    // The kernel would reset flags that are left out.
    update: ({ message: { flags } }) =>
      change(
        'RTM_NEWNEIGH',
        { ...request, flags: request.flags | (flags & KEPT_FLAGS) },
        isAppended ? appending : replacing,
      ),
  }
}
