import { handleText, type QdiscMessage, TC_H } from '../../route/index.js'
import { ofLink } from '../qdisc/read.js'
import type { Change, Ensured } from '../run/ensure.js'
import type { Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import { checkValue } from '../values/accepted.js'
import { bytesPerSecond, type Rate } from '../values/units.js'

/** The root qdisc of the library's helpers, by which their objects are found again. */
interface OwnRoot {
  readonly kind: string
  readonly handle: number
  /** The operations that own it, for errors. */
  readonly owner: string
}

/** The root of a rate limit: `4e4c:`. */
export const RATE_LIMIT: OwnRoot = { kind: 'tbf', handle: 0x4e4c0000, owner: 'a rate limit' }
/** The root of impairments: `4e4d:`. */
export const IMPAIRMENT: OwnRoot = { kind: 'htb', handle: 0x4e4d0000, owner: 'impairments' }

const isOwn = ({ kind, handle }: OwnRoot, found: QdiscMessage) => found.handle === handle && found.attrs.kind === kind

/**
 * Returns the helper's root qdisc of a link; undefined if the link has its default one.
 * @throws {NetlinkError} `EEXIST` if it has another one, which is not changed
 */
export function* ownRoot(own: OwnRoot, ifindex: number): Operation<QdiscMessage | undefined> {
  const found = yield* ofLink(ifindex, ({ parent }) => parent === TC_H.ROOT)
  if (found === undefined || found.handle === 0) return undefined
  if (isOwn(own, found)) return found
  const other = [RATE_LIMIT, IMPAIRMENT].find((each) => isOwn(each, found))
  const whose = other === undefined ? '' : ` of ${other.owner}`
  const explanation = `the link has another root qdisc, ${found.attrs.kind} ${handleText(found.handle)}${whose}`
  throw refusal({ request: 'RTM_NEWQDISC', code: 'EEXIST', attribute: 'dev', explanation })
}

/** Returns a rate in bytes per second. @throws {TypeError} */
export function helperRate(key: string, rate: Rate): number {
  const perSecond = bytesPerSecond(key, rate)
  const fits = () => perSecond > 0 && perSecond * 8 < Number.MAX_SAFE_INTEGER
  checkValue(key, rate, { allowed: 'a rate from 8 bits to 2^53 - 1 bits per second', fits })
  return perSecond
}

/** Returns the effect of several changes as one. `parts` have the effect of each, and what precedes its keys. */
export function combined(created: boolean, parts: readonly (readonly [under: string, effect: Ensured])[]): Ensured {
  const changed = parts.some(([, effect]) => effect.changed)
  const changes: Change[] = created
    ? []
    : parts.flatMap(([under, effect]) =>
        effect.created || (effect.changed && effect.changes.length === 0)
          ? [{ key: under, before: !effect.created, after: effect.created }]
          : effect.changes.map(({ key, ...values }) => ({
              key: `${under}.${key.replace(/^options\./, '')}`,
              ...values,
            })),
      )
  return { changed, created, changes }
}

export const UNCHANGED: Ensured = { changed: false, created: false, changes: [] }
/** The effect of a removal. */
export const REMOVED: Ensured = { changed: true, created: false, changes: [] }
