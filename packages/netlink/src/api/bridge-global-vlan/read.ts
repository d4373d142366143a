import { AF, ArgumentError } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { BRIDGE_VLANDB_DUMPF, type BridgeVlanMessage } from '../../route/index.js'
import type { BridgeVlanKey } from '../bridge-vlan/types.js'
import { ifThere, indexOf, indexOrNone } from '../run/link-lookup.js'
import { dump, type Operation } from '../run/operation.js'
import { VLAN_ID } from '../values/accepted.js'
import { type IdRange, rangeOf } from '../values/id-ranges.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys } from '../values/objects.js'
import {
  checkGlobalVlan,
  globalVlanMessage,
  partOfGlobalEntry,
  rangeOfGlobalEntry,
  toBridgeGlobalVlan,
} from './encode.js'
import type { BridgeGlobalVlan, BridgeGlobalVlanFilter } from './types.js'

/** The options of a filter. */
export const filterKeys = { dev: 1, vid: 1, vidEnd: 1 } satisfies Record<keyof BridgeGlobalVlanFilter, unknown>

/** Requests the options of a bridge's VLANs, or those of all bridges. A link that is no bridge has none. */
function* messagesOf(ifindex: number): Operation<BridgeVlanMessage[]> {
  const request = dump('RTM_GETVLAN', { family: AF.BRIDGE, ifindex, attrs: { flags: BRIDGE_VLANDB_DUMPF.GLOBAL } })
  // br_vlan_dump_dev(), net/bridge/br_vlan.c
  return (yield* ifindex === 0 ? request : ifThere(request, 'EINVAL')) ?? []
}

/** Returns the options of a bridge's VLANs within a range, in ascending order, as one message. */
export function* readGlobalVlans(ifindex: number, range: IdRange): Operation<BridgeVlanMessage> {
  const entries = (yield* messagesOf(ifindex))
    .flatMap(({ attrs }) => attrs.globalOptions ?? [])
    .flatMap((entry) => partOfGlobalEntry(entry, range) ?? [])
  return globalVlanMessage(
    ifindex,
    entries.sort((one, other) => rangeOfGlobalEntry(one).from - rangeOfGlobalEntry(other).from),
  )
}

/** Lists the VLANs that match the filter. */
export function* list(filter: BridgeGlobalVlanFilter = {}): Operation<BridgeGlobalVlan[]> {
  checkKeys('filter', filter, filterKeys)
  const { dev, vid, vidEnd } = ownOnly(filter)
  if (vid === undefined && vidEnd !== undefined) throw new ArgumentError('expected vid with vidEnd in filter, got none')
  const limits = vid === undefined ? undefined : rangeOf('filter', 'vid', 'vidEnd', { vid, vidEnd }, VLAN_ID)
  checkLinkRef('dev', dev)
  const ifindex = (yield* indexOrNone('dev', dev)) ?? 0
  return (yield* messagesOf(ifindex)).flatMap((message) =>
    (message.attrs.globalOptions ?? []).flatMap((entry) => {
      const part = limits === undefined ? entry : partOfGlobalEntry(entry, limits)
      return part === undefined ? [] : [toBridgeGlobalVlan(message, part)]
    }),
  )
}

/** Returns a single VLAN; undefined if no port of the bridge has it. */
export function* get(key: BridgeVlanKey): Operation<BridgeGlobalVlan | undefined> {
  const range = checkGlobalVlan(key)
  if (range.to > range.from)
    throw new ArgumentError(`expected one VLAN, got those from ${range.from} to ${range.to}; 'list' returns several`)
  const message = yield* readGlobalVlans(yield* indexOf('dev', key.dev), range)
  const [entry] = message.attrs.globalOptions ?? []
  return entry && toBridgeGlobalVlan(message, entry)
}
