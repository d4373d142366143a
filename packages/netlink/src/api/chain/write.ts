import type { TfilterMessage } from '../../route/index.js'
import { checkPlace, placeKeys, placeOf } from '../filter/encode.js'
import type { FilterPlace } from '../filter/types.js'
import { change, dump, type Operation } from '../run/operation.js'
import { U32 } from '../values/accepted.js'
import { checkKeys, requireKeys } from '../values/objects.js'

/** A chain of filters in a place. */
export interface Chain extends FilterPlace {
  /** Its number. Packets begin in chain 0. */
  readonly chain: number
}

export const chainKeys = { ...placeKeys, chain: U32 } satisfies Record<keyof Chain, unknown>

function* encodeChain(given: Chain): Operation<TfilterMessage> {
  checkKeys('chain', given, chainKeys)
  checkPlace('chain', given)
  requireKeys('chain', given, 'chain')
  return { ...(yield* placeOf(given)), handle: 0, info: 0, attrs: { chain: given.chain } } as TfilterMessage
}

/** Adds a chain without filters. */
export function* add(given: Chain): Operation<void> {
  yield* change('RTM_NEWCHAIN', yield* encodeChain(given), { create: true, excl: true })
}

/** Deletes a chain with its filters. */
export function* remove(given: Chain): Operation<void> {
  yield* change('RTM_DELCHAIN', yield* encodeChain(given))
}

/** Lists the numbers of the chains of a place. */
export function* list(place: FilterPlace): Operation<number[]> {
  checkKeys('place', place, placeKeys)
  checkPlace('place', place)
  const found = yield* dump('RTM_GETCHAIN', { ...(yield* placeOf(place)), attrs: {} })
  return found.flatMap(({ attrs }) => (attrs.chain === undefined ? [] : [attrs.chain]))
}
