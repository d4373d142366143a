import { ArgumentError } from '../../codec/index.js'
import { handleText, TC_H } from '../../route/index.js'
import { list as listFilters } from '../filter/read.js'
import type { NewTrafficFilter } from '../filter/types.js'
import { ensureFilter } from '../filter/write.js'
import { createLink } from '../link/create.js'
import { get as getLink } from '../link/read.js'
import type { NewQdisc } from '../qdisc/types.js'
import { ensureQdisc } from '../qdisc/write.js'
import type { Ensured } from '../run/ensure.js'
import { indexOf } from '../run/link-lookup.js'
import { change, type Operation, undo } from '../run/operation.js'
import { Rollback } from '../run/rollback.js'
import { refusal } from '../run/selection.js'
import { combined, helperRate, ownRoot, RATE_LIMIT, REMOVED, UNCHANGED } from '../tc/helper-parts.js'
import { type Accepted, checkValue } from '../values/accepted.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys, requireKeys } from '../values/objects.js'
import { bytes, microseconds } from '../values/units.js'
import { ifbOf, linkOf, type Parts, PRIORITY, partsOf } from './read.js'
import type { NewRateLimit, RateLimitKey } from './types.js'

const METHOD: Accepted = { allowed: 'police or ifb', fits: (value) => value === 'police' || value === 'ifb' }

/** Text is checked when it is parsed. */
const whole = (unit: string): Accepted => ({
  allowed: `whole ${unit}, or text with a unit`,
  fits: (value) => typeof value !== 'number' || Number.isInteger(value),
})

export const rateLimitKeys = {
  ...{ dev: 1, egress: 1, ingress: 1, ingressBy: METHOD, burst: whole('bytes'), latency: whole('microseconds') },
} satisfies Record<keyof NewRateLimit, unknown>

/** Bytes of the smallest default burst: two packets of the largest size. */
const LEAST_BURST = 128 * 1024

/** Settings of one direction: rate and burst in bytes, latency in microseconds. */
interface Direction {
  readonly rate: number
  readonly burst: number
  readonly latency: number
}

function direction(given: NewRateLimit, key: 'egress' | 'ingress'): Direction | undefined {
  const { burst, latency = '50ms' } = given
  const wait = microseconds('latency', latency)
  const size = burst === undefined ? undefined : bytes('burst', burst)
  const text = given[key]
  if (text === undefined) return undefined
  const rate = helperRate(key, text)
  if (size !== undefined) checkValue('burst', burst, { allowed: 'at least one byte', fits: () => size > 0 })
  return { rate, burst: size ?? Math.max(LEAST_BURST, Math.ceil(rate / 50)), latency: wait }
}

const tbf = (dev: number, { rate, burst, latency }: Direction): NewQdisc => ({
  dev,
  parent: 'root',
  kind: 'tbf',
  handle: handleText(RATE_LIMIT.handle),
  options: { rate: rate * 8, burst, latency },
})

/** Limits a link to the rates of a spec, or changes its limit if it differs. */
export function* ensureRateLimit(given: NewRateLimit): Operation<Ensured> {
  checkKeys('rate limit', given, rateLimitKeys)
  requireKeys('rate limit', given, 'dev')
  checkLinkRef('dev', given.dev)
  const [egress, ingress] = [direction(given, 'egress'), direction(given, 'ingress')]
  if (egress === undefined && ingress === undefined)
    throw new ArgumentError(`expected rate limit to have 'egress' or 'ingress', got none`)
  const dev = yield* indexOf('dev', given.dev)
  if (egress !== undefined) yield* ownRoot(RATE_LIMIT, dev)
  const before = yield* partsOf(dev)
  const rollback = new Rollback()
  return yield* rollback.during(apply(dev, before, egress, ingress, given.ingressBy ?? 'police', rollback))
}

function* apply(
  dev: number,
  before: Parts,
  egress: Direction | undefined,
  ingress: Direction | undefined,
  method: 'police' | 'ifb',
  rollback: Rollback,
): Operation<Ensured> {
  const isNew = before.egress === undefined && before.filter === undefined
  const arriving =
    ingress === undefined
      ? yield* removeIngress(dev, before)
      : yield* limitIngress(dev, before, ingress, method, rollback)
  const leaving = egress === undefined ? yield* removeEgress(dev, before) : yield* ensureQdisc(tbf(dev, egress))
  return combined(isNew, [
    ['egress', leaving],
    ['ingress', arriving],
  ])
}

