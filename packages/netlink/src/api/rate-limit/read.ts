import { TC_H } from '../../route/index.js'
import { list } from '../filter/read.js'
import type { TrafficFilter } from '../filter/types.js'
import { get as getLink } from '../link/read.js'
import type { Link } from '../link/types.js'
import { ofLink } from '../qdisc/read.js'
import { indexOf } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { RATE_LIMIT } from '../tc/helper-parts.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import type { RateLimit, RateLimitKey } from './types.js'

/** Priorities of the filter of arriving packets: in a hook of the library, which is removed with it, and in one that was there. */
export const PRIORITY = { ownHook: 0x4e4c, otherHook: 0x4e4d } as const

/** Marks the link of the kind ifb. */
const ALIAS = 'netloom: rate limit of link '

/** Returns the name and mark of the link for the packets that wait. */
export const ifbOf = (ifindex: number) => ({ name: `ifb-nl${ifindex}`, alias: `${ALIAS}${ifindex}` })

/** The objects of a rate limit. */
export interface Parts {
  /** Bytes per second. */
  readonly egress: number | undefined
  readonly filter: TrafficFilter | undefined
  readonly hasHook: boolean
  readonly ifb: Link | undefined
}

interface Tbf {
  readonly parms?: { readonly rate: { readonly rate: number } }
  readonly rate64?: bigint
}

/** Returns the rate of the library's tbf at the root of a link, in bytes per second. */
export function* rateOf(ifindex: number): Operation<number | undefined> {
  const { handle, kind } = RATE_LIMIT
  const found = yield* ofLink(
    ifindex,
    (each) => each.parent === TC_H.ROOT && each.handle === handle && each.attrs.kind === kind,
  )
  const { parms, rate64 } = (found?.attrs.options ?? {}) as Tbf
  return rate64 === undefined ? parms?.rate.rate : Number(rate64)
}

const isOwnFilter = ({ kind, priority, actions = [] }: TrafficFilter) =>
  kind === 'u32' &&
  (priority === PRIORITY.ownHook || priority === PRIORITY.otherHook) &&
  ['police', 'mirred'].includes(actions[0]?.kind ?? '')

/** Returns the objects of the rate limit of a link. */
export function* partsOf(ifindex: number): Operation<Parts> {
  const hook = yield* ofLink(ifindex, ({ parent }) => parent === TC_H.INGRESS)
  const filters = hook === undefined ? [] : yield* list({ dev: ifindex, parent: 'ingress' })
  const { name, alias } = ifbOf(ifindex)
  const link = yield* getLink({ name })
  return {
    egress: yield* rateOf(ifindex),
    filter: filters.find(isOwnFilter),
    hasHook: hook !== undefined,
    ifb: link?.alias === alias ? link : undefined,
  }
}

interface Police {
  readonly tbf?: { readonly rate: { readonly rate: number } }
  readonly rate64?: bigint
}

/** Returns the rate of arriving packets, in bytes per second. */
export function* ingressRate({ filter, ifb }: Parts): Operation<number | undefined> {
  const action = filter?.actions?.[0]
  if (action?.kind === 'mirred') return ifb && (yield* rateOf(ifb.index))
  const { tbf, rate64 } = (action?.options ?? {}) as unknown as Police
  return rate64 === undefined ? tbf?.rate.rate : Number(rate64)
}

export const keyKeys = { dev: 1 } satisfies Record<keyof RateLimitKey, unknown>

/** Returns the index of the link of a key. @throws {TypeError} for a wrong option */
export function* linkOf(key: RateLimitKey): Operation<number> {
  checkKeys('rate limit', key, keyKeys)
  requireKeys('rate limit', key, 'dev')
  checkLinkRef('dev', key.dev)
  return yield* indexOf('dev', key.dev)
}

/** Returns the rate limit of a link; undefined if there is none. */
export function* get(key: RateLimitKey): Operation<RateLimit | undefined> {
  const dev = yield* linkOf(key)
  const parts = yield* partsOf(dev)
  const ingress = yield* ingressRate(parts)
  if (parts.egress === undefined && ingress === undefined) return undefined
  const bits = (rate: number | undefined) => (rate === undefined ? undefined : rate * 8)
  const ingressBy = ingress === undefined ? undefined : parts.filter?.actions?.[0]?.kind === 'mirred' ? 'ifb' : 'police'
  return { dev, ...defined({ egress: bits(parts.egress), ingress: bits(ingress), ingressBy }) } as RateLimit
}
