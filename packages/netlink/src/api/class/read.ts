import { ownOnly } from '../../codec/own.js'
import { RTEXT_FILTER, type TclassMessage } from '../../route/index.js'
import { indexOf } from '../run/link-lookup.js'
import { dump, type Operation } from '../run/operation.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys } from '../values/objects.js'
import { toTrafficClass } from './decode.js'
import { KIND, locate, parentNumber } from './encode.js'
import type { ClassFilter, ClassKey, TrafficClass } from './types.js'

/** The options of a filter. */
export const filterKeys = { dev: 1, kind: KIND, parent: 1 } satisfies Record<keyof ClassFilter, unknown>

/** Returns the indexes of the links to list: the kernel lists the objects of one link only. */
export function* indexesOf(dev: ClassFilter['dev']): Operation<readonly number[]> {
  if (dev !== undefined) return [yield* indexOf('dev', dev)]
  const links = yield* dump('RTM_GETLINK', { attrs: { extMask: RTEXT_FILTER.SKIP_STATS } })
  return links.map(({ index }) => index)
}

/** Lists the classes that match the filter. */
export function* list(filter: ClassFilter = {}): Operation<TrafficClass[]> {
  checkKeys('filter', filter, filterKeys)
  const { dev, kind, parent } = ownOnly(filter)
  checkLinkRef('dev', dev)
  const above = parent === undefined ? undefined : parentNumber(parent)
  const classes: TrafficClass[] = []
  for (const ifindex of yield* indexesOf(dev))
    for (const message of yield* dump('RTM_GETTCLASS', { ifindex }))
      if ((kind === undefined || message.attrs.kind === kind) && (above === undefined || message.parent === above))
        classes.push(toTrafficClass(message))
  return classes
}

/** Finds a class by its handle. The kernel's request for a single one notifies all listeners, so that a dump is used. */
export function* withHandle(ifindex: number, handle: number): Operation<TclassMessage | undefined> {
  return (yield* dump('RTM_GETTCLASS', { ifindex })).find((message) => message.handle === handle)
}

/** Finds the class with this key; undefined if there is none, or a different one. */
export function* find(key: ClassKey): Operation<TclassMessage | undefined> {
  const { handle, parent } = locate(key)
  const found = yield* withHandle(yield* indexOf('dev', key.dev), handle)
  const isSame =
    (parent === undefined || found?.parent === parent) && (key.kind === undefined || found?.attrs.kind === key.kind)
  return isSame ? found : undefined
}

/** Returns the class with this key; undefined if there is none, or a different one. */
export function* get(key: ClassKey): Operation<TrafficClass | undefined> {
  const found = yield* find(key)
  return found && toTrafficClass(found)
}