function* removeEgress(ifindex: number, { egress }: Parts): Operation<Ensured> {
  if (egress === undefined) return UNCHANGED
  const { kind, handle } = RATE_LIMIT
  yield* change('RTM_DELQDISC', { ifindex, parent: TC_H.ROOT, handle, attrs: { kind } as never })
  return REMOVED
}

/** `ffff:`, the handle of clsact */
const HOOK = { parent: TC_H.INGRESS, handle: 0xffff0000, attrs: { kind: 'clsact' } as const }

/** Removes the limit of arriving packets. The hook is removed if the library has created it, and it is empty. */
function* removeIngress(dev: number, { filter, ifb }: Parts): Operation<Ensured> {
  if (filter !== undefined) {
    const { ifindex, parent, info, attrs } = filter.message
    const { kind } = attrs
    yield* change('RTM_DELTFILTER', { ifindex, parent, info, handle: 0, attrs: { kind } as never })
    if (filter.priority === PRIORITY.ownHook && (yield* isEmptyHook(dev)))
      yield* change('RTM_DELQDISC', { ifindex: dev, ...HOOK })
  }
  if (ifb !== undefined) yield* change('RTM_DELLINK', { index: ifb.index })
  return filter === undefined && ifb === undefined ? UNCHANGED : REMOVED
}

function* isEmptyHook(dev: number): Operation<boolean> {
  for (const parent of ['ingress', 'egress'] as const)
    if ((yield* listFilters({ dev, parent })).length > 0) return false
  return true
}

/** Matches every packet. */
const ANY = { u32: [{ at: 0, value: 0, mask: 0 }] }

function* limitIngress(
  dev: number,
  before: Parts,
  limit: Direction,
  method: 'police' | 'ifb',
  rollback: Rollback,
): Operation<Ensured> {
  const waiting = method === 'ifb' ? yield* ensureIfb(dev, before, limit, rollback) : undefined
  if (!before.hasHook) {
    yield* change('RTM_NEWQDISC', { ifindex: dev, ...HOOK }, { create: true, excl: true })
    rollback.add(undo('RTM_DELQDISC', { ifindex: dev, ...HOOK }))
  }
  const priority = before.filter?.priority ?? (before.hasHook ? PRIORITY.otherHook : PRIORITY.ownHook)
  const police = { rate: limit.rate * 8, burst: limit.burst, exceed: 'drop', conform: 'continue' } as const
  const filter = yield* ensureFilter({
    ...{ dev, parent: 'ingress', protocol: 'all', priority, kind: 'u32', options: { match: ANY } },
    actions: [
      waiting === undefined
        ? { kind: 'police', options: police }
        : { kind: 'mirred', options: { egress: 'redirect', dev: waiting.index } },
    ],
  } as NewTrafficFilter)
  if (waiting === undefined && before.ifb !== undefined) yield* change('RTM_DELLINK', { index: before.ifb.index })
  return {
    ...filter,
    changed: filter.changed || waiting?.effect.changed === true,
    changes: [...filter.changes, ...(waiting?.effect.changes ?? [])],
  }
}

/** Ensures the link where arriving packets wait. */
function* ensureIfb(dev: number, { ifb }: Parts, limit: Direction, rollback: Rollback) {
  if (ifb !== undefined) return { index: ifb.index, effect: yield* ensureQdisc(tbf(ifb.index, limit)) }
  const { name, alias } = ifbOf(dev)
  const other = yield* getLink({ name })
  if (other !== undefined)
    throw refusal({
      request: 'RTM_NEWLINK',
      code: 'EEXIST',
      attribute: 'dev',
      explanation: `another link is called ${name}`,
    })
  yield* createLink({ name, kind: 'ifb', alias, up: true })
  rollback.add(undo('RTM_DELLINK', { attrs: { ifname: name } }))
  const index = yield* indexOf('dev', name)
  return { index, effect: yield* ensureQdisc(tbf(index, limit)) }
}

/** Removes the rate limit of a link. */
export function* remove(key: RateLimitKey): Operation<void> {
  const dev = yield* linkOf(key)
  const parts = yield* partsOf(dev)
  const effects = [yield* removeIngress(dev, parts), yield* removeEgress(dev, parts)]
  if (effects.some(({ changed }) => changed)) return
  throw refusal({ request: 'RTM_DELQDISC', code: 'ENOENT', explanation: 'no such rate limit' })
}
