import { show } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { IFF, type LinkMessage, RTEXT_FILTER } from '../../route/index.js'
import { BOOLEAN } from '../accepted.js'
import { type Ensured, ensure } from '../ensure.js'
import { expectSame, ifThere, indexOf, indexOrNone, type LinkRef, linkKey, readLink } from '../link-ref.js'
import { expectGiven, expectKeys } from '../objects.js'
import { change, dump, type Operation, undo } from '../operation.js'
import { asNewLink } from './copy.js'
import { make, restoreAltNames, setAltNames, withNetnsPart } from './create.js'
import { hasLinkInData, isChangedWhole } from './data.js'
import { type Link, toLink } from './decode.js'
import { linkWishes, unfulfilledPart } from './diff.js'
import { changeKeys, expectLink, linkPart, newLinkKeys } from './encode.js'
import { explainRefusal } from './refusal.js'
import { resolveLinks } from './resolve.js'
import type { LinkChange, NewLink } from './types.js'

/** Which links to list. */
export interface LinkFilter {
  /** Ports of this bridge, bond, …; 0: of none. */
  readonly master?: LinkRef | 0 | undefined
  readonly kind?: string | undefined
  readonly up?: boolean | undefined
}

const filterKeys = { master: 1, kind: 1, up: BOOLEAN } satisfies Record<keyof LinkFilter, unknown>

/** All links, or those that the filter lets through. */
function* list(filter?: LinkFilter): Operation<Link[]> {
  const { kind, up, ...wish } = ownOnly(filter ?? {})
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
  return toLink(yield* readLink('link', link))
}

/** A link; undefined where there is none such. */
function* get(link: LinkRef): Operation<Link | undefined> {
  return yield* ifThere(present(link), 'ENODEV')
}

/** Makes a link. Where a part of it fails, nothing stays. @throws {NetlinkError} `EEXIST` where the name is taken */
function* add(link: NewLink | Link): Operation<void> {
  const wish = asNewLink(link)
  expectLink('link', wish, newLinkKeys)
  yield* make(wish)
}

/**
 * Changes a link: alternative names first, the rest in one request, the data of a new port after it. Where one of them
 * fails, the alternative names are as before, and so is the master of a port whose data was refused; what else the kernel
 * changed until then stays, as it takes no request back.
 * @throws {NetlinkError} `ENODEV` where there is none such
 */
function* set(link: LinkRef, changes: LinkChange): Operation<void> {
  expectLink('changes', changes, changeKeys)
  yield* expectSame('RTM_NEWLINK', 'link', link)
  const wish = yield* resolveLinks(changes)
  const needsCurrent = wish.link !== undefined || (wish.data !== undefined && isChangedWhole(wish.kind))
  if (!needsCurrent) return yield* setResolved(link, wish as LinkChange)
  const current = yield* present(link)
  const kind = wish.kind ?? current.kind
  if (wish.link !== undefined && wish.link !== current.link && !hasLinkInData(kind))
    throw new TypeError(
      `expected no link in changes of a ${kind}, whose lower link cannot change, got ${show(changes.link)}`,
    )
  yield* setResolved({ index: current.index }, completed(current, wish as LinkChange))
}

/** A change with what depends on the link's kind: the kind if `link` is part of its data, and the rest of data that is sent whole. */
function completed(current: Link, { link, ...changes }: LinkChange): LinkChange {
  const kind = changes.kind ?? current.kind
  const inData = link !== undefined && hasLinkInData(kind) && { kind, link }
  const isWhole = isChangedWhole(kind) && (inData || changes.data !== undefined)
  const data = isWhole ? { ...current.data, ...(inData && { link }), ...changes.data } : changes.data
  return { ...changes, ...(data !== undefined && { data }), ...inData } as LinkChange
}

/** Changes a link; the links that the change names are indexes. */
function* setResolved(link: LinkRef, changes: LinkChange): Operation<void> {
  const { altNames, alias, netns, name, slaveKind, slaveData, ...first } = changes
  // The kernel looks for the master of a port's data before it takes the new one.
  const isNewPort = slaveData !== undefined && changes.master !== undefined
  const before = altNames === undefined && !isNewPort ? undefined : yield* present(link)
  const named = before === undefined && name === undefined
  const key = named ? linkKey('link', link) : { index: before?.index ?? (yield* indexOf('link', link)) }
  const { attrs, ...header } = linkPart(isNewPort ? ({ ...first, name } as LinkChange) : changes)
  // The name that it has can be an alternative one only when it has another.
  const early = altNames?.filter((each) => each !== before?.name)
  if (before && early) yield* setAltNames(key, early, before.altNames)
  try {
    yield* withNetnsPart(function* (part) {
      const own = { ...attrs, ...(alias !== undefined && { ifalias: alias }), ...part(netns) }
      if (Object.keys(own).length === 0 && header.change === 0) return
      // RTM_SETLINK would pass over the data of a kind.
      yield* change('RTM_NEWLINK', { ...key, ...header, attrs: { ...key.attrs, ...own } } as LinkMessage)
    })
    const later = isNewPort ? linkPart({ slaveKind, slaveData } as LinkChange) : undefined
    if (later) yield* change('RTM_NEWLINK', { ...key, attrs: later.attrs } as LinkMessage)
    if (altNames && early) yield* setAltNames(key, altNames, early)
  } catch (error) {
    if (before && isNewPort)
      yield* undo('RTM_NEWLINK', { ...key, attrs: { master: before.master ?? 0 } } as LinkMessage)
    if (before && early) yield* restoreAltNames(key, early, before.altNames)
    throw yield* explainRefusal(error, key, changes)
  }
}

/** Deletes a link: one that was read by its index. @throws {NetlinkError} `ENODEV` if there is none, or a different one has the index */
function* remove(link: LinkRef): Operation<void> {
  yield* expectSame('RTM_DELLINK', 'link', link)
  yield* change('RTM_DELLINK', linkKey('link', link))
}

/**
 * Makes a link be there, and be as wished: what is left out stays as it is. `index`, `netns`, `peer` and the numbers of queues
 * are for the making only.
 * @throws {NetlinkError} `EEXIST` where a link of another kind has the name
 * @throws {EnsureError} where the kernel takes a change and does nothing
 */
function* ensureLink(given: NewLink | Link): Operation<Ensured> {
  const link = asNewLink(given)
  expectLink('link', link, newLinkKeys)
  expectGiven('link', link, 'name', 'kind')
  if (link.name.includes('%'))
    throw new TypeError(
      `expected name to be that of one link, got ${show(link.name)}, by which the kernel makes others`,
    )
  const wish = (yield* resolveLinks(link)) as NewLink
  return yield* ensure<Link>({
    object: 'link',
    find: () => get({ name: link.name }),
    create: () => make(link),
    wishes: (current) => linkWishes(wish, current),
    *update(current, unfulfilled) {
      if (unfulfilled.some(({ key }) => key === 'kind')) yield* make(link)
      else yield* setResolved({ index: current.index }, completed(current, unfulfilledPart(wish, unfulfilled)))
    },
  })
}

/** Links. */
export const linkOperations = { list, get, add, set, delete: remove, ensure: ensureLink }
