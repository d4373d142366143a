import type { NewBridgeGlobalVlan } from '../api/bridge-global-vlan/types.js'
import { findGlobalVlans, globalVlanRestoration } from '../api/bridge-global-vlan/write.js'
import type { VlanEntry } from '../api/bridge-vlan/decode.js'
import { checkVlanKey, vlanDeletion, vlanMessage, vlanRestoration, vlanUnmapping } from '../api/bridge-vlan/encode.js'
import { pvidOf, rangeOfEntry as rangeOfVlan } from '../api/bridge-vlan/read.js'
import type { NewBridgeVlan } from '../api/bridge-vlan/types.js'
import { bridgeVlanTarget, findVlans, givenOptions } from '../api/bridge-vlan/write.js'
import { checkVniKey, rangeOfEntry as rangeOfVni, vniDeletion, vniRestoration } from '../api/bridge-vni/encode.js'
import type { NewBridgeVni } from '../api/bridge-vni/types.js'
import { bridgeVniTarget, findVnis } from '../api/bridge-vni/write.js'
import { indexOf } from '../api/run/link-lookup.js'
import type { Operation } from '../api/run/operation.js'
import { gaps } from '../api/values/id-ranges.js'
import type { UndoRequest } from './undo.js'

/** Codes of a request whose port has left its bridge, or whose link was deleted. */
const GONE = ['ENODEV', 'ENOENT', 'EINVAL', 'EOPNOTSUPP']

const request = (name: string, value: unknown, tolerated: readonly string[] = []): UndoRequest => ({
  ...{ name, value, options: {}, tolerated },
})

/** Returns the requests that undo a step which adds or changes VLANs. They are read again: the step before may have made a port. */
export function* reversalOfVlans(spec: NewBridgeVlan): Operation<UndoRequest[]> {
  const target = yield* bridgeVlanTarget(spec)
  const ifindex = yield* indexOf('dev', spec.dev)
  const entry = (yield* target.find())?.message.attrs.entry ?? []
  const missing = gaps(checkVlanKey(spec), entry.map(rangeOfVlan))
  const previous = spec.pvid ? yield* pvidOf(ifindex) : undefined
  const messageOf = (entries: readonly VlanEntry[]) => vlanMessage(ifindex, entries)
  const restored = (entries: readonly VlanEntry[], keys: readonly string[]) =>
    request('RTM_NEWVLAN', vlanRestoration(messageOf(entries), keys))
  return [
    ...(missing.length > 0 ? [request('RTM_DELVLAN', vlanDeletion(ifindex, missing), GONE)] : []),
    ...(entry.length > 0 && spec.tunnelId !== undefined
      ? [request('RTM_NEWVLAN', vlanUnmapping(messageOf(entry)), GONE)]
      : []),
    ...(entry.length > 0 ? [restored(entry, givenOptions(spec))] : []),
    ...(previous === undefined ? [] : [restored([previous], [])]),
  ]
}

/** Returns the requests that restore VLANs that are to be removed. */
export function* restorationOfVlans(spec: NewBridgeVlan): Operation<UndoRequest[]> {
  const found = yield* findVlans(spec)
  return found === undefined ? [] : [request('RTM_NEWVLAN', vlanRestoration(found.message))]
}

/** Returns the requests that undo a step which sets options of VLANs. Those of VLANs that the plan adds are deleted with them. */
export function* reversalOfGlobalVlans(spec: NewBridgeGlobalVlan): Operation<UndoRequest[]> {
  const found = yield* findGlobalVlans(spec)
  return found === undefined ? [] : [request('RTM_NEWVLAN', globalVlanRestoration(spec, found.message), GONE)]
}

/** Returns the requests that undo a step which adds or changes VNIs. */
export function* reversalOfVnis(spec: NewBridgeVni): Operation<UndoRequest[]> {
  const target = yield* bridgeVniTarget(spec)
  const ifindex = yield* indexOf('dev', spec.dev)
  const found = yield* target.find()
  const missing = gaps(checkVniKey(spec), (found?.message.attrs.entry ?? []).map(rangeOfVni))
  return [
    ...missing.map((range) => request('RTM_DELTUNNEL', vniDeletion(ifindex, [range]), GONE)),
    ...(found === undefined ? [] : [request('RTM_NEWTUNNEL', vniRestoration(found.message))]),
  ]
}

/** Returns the requests that restore VNIs that are to be removed. */
export function* restorationOfVnis(spec: NewBridgeVni): Operation<UndoRequest[]> {
  const found = yield* findVnis(spec)
  return found === undefined ? [] : [request('RTM_NEWTUNNEL', vniRestoration(found.message))]
}
