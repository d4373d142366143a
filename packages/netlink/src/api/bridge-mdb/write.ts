import { MCAST, MDB, type MdbSetRequest, RTPROT } from '../../route/index.js'
import { type Ensured, ensure, type Target } from '../run/ensure.js'
import { change, type Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import type { Comparison } from '../values/compare.js'
import { describeBridgeMdb } from '../values/describe.js'
import { named } from '../values/names.js'
import { defined } from '../values/objects.js'
import { type EncodedMdb, encodeMdb, mdbDeletion, mdbRestoration } from './encode.js'
import { findMdb } from './read.js'
import type { BridgeMdbEntry, BridgeMdbKey, NewBridgeMdbEntry } from './types.js'

const adding = { create: true, excl: true }
const replacing = { create: true, replace: true }

/** Adds an entry. */
export function* add(entry: NewBridgeMdbEntry): Operation<void> {
  yield* change('RTM_NEWMDB', (yield* encodeMdb(entry)).request, adding)
}

/** Adds an entry, or replaces it. */
export function* replace(entry: NewBridgeMdbEntry): Operation<void> {
  yield* change('RTM_NEWMDB', (yield* encodeMdb(entry)).request, replacing)
}

/** Deletes an entry. */
export function* remove(key: BridgeMdbKey): Operation<void> {
  const { request } = yield* encodeMdb(key)
  // The kernel reports EINVAL, without a text.
  if ((yield* findMdb(request)) === undefined)
    throw refusal({ request: 'RTM_DELMDB', code: 'ENOENT', explanation: 'no such entry' })
  yield* change('RTM_DELMDB', mdbDeletion(request))
}

/** Adds an entry, or changes it if it differs from the spec. */
export function* ensureBridgeMdb(spec: NewBridgeMdbEntry): Operation<Ensured> {
  return yield* ensure(yield* bridgeMdbTarget(spec))
}

/** Compares a spec with the entry that it identifies. `request` is the message of the spec. */
function compareMdb(spec: NewBridgeMdbEntry, { request, isHost }: EncodedMdb, found: BridgeMdbEntry): Comparison[] {
  const { setEntry, setEntryAttrs = {} } = request.attrs
  const { groupMode, srcList, rtprot } = setEntryAttrs
  const sources = srcList?.entry?.map(({ address }) => String(address)).sort()
  const actual = [...(found.sources ?? [])].sort()
  // A bridge without IGMPv3 or MLDv2 keeps the mode and sources, and neither applies nor reports them.
  const hasMode = found.mode !== undefined
  return [
    { key: 'state', wanted: isHost ? spec.state : named(MDB, setEntry?.state ?? 0), actual: found.state },
    ...(hasMode
      ? [
          { key: 'mode', wanted: groupMode === undefined ? undefined : named(MCAST, groupMode), actual: found.mode },
          { key: 'sources', wanted: sources, actual },
        ]
      : []),
    { key: 'protocol', wanted: rtprot === undefined ? undefined : named(RTPROT, rtprot), actual: found.protocol },
  ]
}

/** Returns the request that changes an entry: what the spec leaves out stays, as the kernel would reset it. */
function changed({ attrs, ...header }: MdbSetRequest, found: BridgeMdbEntry): MdbSetRequest {
  const { setEntry, setEntryAttrs } = mdbRestoration(found.message).attrs
  return {
    ...header,
    attrs: defined({
      // It may have been found in a VLAN that the spec does not name.
      setEntry: attrs.setEntry && { ...attrs.setEntry, vid: setEntry?.vid ?? attrs.setEntry.vid },
      setEntryAttrs: setEntryAttrs || attrs.setEntryAttrs ? { ...setEntryAttrs, ...attrs.setEntryAttrs } : undefined,
    }) as MdbSetRequest['attrs'],
  }
}

/** Returns the target of a spec. @throws {TypeError} for a wrong option */
export function* bridgeMdbTarget(spec: NewBridgeMdbEntry): Operation<Target<BridgeMdbEntry>> {
  const encoded = yield* encodeMdb(spec)
  const { request } = encoded
  return {
    object: 'MDB entry',
    message: request,
    describe: () => describeBridgeMdb(spec),
    find: () => findMdb(request),
    create: () => change('RTM_NEWMDB', request, adding),
    compare: (found) => compareMdb(spec, encoded, found),
    update: (found) => change('RTM_NEWMDB', changed(request, found), replacing),
  }
}
