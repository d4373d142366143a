import { ownOnly } from '../../codec/own.js'
import { RTEXT_FILTER } from '../../route/index.js'
import { ifThere, indexOrNone, readLinkAs } from '../run/link-lookup.js'
import { dumpAs, type Operation } from '../run/operation.js'
import { BOOLEAN } from '../values/accepted.js'
import type { LinkRef } from '../values/link-ref.js'
import { checkKeys } from '../values/objects.js'
import { KIND } from './accepted.js'
import { linkReply } from './decode.js'
import type { Link, LinkFilter } from './types.js'

/** The options of a filter. */
export const filterKeys = { master: 1, kind: KIND, up: BOOLEAN } satisfies Record<keyof LinkFilter, unknown>

/** Lists the links that match the filter. */
export function* list(filter: LinkFilter = {}): Operation<Link[]> {
  checkKeys('filter', filter, filterKeys)
  const { kind, up, ...given } = ownOnly(filter)
  const master = yield* indexOrNone('master', given.master)
  // Without a mask the kernel omits large attributes. The counters of IPv6 are half of a message.
  const attrs = {
    extMask: RTEXT_FILTER.SKIP_STATS,
    ...(master && { master }),
    ...(kind !== undefined && { linkinfo: { kind } }),
  }
  const found = yield* dumpAs(linkReply, 'RTM_GETLINK', { attrs })
  // The kernel does not filter by a kind that it does not know, and old kernels do not filter.
  const fits = (link: Link) =>
    (master === undefined || (link.master ?? 0) === master) &&
    (kind === undefined || link.kind === kind) &&
    (up === undefined || link.up === up)
  return found.filter(fits)
}

/** Returns a link. @throws {NetlinkError} `ENODEV` if it does not exist */
export function* present(link: LinkRef): Operation<Link> {
  return yield* readLinkAs(linkReply, 'link', link)
}

/** Returns a link; undefined if it does not exist. */
export function* get(link: LinkRef): Operation<Link | undefined> {
  return yield* ifThere(present(link), 'ENODEV')
}
