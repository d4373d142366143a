import { ownOnly } from '../../codec/own.js'
import { RTEXT_FILTER } from '../../route/index.js'
import { ifThere, indexOrNone, readLinkAs } from '../run/link-lookup.js'
import { dumpAs, type Operation } from '../run/operation.js'
import { BOOLEAN } from '../values/accepted.js'
import type { LinkRef } from '../values/link-ref.js'
import { groupNumber } from '../values/names.js'
import { checkKeys } from '../values/objects.js'
import { KIND } from './accepted.js'
import { linkReply } from './decode.js'
import type { Link, LinkFilter } from './types.js'

/** The options of a filter. */
export const filterKeys = { master: 1, kind: KIND, up: BOOLEAN, group: 1, vfs: BOOLEAN } satisfies Record<
  keyof LinkFilter,
  unknown
>

/** Lists the links that match the filter. */
export function* list(filter: LinkFilter = {}): Operation<Link[]> {
  checkKeys('filter', filter, filterKeys)
  const { kind, up, vfs, ...given } = ownOnly(filter)
  const group = given.group === undefined ? undefined : groupNumber('group', given.group)
  const master = yield* indexOrNone('master', given.master)
  // Without a mask the kernel omits large attributes. The counters of IPv6 are half of a message.
  const attrs = {
    extMask: RTEXT_FILTER.SKIP_STATS | (vfs ? RTEXT_FILTER.VF : 0),
    ...(master && { master }),
    ...(kind !== undefined && { linkinfo: { kind } }),
  }
  const found = yield* dumpAs(linkReply, 'RTM_GETLINK', { attrs })
  // The kernel does not filter by a kind that it does not know, and old kernels do not filter.
  const fits = (link: Link) =>
    (master === undefined || (link.master ?? 0) === master) &&
    (kind === undefined || link.kind === kind) &&
    (group === undefined || (link.group ?? 0) === group) &&
    (up === undefined || link.up === up)
  return found.filter(fits)
}

/** Returns a link, with the settings of its virtual functions if `vfs` is true. @throws {NetlinkError} `ENODEV` if it does not exist */
export function* present(link: LinkRef, vfs = false): Operation<Link> {
  return yield* readLinkAs(linkReply, 'link', link, vfs ? { extMask: RTEXT_FILTER.VF } : undefined)
}

/** Returns a link; undefined if it does not exist. */
export function* get(link: LinkRef, vfs = false): Operation<Link | undefined> {
  return yield* ifThere(present(link, vfs), 'ENODEV')
}
