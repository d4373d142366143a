import { IFF, type LinkMessage, RTEXT_FILTER } from '../route/index.js'
import { ifThere, indexOf, indexOrNone, type LinkRef, linkKey } from './device.js'
import { type Ensured, ensure } from './ensure.js'
import { expectGiven, expectKeys } from './keys.js'
import { type Link, toLink } from './link.js'
import { make, setAltNames, withNetnsPart } from './link-make.js'
import { changeKeys, type LinkChange, linkPart, type NewLink, newLinkKeys } from './link-wish.js'
import { linkWishes, unfulfilledPart } from './link-wishes.js'
import { change, dump, type Operation, read, undo } from './operation.js'

/** Which links to list. */
export interface LinkFilter {
  /** Ports of this bridge, bond, …; 0: of none. */
  readonly master?: LinkRef | 0 | undefined
  readonly kind?: string | undefined
  readonly up?: boolean | undefined
}

const filterKeys = { master: 1, kind: 1, up: 1 } satisfies Record<keyof LinkFilter, unknown>

/** All links, or those that the filter lets through. */
function* list(filter?: LinkFilter): Operation<Link[]> {
  const { kind, up, ...wish } = filter ?? {}
  expectKeys('filter', filter ?? {}, filterKeys)
  const master = yield* indexOrNone('master', wish.master)
  // Some mask there must be, or the kernel leaves out what is large; IPv6's counters are half of a message.
  const extMask = RTEXT_FILTER.SKIP_STATS
  const found = yield* dump('RTM_GETLINK', {
    attrs: {
      extMask,
      ...(master && { master }),
      ...(kind !== undefined && { linkinfo: { kind } }),
    } as LinkMessage['attrs'],
  })
  // The kernel lets all through where it does not know the kind, or is too old to filter.
  const fits = ({ flags, attrs }: LinkMessage) =>
    (master === undefined || (attrs.master ?? 0) === master) &&
    (kind === undefined || attrs.linkinfo?.kind === kind) &&
    (up === undefined || ((flags & IFF.UP) !== 0) === up)
  return found.filter(fits).map(toLink)
}

/** A link. @throws {NetlinkError} `ENODEV` where there is none such */
function* present(link: LinkRef): Operation<Link> {
  const [found] = yield* read('RTM_GETLINK', linkKey('link', link))
  return toLink(found as LinkMessage)
}

/** A link; undefined where there is none such. */
function* get(link: LinkRef): Operation<Link | undefined> {
  return yield* ifThere(present(link), 'ENODEV')
}

/** Makes a link. Where a part of it fails, nothing stays. @throws {NetlinkError} `EEXIST` where the name is taken */
function* add(link: NewLink): Operation<void> {
  expectKeys('link', link, newLinkKeys)
  yield* make(link)
}

/**
 * Changes a link: in one request, and more for alternative names and the data of a new port. Where one of those fails, the
 * link has its master and its names as before.
 * @throws {NetlinkError} `ENODEV` where there is none such
 */
function* set(link: LinkRef, changes: LinkChange): Operation<void> {
  expectKeys('changes', changes, changeKeys)
  const { altNames, alias, netns, name, slaveKind, slaveData, ...first } = changes
  // The kernel looks for the master of a port's data before it takes the new one.
  const isNewPort = slaveData !== undefined && changes.master !== undefined
  const before = altNames === undefined && !isNewPort ? undefined : yield* present(link)
  const key = name === undefined ? linkKey('link', link) : { index: yield* indexOf('link', link) }
  const { attrs, ...header } = yield* linkPart(isNewPort ? ({ ...first, name } as LinkChange) : changes)
  yield* withNetnsPart(function* (part) {
    const own = { ...attrs, ...(alias !== undefined && { ifalias: alias }), ...part(netns) }
    if (Object.keys(own).length === 0 && header.change === 0) return
    // RTM_SETLINK would pass over the data of a kind.
    yield* change('RTM_NEWLINK', { ...key, ...header, attrs: { ...key.attrs, ...own } } as LinkMessage)
  })
  if (before === undefined) return
  try {
    const later = isNewPort ? yield* linkPart({ slaveKind, slaveData } as LinkChange) : undefined
    if (later) yield* change('RTM_NEWLINK', { index: before.index, attrs: later.attrs } as LinkMessage)
    if (altNames) yield* setAltNames(name ?? before.name, altNames, before.altNames)
  } catch (error) {
    if (changes.master !== undefined)
      yield* undo('RTM_NEWLINK', { index: before.index, attrs: { master: before.master ?? 0 } })
    throw error
  }
}

/** Deletes a link. @throws {NetlinkError} `ENODEV` where there is none such */
function* remove(link: LinkRef): Operation<void> {
  yield* change('RTM_DELLINK', linkKey('link', link))
}

/**
 * Makes a link be there, and be as wished: what is left out stays as it is. `index`, `netns`, `peer` and the numbers of queues
 * are for the making only.
 * @throws {NetlinkError} `EEXIST` where a link of another kind has the name
 * @throws {EnsureError} where the kernel takes a change and does nothing
 */
function* ensureLink(link: NewLink): Operation<Ensured> {
  expectKeys('link', link, newLinkKeys)
  expectGiven('link', link, 'name', 'kind')
  const wanted = { master: yield* indexOrNone('master', link.master), link: yield* indexOrNone('link', link.link) }
  return yield* ensure<Link>({
    object: 'link',
    find: () => get({ name: link.name }),
    create: () => make(link),
    wishes: (current) => linkWishes(link, wanted, current),
    *update(current, unfulfilled) {
      if (unfulfilled.some(({ key }) => key === 'kind')) yield* make(link)
      else yield* set({ index: current.index }, unfulfilledPart(link, unfulfilled))
    },
  })
}

/** Links. */
export const linkOperations = { list, get, add, set, delete: remove, ensure: ensureLink }
