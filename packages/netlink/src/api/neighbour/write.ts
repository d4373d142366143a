import { own } from '../../codec/own.js'
import { NTF, NUD } from '../../route/index.js'
import { change, type Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import { defined } from '../values/objects.js'
import { checkNeighbourKeys, encodeNeighbour, encodeNewNeighbour } from './encode.js'
import type { FdbDatabase, FdbMessage } from './fdb.js'
import { checkFdbDelete } from './fdb-lookup.js'
import { findNeighbour, hasGiven } from './read.js'
import type { NeighbourKey, NewNeighbour } from './types.js'

/** Adds a neighbour or FDB entry. */
export function* add(neighbour: NewNeighbour): Operation<void> {
  yield* change('RTM_NEWNEIGH', yield* encodeNewNeighbour(neighbour), { create: true, excl: true })
}

/** Adds a neighbour or FDB entry, or replaces it. */
export function* replace(neighbour: NewNeighbour): Operation<void> {
  yield* change('RTM_NEWNEIGH', yield* encodeNewNeighbour(neighbour), { create: true, replace: true })
}

/** Adds another destination to an FDB entry. */
export function* append(neighbour: NewNeighbour): Operation<void> {
  yield* change('RTM_NEWNEIGH', yield* encodeNewNeighbour(neighbour), { create: true, append: true })
}

/** Deletes a neighbour or FDB entry. */
export function* remove(key: NeighbourKey): Operation<void> {
  checkNeighbourKeys(key)
  const { message, database } = yield* encodeNeighbour(key)
  if (database) yield* removeFdb(message, database)
  else yield* removeNeighbour(message)
}

function* removeNeighbour(message: FdbMessage): Operation<void> {
  const { attrs } = message
  const isBare = own(attrs, 'lladdr') === undefined && own(attrs, 'protocol') === undefined
  const found = isBare ? undefined : yield* findNeighbour(message)
  if (found && !hasGiven(attrs, found))
    throw refusal({ request: 'RTM_DELNEIGH', code: 'ENOENT', explanation: 'no such neighbour' })
  yield* deletion(message)
}

/** Returns the request that deletes a neighbour. The kernel compares only link, address and the kind of table. */
export const deletion = ({ family, ifindex, flags, attrs }: FdbMessage) =>
  change('RTM_DELNEIGH', { family, ifindex, flags: flags & NTF.PROXY, attrs: defined({ dst: attrs.dst }) })

function* removeFdb(message: FdbMessage, database: FdbDatabase): Operation<void> {
  yield* checkFdbDelete(message, database)
  const { family, ifindex } = message
  const { flagsExt: _, fdbExtAttrs: __, ...attrs } = message.attrs
  // A link that is neither a vxlan nor a bridge deletes permanent entries only, and the request must have that state.
  yield* change('RTM_DELNEIGH', { family, ifindex, state: NUD.PERMANENT, flags: database.flags, attrs })
}
