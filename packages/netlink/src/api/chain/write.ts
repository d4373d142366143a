import type { TfilterMessage } from '../../route/index.js'
import { checkPlace, placeKeys, placeOf } from '../filter/encode.js'
import type { FilterPlace } from '../filter/types.js'
import { type Ensured, ensure, type FoundMessage } from '../run/ensure.js'
import { change, dump, type Operation } from '../run/operation.js'
import { U32 } from '../values/accepted.js'
import { describeChain } from '../values/describe.js'
import { checkKeys, requireKeys } from '../values/objects.js'
import { type TrafficChain, toTrafficChain } from './decode.js'

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

/** Requests the chains of a place. */
function* chainsIn(place: FilterPlace): Operation<TfilterMessage[]> {
  const found = yield* dump('RTM_GETCHAIN', { ...(yield* placeOf(place)), attrs: {} })
  return found.filter(({ attrs }) => attrs.chain !== undefined)
}

/** Lists the numbers of the chains of a place. */
export function* list(place: FilterPlace): Operation<number[]> {
  checkKeys('place', place, placeKeys)
  checkPlace('place', place)
  return (yield* chainsIn(place)).map(({ attrs }) => attrs.chain as number)
}

/** Finds the chain that a request names. */
function* find(given: Chain, { attrs: { chain } }: TfilterMessage): Operation<TfilterMessage | undefined> {
  const { dev, block, parent } = given
  return (yield* chainsIn({ dev, block, parent })).find(({ attrs }) => attrs.chain === chain)
}

/** Returns a chain; undefined if there is none. */
export function* get(given: Chain): Operation<TrafficChain | undefined> {
  const request = yield* encodeChain(given)
  const found = yield* find(given, request)
  // The kernel reports the qdisc as the parent, in place of its hook.
  return found && toTrafficChain({ ...found, ifindex: request.ifindex, parent: request.parent })
}

/** Adds a chain if there is none with its number. */
export function* ensureChain(given: Chain): Operation<Ensured> {
  const request = yield* encodeChain(given)
  return yield* ensure<FoundMessage<TfilterMessage>>({
    object: 'chain',
    message: request,
    describe: () => describeChain(given),
    *find() {
      const message = yield* find(given, request)
      return message && { message }
    },
    create: () => change('RTM_NEWCHAIN', request, { create: true, excl: true }),
    compare: () => [],
    update: () => change('RTM_NEWCHAIN', request),
  })
}
