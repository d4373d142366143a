import { handleText, TC_H, type TfilterMessage } from '../../route/index.js'
import { list as listClasses } from '../class/read.js'
import { ofLink } from '../qdisc/read.js'
import { indexOf } from '../run/link-lookup.js'
import { dump, type Operation } from '../run/operation.js'
import { IMPAIRMENT } from '../tc/helper-parts.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { type Destination, destinationOf, selectedBy } from './destination.js'
import type { Impairment, ImpairmentFilter, ImpairmentKey } from './types.js'

export const keyKeys = { dev: 1, to: 1 } satisfies Record<keyof ImpairmentKey, unknown>
export const filterKeys = { dev: 1 } satisfies Record<keyof ImpairmentFilter, unknown>

/** Rate of a class without a limit, in bytes per second: the largest that is no 64-bit attribute. */
export const UNLIMITED = 0xffffffff - 1

/** A filter and the class that it selects. */
export interface Selection {
  readonly destination: Destination
  readonly classid: number
  readonly message: TfilterMessage
}

/** Returns true if a link has the root qdisc of impairments. */
export function* hasRoot(ifindex: number): Operation<boolean> {
  const { kind, handle } = IMPAIRMENT
  const found = yield* ofLink(ifindex, ({ parent }) => parent === TC_H.ROOT)
  return found?.handle === handle && found.attrs.kind === kind
}

/** Returns the destinations of a link and their classes. */
export function* selections(ifindex: number): Operation<Selection[]> {
  const found = yield* dump('RTM_GETTFILTER', { ifindex, parent: IMPAIRMENT.handle, attrs: {} })
  return found.flatMap((message) => {
    const selected = selectedBy(message)
    return selected === undefined || (selected.classid & 0xffff0000) >>> 0 !== IMPAIRMENT.handle
      ? []
      : [{ ...selected, message }]
  })
}

/** Lists the impairments of a link. */
export function* list(filter: ImpairmentFilter): Operation<Impairment[]> {
  checkKeys('filter', filter, filterKeys)
  requireKeys('filter', filter, 'dev')
  checkLinkRef('dev', filter.dev)
  const dev = yield* indexOf('dev', filter.dev)
  if (!(yield* hasRoot(dev))) return []
  const classes = new Map((yield* listClasses({ dev, kind: 'htb' })).map((each) => [each.handle, each]))
  const netems = (yield* dump('RTM_GETQDISC', { ifindex: dev }))
    .filter(({ ifindex, attrs }) => ifindex === dev && attrs.kind === 'netem')
    .map(({ parent }) => parent)
  return (yield* selections(dev)).map(({ destination, classid }) => {
    const handle = handleText(classid)
    const { parms, rate64 } = (classes.get(handle)?.options ?? {}) as unknown as HtbClass
    const bytes = rate64 === undefined ? parms?.rate.rate : Number(rate64)
    const rate = bytes === undefined || bytes === UNLIMITED ? undefined : bytes * 8
    const members = { dev, to: destination.text, class: handle, hasNetem: netems.includes(classid) }
    return { ...members, ...defined({ rate }) }
  })
}

interface HtbClass {
  readonly parms?: { readonly rate: { readonly rate: number } }
  readonly rate64?: bigint
}

/** Checks a key, and returns its destination. @throws {TypeError} */
export function locate(key: ImpairmentKey): Destination {
  requireKeys('impairment', key, 'dev', 'to')
  checkLinkRef('dev', key.dev)
  return destinationOf(key.to)
}

/** Returns the impairment of a destination; undefined if there is none. */
export function* get(key: ImpairmentKey): Operation<Impairment | undefined> {
  checkKeys('impairment', key, keyKeys)
  const { text } = locate(key)
  return (yield* list({ dev: key.dev })).find(({ to }) => to === text)
}
