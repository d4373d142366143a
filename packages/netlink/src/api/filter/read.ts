import { ownOnly } from '../../codec/own.js'
import type { TfilterMessage } from '../../route/index.js'
import { dump, type Operation } from '../run/operation.js'
import { checkKeys, defined } from '../values/objects.js'
import { toTrafficFilter } from './decode.js'
import { checkPlace, filterKeys, infoOf, placeKeys, placeOf, protocolOf } from './encode.js'
import type { FilterFilter, FilterKey, TrafficFilter } from './types.js'

/** The options of a filter of filters. */
export const listKeys = {
  ...{ ...placeKeys, kind: filterKeys.kind, chain: filterKeys.chain },
} satisfies Record<keyof FilterFilter, unknown>

/** Lists the messages of a place. The kernel also sends one per priority, without a handle or options. */
function* messagesOf(place: { ifindex: number; parent: number }, chain?: number): Operation<TfilterMessage[]> {
  const found = yield* dump('RTM_GETTFILTER', { ...place, attrs: defined({ chain }) })
  return found.filter(({ attrs }) => attrs.options !== undefined)
}

/** Lists the filters of a place. */
export function* list(filter: FilterFilter): Operation<TrafficFilter[]> {
  checkKeys('filter', filter, listKeys)
  const { kind, chain, ...place } = ownOnly(filter)
  checkPlace('filter', place)
  const found = yield* messagesOf(yield* placeOf(place), chain)
  return found.filter(({ attrs }) => kind === undefined || attrs.kind === kind).map(toTrafficFilter)
}

/** True for a table of u32, which the kernel creates with the first filter of a priority: its handle has no node. */
const isHashTable = (kind: string | undefined, handle: number) => kind === 'u32' && (handle & 0xfff) === 0

/** Returns the first filter that has all properties of the key. */
export function* find(key: FilterKey): Operation<TfilterMessage | undefined> {
  checkKeys('filter', key, filterKeys)
  checkPlace('filter', key)
  const { protocol, priority, chain, handle, kind } = key
  const wanted = infoOf(priority ?? 0, protocolOf(protocol))
  const found = yield* messagesOf(yield* placeOf(key), chain)
  return found.find(
    ({ info, handle: own, attrs }) =>
      (protocol === undefined || (info & 0xffff) === (wanted & 0xffff)) &&
      (priority === undefined || info >>> 16 === priority) &&
      (handle === undefined ? !isHashTable(attrs.kind, own) : own === handle) &&
      (kind === undefined || attrs.kind === kind),
  )
}

/** Returns the first filter that has all properties of the key; undefined if there is none. */
export function* get(key: FilterKey): Operation<TrafficFilter | undefined> {
  const found = yield* find(key)
  return found && toTrafficFilter(found)
}
