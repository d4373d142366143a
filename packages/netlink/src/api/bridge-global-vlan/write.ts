import type { BridgeVlanMessage } from '../../route/index.js'
import { type Ensured, ensure, type Target } from '../run/ensure.js'
import { indexOf } from '../run/link-lookup.js'
import { change, type Operation, undo } from '../run/operation.js'
import { Rollback } from '../run/rollback.js'
import { refusal } from '../run/selection.js'
import type { Comparison } from '../values/compare.js'
import { describeBridgeVlan } from '../values/describe.js'
import { gaps, type IdRange, rangesText, sameOrAll } from '../values/id-ranges.js'
import {
  checkGlobalVlan,
  globalEntryOf,
  globalVlanMessage,
  globalVlanOptions,
  rangeOfGlobalEntry,
  restoredGlobalEntry,
  toBridgeGlobalVlan,
} from './encode.js'
import { readGlobalVlans } from './read.js'
import type { NewBridgeGlobalVlan } from './types.js'

/** The VLANs of a bridge that exist within the range of a spec. */
export interface FoundGlobalVlans {
  readonly message: BridgeVlanMessage
}

const rangesIn = ({ attrs }: BridgeVlanMessage) => (attrs.globalOptions ?? []).map(rangeOfGlobalEntry)

/** Returns the message that sets the options of a spec as they were. */
export function globalVlanRestoration(spec: NewBridgeGlobalVlan, { ifindex, attrs }: BridgeVlanMessage) {
  const keys = globalVlanOptions.filter((key) => spec[key] !== undefined)
  return globalVlanMessage(
    ifindex,
    (attrs.globalOptions ?? []).map((entry) => restoredGlobalEntry(entry, keys)),
  )
}

/** Sends the options. The kernel sets them VLAN by VLAN: if it refuses one, the others get what they had. */
function* send(spec: NewBridgeGlobalVlan, range: IdRange, before: BridgeVlanMessage): Operation<void> {
  const missing = gaps(range, rangesIn(before))
  if (missing.length > 0) {
    const explanation = `the bridge and its ports have no VLAN ${rangesText(missing)}`
    throw refusal({ request: 'RTM_NEWVLAN', code: 'ENOENT', attribute: 'vid', explanation })
  }
  const rollback = new Rollback()
  rollback.add(undo('RTM_NEWVLAN', globalVlanRestoration(spec, before)))
  yield* rollback.during(
    change('RTM_NEWVLAN', globalVlanMessage(before.ifindex, [globalEntryOf(spec, range)]), { create: true }),
  )
}

/** Sets options of VLANs. */
export function* set(vlan: NewBridgeGlobalVlan): Operation<void> {
  const range = checkGlobalVlan(vlan)
  yield* send(vlan, range, yield* readGlobalVlans(yield* indexOf('dev', vlan.dev), range))
}

/** Sets the options of VLANs that differ from the spec. */
export function* ensureBridgeGlobalVlan(spec: NewBridgeGlobalVlan): Operation<Ensured> {
  return yield* ensure(yield* bridgeGlobalVlanTarget(spec))
}

/** Compares a spec with the VLANs of its range that exist. */
function compareGlobalVlans(spec: NewBridgeGlobalVlan, range: IdRange, found: BridgeVlanMessage): Comparison[] {
  const entries = found.attrs.globalOptions ?? []
  const vlans = entries.map((entry) => toBridgeGlobalVlan(found, entry))
  const present = rangesIn(found)
  return [
    {
      ...{ key: 'vid', wanted: rangesText([range]), actual: rangesText(present) },
      matches: gaps(range, present).length === 0,
    },
    ...globalVlanOptions.map((key) => {
      const wanted = spec[key]
      const values = vlans.map((vlan) => vlan[key])
      return {
        ...{ key, wanted, actual: sameOrAll(values) },
        matches: wanted === undefined || values.every((value) => value === wanted),
      }
    }),
  ]
}

/** Returns the VLANs of a range that exist; undefined if there is none. */
export function* findGlobalVlans(spec: NewBridgeGlobalVlan): Operation<FoundGlobalVlans | undefined> {
  const range = checkGlobalVlan(spec)
  const message = yield* readGlobalVlans(yield* indexOf('dev', spec.dev), range)
  return message.attrs.globalOptions?.length ? { message } : undefined
}

/** Returns the target of a spec. @throws {TypeError} for a wrong option */
export function* bridgeGlobalVlanTarget(spec: NewBridgeGlobalVlan): Operation<Target<FoundGlobalVlans>> {
  const range = checkGlobalVlan(spec)
  const ifindex = yield* indexOf('dev', spec.dev)
  return {
    object: 'VLAN',
    message: globalVlanMessage(ifindex, [globalEntryOf(spec, range)]),
    describe: () => describeBridgeVlan(spec),
    find: () => findGlobalVlans(spec),
    // No request adds such an object: the VLAN must exist.
    create: () => set(spec),
    compare: ({ message }) => compareGlobalVlans(spec, range, message),
    update: ({ message }) => send(spec, range, message),
  }
}
