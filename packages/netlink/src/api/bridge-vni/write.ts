import type { TunnelMessage } from '../../route/index.js'
import { type Ensured, ensure, type Target } from '../run/ensure.js'
import { indexOf } from '../run/link-lookup.js'
import { change, type Operation, undo } from '../run/operation.js'
import { Rollback } from '../run/rollback.js'
import { refusal } from '../run/selection.js'
import type { Comparison } from '../values/compare.js'
import { describeBridgeVni } from '../values/describe.js'
import { gaps, type IdRange, rangesText, sameOrAll } from '../values/id-ranges.js'
import { canonical } from '../values/ip-text.js'
import {
  checkVni,
  checkVniKey,
  groupOf,
  rangeOfEntry,
  type VniEntry,
  vniDeletion,
  vniEntry,
  vniMessage,
  vniRestoration,
} from './encode.js'
import { readVnis } from './read.js'
import type { BridgeVniKey, NewBridgeVni } from './types.js'

/** The VNIs of a link that exist within the range of a spec. */
export interface FoundVnis {
  readonly message: TunnelMessage
}

const rangesIn = ({ attrs }: TunnelMessage) => (attrs.entry ?? []).map(rangeOfEntry)

/** Sends VNIs. If the kernel refuses one, those that exist get what they had, and the others are deleted. */
function* send(range: IdRange, before: TunnelMessage, entries: readonly VniEntry[]) {
  const { ifindex } = before
  const rollback = new Rollback()
  if (before.attrs.entry?.length) rollback.add(undo('RTM_NEWTUNNEL', vniRestoration(before)))
  // The kernel stops a deletion at the first VNI that does not exist.
  for (const gap of gaps(range, rangesIn(before)))
    for (let vni = gap.to; vni >= gap.from; vni--)
      rollback.add(undo('RTM_DELTUNNEL', vniDeletion(ifindex, [{ from: vni, to: vni }])))
  yield* rollback.during(change('RTM_NEWTUNNEL', vniMessage(ifindex, entries), { create: true }))
}

/** Adds VNIs. */
export function* add(vni: NewBridgeVni): Operation<void> {
  const range = checkVni(vni)
  const before = yield* readVnis(yield* indexOf('dev', vni.dev), range)
  const present = rangesIn(before)
  if (present.length > 0) {
    const explanation = `VNI ${rangesText(present)} exists`
    throw refusal({ request: 'RTM_NEWTUNNEL', code: 'EEXIST', attribute: 'vni', explanation })
  }
  yield* send(range, before, [vniEntry(vni.group, range)])
}

/** Returns the entries that give existing VNIs a group, or keep theirs: the kernel removes one that a request leaves out. */
const changedEntries = (group: string | undefined, { attrs }: TunnelMessage) =>
  (attrs.entry ?? []).map((entry) => vniEntry(group ?? groupOf(entry), rangeOfEntry(entry)))

/** Changes VNIs that exist. */
export function* set(vni: NewBridgeVni): Operation<void> {
  const range = checkVni(vni)
  const before = yield* readVnis(yield* indexOf('dev', vni.dev), range)
  const missing = gaps(range, rangesIn(before))
  if (missing.length > 0) {
    const explanation = `no VNI ${rangesText(missing)}`
    throw refusal({ request: 'RTM_NEWTUNNEL', code: 'ENOENT', attribute: 'vni', explanation })
  }
  yield* send(range, before, changedEntries(vni.group, before))
}

/** Deletes VNIs. */
export function* remove(key: BridgeVniKey): Operation<void> {
  const range = checkVniKey(key)
  const found = yield* readVnis(yield* indexOf('dev', key.dev), range)
  const present = rangesIn(found)
  if (present.length === 0) throw refusal({ request: 'RTM_DELTUNNEL', code: 'ENOENT', explanation: 'no such VNI' })
  yield* change('RTM_DELTUNNEL', vniDeletion(found.ifindex, present))
}

/** Adds VNIs, or changes those that differ from the spec. */
export function* ensureBridgeVni(spec: NewBridgeVni): Operation<Ensured> {
  return yield* ensure(yield* bridgeVniTarget(spec))
}

/** Returns the VNIs of a range that exist; undefined if there is none. */
export function* findVnis(key: BridgeVniKey): Operation<FoundVnis | undefined> {
  const range = checkVniKey(key)
  const message = yield* readVnis(yield* indexOf('dev', key.dev), range)
  return message.attrs.entry?.length ? { message } : undefined
}

/** Compares a spec with the VNIs of its range that exist. */
function compareVnis({ group }: NewBridgeVni, range: IdRange, found: TunnelMessage): Comparison[] {
  const present = rangesIn(found)
  const groups = (found.attrs.entry ?? []).map(groupOf)
  const wanted = group === undefined ? undefined : canonical('group', group)
  return [
    {
      ...{ key: 'vni', wanted: rangesText([range]), actual: rangesText(present) },
      matches: gaps(range, present).length === 0,
    },
    {
      ...{ key: 'group', wanted, actual: sameOrAll(groups) },
      matches: wanted === undefined || groups.every((each) => each === wanted),
    },
  ]
}

/** Returns the target of a spec. @throws {TypeError} for a wrong option */
export function* bridgeVniTarget(spec: NewBridgeVni): Operation<Target<FoundVnis>> {
  const range = checkVni(spec)
  const ifindex = yield* indexOf('dev', spec.dev)
  const added = [vniEntry(spec.group, range)]
  return {
    object: 'VNI',
    message: vniMessage(ifindex, added),
    describe: () => describeBridgeVni(spec),
    *find() {
      const message = yield* readVnis(ifindex, range)
      return message.attrs.entry?.length ? { message } : undefined
    },
    create: () => send(range, vniMessage(ifindex, []), added),
    compare: ({ message }) => compareVnis(spec, range, message),
    *update({ message }, differences) {
      const changed = differences.some(({ key }) => key === 'group') ? changedEntries(spec.group, message) : []
      const missing = gaps(range, rangesIn(message)).map((gap) => vniEntry(spec.group, gap))
      yield* send(range, message, [...changed, ...missing])
    },
  }
}
