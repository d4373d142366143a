import { AF, ArgumentError } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { BRIDGE_VLANDB_DUMPF, type BridgeVlanMessage } from '../../route/index.js'
import { ifThere, indexOf, indexOrNone } from '../run/link-lookup.js'
import { dump, type Operation } from '../run/operation.js'
import { BOOLEAN, VLAN_ID } from '../values/accepted.js'
import { type IdRange, rangeOf, within } from '../values/id-ranges.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys } from '../values/objects.js'
import { toBridgeVlan, type VlanEntry } from './decode.js'
import { checkVlanKey } from './encode.js'
import type { BridgeVlan, BridgeVlanFilter, BridgeVlanKey } from './types.js'

/** The options of a filter. */
export const filterKeys = { dev: 1, vid: 1, vidEnd: 1, stats: BOOLEAN } satisfies Record<
  keyof BridgeVlanFilter,
  unknown
>

/** Returns the range of an entry. */
export const rangeOfEntry = ({ info, range }: VlanEntry): IdRange => ({
  from: info?.vid ?? 0,
  to: range ?? info?.vid ?? 0,
})

/** Returns the part of an entry within a range; undefined if there is none. */
function partOf(entry: VlanEntry, limits: IdRange): VlanEntry | undefined {
  const own = rangeOfEntry(entry)
  const part = within(own, limits)
  if (part === undefined || (part.from === own.from && part.to === own.to)) return part && entry
  const { info, range: _, tunnelInfo, ...rest } = entry
  return {
    ...rest,
    info: { flags: info?.flags ?? 0, vid: part.from },
    ...(part.to > part.from && { range: part.to }),
    ...(tunnelInfo?.id !== undefined && { tunnelInfo: { ...tunnelInfo, id: tunnelInfo.id + part.from - own.from } }),
  }
}

/** Requests the VLANs of a link, or of all. A link that is neither a bridge nor a port of one has none. */
function* messagesOf(ifindex: number, stats = false): Operation<BridgeVlanMessage[]> {
  const attrs = stats ? { flags: BRIDGE_VLANDB_DUMPF.STATS } : {}
  const request = dump('RTM_GETVLAN', { family: AF.BRIDGE, ifindex, attrs })
  // br_vlan_dump_dev(), net/bridge/br_vlan.c
  return (yield* ifindex === 0 ? request : ifThere(request, 'EINVAL')) ?? []
}

/** Returns the VLANs of a link within a range, in ascending order, as one message. */
export function* readVlans(ifindex: number, range: IdRange): Operation<BridgeVlanMessage> {
  const messages = yield* messagesOf(ifindex)
  const entries = messages.flatMap(({ attrs }) => attrs.entry ?? []).flatMap((entry) => partOf(entry, range) ?? [])
  return {
    ...{ family: AF.BRIDGE, ifindex },
    attrs: { entry: entries.sort((one, other) => rangeOfEntry(one).from - rangeOfEntry(other).from) },
  }
}

/** Returns the VLAN that has the flag PVID; undefined if there is none. */
export function* pvidOf(ifindex: number): Operation<VlanEntry | undefined> {
  const { attrs } = yield* readVlans(ifindex, { from: 1, to: 4094 })
  return attrs.entry?.find((entry) => toBridgeVlan({ family: AF.BRIDGE, ifindex, attrs: {} }, entry).pvid)
}

/** Lists the VLANs that match the filter. */
export function* list(filter: BridgeVlanFilter = {}): Operation<BridgeVlan[]> {
  checkKeys('filter', filter, filterKeys)
  const { dev, vid, vidEnd, stats } = ownOnly(filter)
  if (vid === undefined && vidEnd !== undefined) throw new ArgumentError(`expected vid with vidEnd in filter, got none`)
  const limits = vid === undefined ? undefined : rangeOf('filter', 'vid', 'vidEnd', { vid, vidEnd }, VLAN_ID)
  checkLinkRef('dev', dev)
  const ifindex = (yield* indexOrNone('dev', dev)) ?? 0
  return (yield* messagesOf(ifindex, stats)).flatMap((message) =>
    (message.attrs.entry ?? []).flatMap((entry) => {
      const part = limits === undefined ? entry : partOf(entry, limits)
      return part === undefined ? [] : [toBridgeVlan(message, part)]
    }),
  )
}

/** Returns a single VLAN; undefined if there is none. */
export function* get(key: BridgeVlanKey): Operation<BridgeVlan | undefined> {
  const range = checkVlanKey(key)
  if (range.to > range.from)
    throw new ArgumentError(`expected one VLAN, got those from ${range.from} to ${range.to}; 'list' returns several`)
  const message = yield* readVlans(yield* indexOf('dev', key.dev), range)
  const [entry] = message.attrs.entry ?? []
  return entry && toBridgeVlan(message, entry)
}
