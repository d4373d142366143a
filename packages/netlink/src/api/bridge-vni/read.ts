import { AF, ArgumentError } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { TUNNEL_MSG_FLAG, type TunnelMessage } from '../../route/index.js'
import { ifThere, indexOf, indexOrNone } from '../run/link-lookup.js'
import { dump, type Operation } from '../run/operation.js'
import { BOOLEAN, VNI } from '../values/accepted.js'
import { type IdRange, rangeOf, within } from '../values/id-ranges.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys } from '../values/objects.js'
import { checkVniKey, rangeOfEntry, toBridgeVni, type VniEntry } from './encode.js'
import type { BridgeVni, BridgeVniFilter, BridgeVniKey } from './types.js'

/** The options of a filter. */
export const filterKeys = { dev: 1, vni: 1, vniEnd: 1, stats: BOOLEAN } satisfies Record<keyof BridgeVniFilter, unknown>

/** Returns the part of an entry within a range; undefined if there is none. */
function partOf(entry: VniEntry, limits: IdRange): VniEntry | undefined {
  const part = within(rangeOfEntry(entry), limits)
  if (part === undefined) return undefined
  const { start: _, end: __, ...rest } = entry
  return { start: part.from, ...(part.to > part.from && { end: part.to }), ...rest }
}

/** Requests the VNIs of a link, or of all. A link that is not a vxlan, or one without `vnifilter`, has none. */
function* messagesOf(ifindex: number, stats = false): Operation<TunnelMessage[]> {
  const request = dump('RTM_GETTUNNEL', {
    ...{ family: AF.BRIDGE, flags: stats ? TUNNEL_MSG_FLAG.STATS : 0, ifindex },
    attrs: {},
  })
  // vxlan_vnifilter_dump_dev(), drivers/net/vxlan/vxlan_vnifilter.c
  return (yield* ifindex === 0 ? request : ifThere(request, 'EINVAL')) ?? []
}

/** Returns the VNIs of a link within a range, in ascending order, as one message. */
export function* readVnis(ifindex: number, range: IdRange): Operation<TunnelMessage> {
  const messages = yield* messagesOf(ifindex)
  const entries = messages.flatMap(({ attrs }) => attrs.entry ?? []).flatMap((entry) => partOf(entry, range) ?? [])
  return {
    ...{ family: AF.BRIDGE, flags: 0, ifindex },
    attrs: { entry: entries.sort((one, other) => rangeOfEntry(one).from - rangeOfEntry(other).from) },
  }
}

/** Lists the VNIs that match the filter. */
export function* list(filter: BridgeVniFilter = {}): Operation<BridgeVni[]> {
  checkKeys('filter', filter, filterKeys)
  const { dev, vni, vniEnd, stats } = ownOnly(filter)
  if (vni === undefined && vniEnd !== undefined) throw new ArgumentError(`expected vni with vniEnd in filter, got none`)
  const limits = vni === undefined ? undefined : rangeOf('filter', 'vni', 'vniEnd', { vni, vniEnd }, VNI)
  checkLinkRef('dev', dev)
  const ifindex = (yield* indexOrNone('dev', dev)) ?? 0
  return (yield* messagesOf(ifindex, stats)).flatMap((message) =>
    (message.attrs.entry ?? []).flatMap((entry) => {
      const part = limits === undefined ? entry : partOf(entry, limits)
      return part === undefined ? [] : [toBridgeVni(message, part)]
    }),
  )
}

/** Returns a single VNI; undefined if there is none. */
export function* get(key: BridgeVniKey): Operation<BridgeVni | undefined> {
  const range = checkVniKey(key)
  if (range.to > range.from)
    throw new ArgumentError(`expected one VNI, got those from ${range.from} to ${range.to}; 'list' returns several`)
  const message = yield* readVnis(yield* indexOf('dev', key.dev), range)
  const [entry] = message.attrs.entry ?? []
  return entry && toBridgeVni(message, entry)
}
