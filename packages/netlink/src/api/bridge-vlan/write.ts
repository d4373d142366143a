import type { BridgeVlanMessage } from '../../route/index.js'
import { type Ensured, ensure, type Target } from '../run/ensure.js'
import { indexOf } from '../run/link-lookup.js'
import { change, type Operation, undo } from '../run/operation.js'
import { Rollback } from '../run/rollback.js'
import { refusal } from '../run/selection.js'
import { describeBridgeVlan } from '../values/describe.js'
import { gaps, type IdRange, rangesText } from '../values/id-ranges.js'
import { toBridgeVlan, type VlanEntry } from './decode.js'
import { compareVlans } from './diff.js'
import {
  checkVlan,
  checkVlanKey,
  entryOf,
  unmapping,
  vlanDeletion,
  vlanMessage,
  vlanOptions,
  vlanRestoration,
  vlanUnmapping,
} from './encode.js'
import { pvidOf, rangeOfEntry, readVlans } from './read.js'
import type { BridgeVlanKey, NewBridgeVlan } from './types.js'

/** The VLANs of a link that exist within the range of a spec. */
export interface FoundVlans {
  readonly message: BridgeVlanMessage
}

const rangesIn = ({ attrs }: BridgeVlanMessage) => (attrs.entry ?? []).map(rangeOfEntry)

/** Returns the options of a spec that have attributes. */
export const givenOptions = (spec: NewBridgeVlan) => vlanOptions.filter((key) => spec[key] !== undefined)

/**
 * Sends VLANs. The kernel adds VLANs one by one, then sets their options: if it refuses one, those that exist get what they had, and
 * the others are deleted.
 */
function* send(spec: NewBridgeVlan, range: IdRange, before: BridgeVlanMessage, entries: readonly VlanEntry[]) {
  const { ifindex } = before
  const rollback = new Rollback()
  const previous = spec.pvid ? yield* pvidOf(ifindex) : undefined
  if (previous !== undefined) rollback.add(undo('RTM_NEWVLAN', vlanRestoration(vlanMessage(ifindex, [previous]), [])))
  if (before.attrs.entry?.length) {
    rollback.add(undo('RTM_NEWVLAN', vlanRestoration(before, givenOptions(spec))))
    if (spec.tunnelId !== undefined) rollback.add(undo('RTM_NEWVLAN', vlanUnmapping(before)))
  }
  const missing = gaps(range, rangesIn(before))
  if (missing.length > 0) rollback.add(undo('RTM_DELVLAN', vlanDeletion(ifindex, missing)))
  yield* rollback.during(change('RTM_NEWVLAN', vlanMessage(ifindex, entries), { create: true }))
}

/** Adds VLANs. */
export function* add(vlan: NewBridgeVlan): Operation<void> {
  const range = checkVlan(vlan)
  const before = yield* readVlans(yield* indexOf('dev', vlan.dev), range)
  const present = rangesIn(before)
  if (present.length > 0) {
    const explanation = `VLAN ${rangesText(present)} exists`
    throw refusal({ request: 'RTM_NEWVLAN', code: 'EEXIST', attribute: 'vid', explanation })
  }
  yield* send(vlan, range, before, [entryOf(vlan, range)])
}

/** Returns the entries that give existing VLANs the options of a spec, and keep the others. */
function changedEntries(spec: NewBridgeVlan, message: BridgeVlanMessage, keys: readonly string[]): VlanEntry[] {
  return (message.attrs.entry ?? []).flatMap((entry) => {
    const { pvid, untagged, tunnelId } = toBridgeVlan(message, entry)
    const isMapped = spec.tunnelId !== undefined && keys.includes('tunnelId') && tunnelId !== undefined
    const left = Object.fromEntries(vlanOptions.filter((key) => !keys.includes(key)).map((key) => [key, undefined]))
    // The kernel sets both flags each time.
    const own = { ...spec, ...left, pvid: spec.pvid ?? pvid, untagged: spec.untagged ?? untagged }
    return [...(isMapped ? [unmapping(entry)] : []), entryOf(own, rangeOfEntry(entry))]
  })
}

/** Changes VLANs that exist. */
export function* set(vlan: NewBridgeVlan): Operation<void> {
  const range = checkVlan(vlan)
  const before = yield* readVlans(yield* indexOf('dev', vlan.dev), range)
  const missing = gaps(range, rangesIn(before))
  if (missing.length > 0) {
    const explanation = `no VLAN ${rangesText(missing)}`
    throw refusal({ request: 'RTM_NEWVLAN', code: 'ENOENT', attribute: 'vid', explanation })
  }
  yield* send(vlan, range, before, changedEntries(vlan, before, vlanOptions))
}

/** Deletes VLANs. */
export function* remove(key: BridgeVlanKey): Operation<void> {
  const range = checkVlanKey(key)
  const found = yield* readVlans(yield* indexOf('dev', key.dev), range)
  // The kernel ignores VLANs that do not exist.
  const present = rangesIn(found)
  if (present.length === 0) throw refusal({ request: 'RTM_DELVLAN', code: 'ENOENT', explanation: 'no such VLAN' })
  yield* change('RTM_DELVLAN', vlanDeletion(found.ifindex, present))
}

/** Adds VLANs, or changes those that differ from the spec. */
export function* ensureBridgeVlan(spec: NewBridgeVlan): Operation<Ensured> {
  return yield* ensure(yield* bridgeVlanTarget(spec))
}

/** Returns the VLANs of a range that exist; undefined if there is none. */
export function* findVlans(key: BridgeVlanKey): Operation<FoundVlans | undefined> {
  const range = checkVlanKey(key)
  const message = yield* readVlans(yield* indexOf('dev', key.dev), range)
  return message.attrs.entry?.length ? { message } : undefined
}

/** Returns the target of a spec. @throws {TypeError} for a wrong option */
export function* bridgeVlanTarget(spec: NewBridgeVlan): Operation<Target<FoundVlans>> {
  const range = checkVlan(spec)
  const ifindex = yield* indexOf('dev', spec.dev)
  const none = vlanMessage(ifindex, [])
  const added = [entryOf(spec, range)]
  return {
    object: 'VLAN',
    message: vlanMessage(ifindex, added),
    describe: () => describeBridgeVlan(spec),
    *find() {
      const message = yield* readVlans(ifindex, range)
      return message.attrs.entry?.length ? { message } : undefined
    },
    create: () => send(spec, range, none, added),
    compare: ({ message }) => compareVlans(spec, range, message),
    *update({ message }, differences) {
      const keys = differences.map(({ key }) => key)
      const changed = keys.some((key) => key !== 'vid') ? changedEntries(spec, message, keys) : []
      const missing = gaps(range, rangesIn(message)).map((gap) => entryOf(spec, gap))
      yield* send(spec, range, message, [...changed, ...missing])
    },
  }
}
