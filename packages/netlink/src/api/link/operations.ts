import { ArgumentError, show } from '../../codec/index.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { bind } from '../run/bind.js'
import { type Ensured, ensure, type Target } from '../run/ensure.js'
import { checkSameLink } from '../run/link-lookup.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import { type AnyConnection, change, type Operation } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeLink } from '../values/describe.js'
import { type LinkRef, linkKey } from '../values/link-ref.js'
import { requireKeys } from '../values/objects.js'
import { changeLink, completeChanges, set } from './change.js'
import { asNewLink } from './copy.js'
import { checkParts, createLink } from './create.js'
import { changesFor, compareLink } from './diff.js'
import { checkLink, newLinkKeys } from './encode.js'
import { get, list } from './read.js'
import { resolveLinks, withPlaceholders } from './resolve.js'
import type { AnyNewLink, Link, LinkChange, LinkFilter, LinkToCopy, NamedLink, NewLink } from './types.js'

/** Operations on links: `nl.link`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface LinkOperations {
  /**
   * Lists links, like `ip link show`.
   * @param filter restricts the list; by default all links are listed
   * @throws {NetlinkError} `ENODEV` if `filter.master` does not exist
   */
  list<N extends boolean = false>(filter?: LinkFilter, options?: ReadOptions<N>): Promise<Read<N, Link, NamedLink>[]>

  /** Lists links, like `ip link show`. Synchronous form of {@link LinkOperations.list}. */
  listSync<N extends boolean = false>(filter?: LinkFilter, options?: ReadOptionsSync<N>): Read<N, Link, NamedLink>[]

  /**
   * Returns a link, like `ip link show dev eth0`; `undefined` if it does not exist.
   * @param link its name, an alternative name, its index, or a link that was read
   */
  get<N extends boolean = false>(link: LinkRef, options?: ReadOptions<N>): Promise<Read<N, Link, NamedLink> | undefined>

  /** Returns a link, like `ip link show dev eth0`; `undefined` if it does not exist. Synchronous form of {@link LinkOperations.get}. */
  getSync<N extends boolean = false>(link: LinkRef, options?: ReadOptionsSync<N>): Read<N, Link, NamedLink> | undefined

  /**
   * Creates a link, like `ip link add`. Some options need several requests; if one of them fails, the link is deleted.
   * @param link its options, or a link that was read
   * @throws {NetlinkError} `EEXIST` if the name is taken
   * @throws {TypeError} for a wrong option, before anything is changed
   */
  add(link: NewLink | LinkToCopy, options?: WaitOptions): Promise<void>

  /** Creates a link, like `ip link add`. Synchronous form of {@link LinkOperations.add}. */
  addSync(link: NewLink | LinkToCopy, options?: TimeoutOptions): void

  /**
   * Changes a link, like `ip link set`. Alternative names are set first, the data of a new port last. If a request fails,
   * alternative names and master are restored. Other properties keep the values that the kernel has set until then.
   * @param link its name, an alternative name, its index, or a link that was read
   * @param changes the properties to change; `data` requires `kind`
   * @throws {NetlinkError} `ENODEV` if the link does not exist
   * @throws {TypeError} for a wrong option, before anything is changed
   */
  set(link: LinkRef, changes: LinkChange, options?: WaitOptions): Promise<void>

  /** Changes a link, like `ip link set`. Synchronous form of {@link LinkOperations.set}. */
  setSync(link: LinkRef, changes: LinkChange, options?: TimeoutOptions): void

  /**
   * Deletes a link, like `ip link delete`.
   * @param link its name, an alternative name, its index, or a link that was read
   * @throws {NetlinkError} `ENODEV` if it does not exist, or if the index of a link that was read belongs to a different one
   */
  delete(link: LinkRef, options?: WaitOptions): Promise<void>

  /** Deletes a link, like `ip link delete`. Synchronous form of {@link LinkOperations.delete}. */
  deleteSync(link: LinkRef, options?: TimeoutOptions): void

  /**
   * Creates a link, or applies the differences between the link and the spec: `ip link add` or `ip link set`. Properties that
   * are left out of the spec stay as they are. `index`, `netns`, `peer` and the numbers of queues are used on creation only.
   * @param link the spec; `name` identifies the link
   * @returns the changes
   * @throws {NetlinkError} `EEXIST` if a link of another kind has the name
   * @throws {EnsureError} if the kernel accepts a change without effect
   */
  ensure(link: NewLink | LinkToCopy, options?: WaitOptions): Promise<Ensured>

  /** Creates a link, or applies the differences between the link and the spec. Synchronous form of {@link LinkOperations.ensure}. */
  ensureSync(link: NewLink | LinkToCopy, options?: TimeoutOptions): Ensured
}

/** Creates the operations on one connection. */
export const linkOperations = (connection: AnyConnection) =>
  bind<LinkOperations>(new Runner(() => connection, 'link', describeLink), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: (link: LinkRef) => get(link), reads: true },
    add: { arguments: 1, run: addLink },
    set: { arguments: 2, run: set },
    delete: { arguments: 1, run: remove },
    ensure: { arguments: 1, run: ensureLink },
  })

/** Creates a link. Up to the first request, checks all options. */
export function* addLink(link: AnyNewLink | LinkToCopy): Operation<void> {
  const options = asNewLink(link)
  checkLink('link', options, newLinkKeys)
  yield* createLink(options)
}

function* remove(link: LinkRef): Operation<void> {
  yield* checkSameLink('RTM_DELLINK', 'link', link)
  yield* change('RTM_DELLINK', linkKey('link', link))
}

function* ensureLink(given: AnyNewLink | LinkToCopy): Operation<Ensured> {
  return yield* ensure(yield* linkTarget(given))
}

/**
 * Returns the target of a spec. With `mayLackKind`, the spec may be of a link that exists, such as a network card.
 * @throws {TypeError} for a wrong option
 */
export function* linkTarget(given: AnyNewLink | LinkToCopy, mayLackKind = false): Operation<Target<Link>> {
  const link = asNewLink(given as AnyNewLink)
  checkLink('link', link, newLinkKeys)
  if (mayLackKind) requireKeys('link', link, 'name')
  else requireKeys('link', link, 'name', 'kind')
  if (link.name.includes('%'))
    throw new ArgumentError(
      `expected name to be that of one link, got ${show(link.name)}, for which the kernel creates a new one each time`,
    )
  if (link.netns !== undefined)
    throw new ArgumentError(
      `expected no netns to ensure a link, as it is looked up in the namespace of this object, got ${show(link.netns)}`,
    )
  checkParts(withPlaceholders(link) as AnyNewLink)
  const spec = (yield* resolveLinks(link)) as AnyNewLink
  return {
    object: 'link',
    message: { attrs: { ifname: link.name } },
    describe: () => describeLink(link),
    find: () => get({ name: link.name }, link.vfs !== undefined),
    create: () => createLink(link),
    compare: (current) => compareLink(spec, current),
    *update(current, differences) {
      // The error of the kernel says that the name is taken.
      if (differences.some(({ key }) => key === 'kind')) yield* createLink(link)
      else yield* changeLink({ index: current.index }, completeChanges(current, changesFor(spec, differences)))
    },
  }
}
