import { ArgumentError, show } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import type { LinkMessage } from '../../route/index.js'
import { checkSameLink, indexOf } from '../run/link-lookup.js'
import { change, type Operation, undo } from '../run/operation.js'
import { Rollback } from '../run/rollback.js'
import { isLink, type LinkKey, type LinkRef, linkKey } from '../values/link-ref.js'
import { defined } from '../values/objects.js'
import { setAltNames } from './alt-names.js'
import { hasLinkInData, isChangedWhole } from './data.js'
import { changeKeys, checkLink, encodeLink, type LinkPart } from './encode.js'
import { NetnsFiles } from './netns-files.js'
import { present } from './read.js'
import { explainRefusal } from './refusal.js'
import { resolveLinks, withPlaceholders } from './resolve.js'
import type { AnyLinkChange, Link } from './types.js'

/** Options that need a request before the one that changes the link. */
const earlyOptions = ['master', 'link', 'kind', 'data', 'slaveKind', 'slaveData', 'altNames', 'name'] as const

const hasRequestsBefore = (options: AnyLinkChange) => earlyOptions.some((key) => options[key] !== undefined)

/** Changes a link. */
export function* set(link: LinkRef, options: AnyLinkChange): Operation<void> {
  linkKey('link', link)
  checkLink('changes', options, changeKeys)
  if (isLink(link) || hasRequestsBefore(options)) encodeLink(withPlaceholders(options))
  yield* checkSameLink('RTM_NEWLINK', 'link', link)
  const changes = (yield* resolveLinks(options)) as AnyLinkChange
  const needsCurrent =
    lowerOf(changes) !== undefined || namesKind(changes) || (changes.data !== undefined && isChangedWhole(changes.kind))
  if (!needsCurrent) return yield* changeLink(link, changes)
  const current = yield* present(link)
  checkKinds(current, changes)
  checkLower(current, options, changes)
  yield* changeLink({ index: current.index }, completeChanges(current, changes))
}

/** True for a change with a kind that the kernel does not compare: it ignores one without data, and the kind of a master always. */
const namesKind = ({ kind, data, slaveKind, master }: AnyLinkChange) =>
  (kind !== undefined && data === undefined) || (slaveKind !== undefined && master === undefined)

/** Checks that a change contains no other kinds than those of the link and its master. @throws {TypeError} */
function checkKinds(current: Link, { kind, slaveKind, master }: AnyLinkChange): void {
  const wrong = (key: string, actual: unknown, given: unknown) =>
    new ArgumentError(`expected ${key} in changes to be ${show(actual)}, which cannot change, got ${show(given)}`)
  if (kind !== undefined && kind !== current.kind) throw wrong('kind', current.kind, kind)
  if (slaveKind !== undefined && master === undefined && slaveKind !== current.slaveKind)
    throw wrong('slaveKind', current.slaveKind, slaveKind)
}

/** Kinds of which the kernel ignores a change to no lower link: vxlan_config_apply(), drivers/net/vxlan/vxlan_core.c */
const keepsLower = new Set<string | undefined>(['vxlan'])

/** Returns the index of the lower link that a change contains, for some kinds in its data. */
const lowerOf = ({ link, kind, data }: AnyLinkChange) =>
  link ?? (hasLinkInData(kind) ? (data as { readonly link?: number } | undefined)?.link : undefined)

/** Checks a change of the lower link. @throws {TypeError} if the kernel would refuse or ignore it */
function checkLower(current: Link, options: AnyLinkChange, changes: AnyLinkChange): void {
  const [kind, lower] = [changes.kind ?? current.kind, lowerOf(changes)]
  if (lower === undefined || lower === (current.link ?? 0)) return
  if (!hasLinkInData(kind))
    throw new ArgumentError(
      `expected no link in changes of a ${kind}, whose lower link cannot change, got ${show(options.link)}`,
    )
  if (lower === 0 && keepsLower.has(kind))
    throw new ArgumentError(`expected link of a ${kind} to be another link, as the kernel cannot remove it, got 0`)
}

/** Adds the properties that a change depends on: the kind if `link` is part of its data, and the rest of data that is sent whole. */
export function completeChanges(current: Link, { link, ...changes }: AnyLinkChange): AnyLinkChange {
  const kind = changes.kind ?? current.kind
  const inData = link !== undefined && hasLinkInData(kind) && { kind, link }
  const isWhole = isChangedWhole(kind) && (inData || changes.data !== undefined)
  const data = isWhole ? { ...current.data, ...(inData && { link }), ...changes.data } : changes.data
  return { ...changes, ...defined({ data }), ...inData } as AnyLinkChange
}

/**
 * Changes a link. Other links in `changes` are indexes. Alternative names are set first. The data of a new port is set in a request
 * of its own, because the kernel looks up the master for this data before it sets the new master. If a request fails, the names and
 * the master are restored. Other properties keep the values that the kernel has set until then.
 */
export function* changeLink(link: LinkRef, changes: AnyLinkChange): Operation<void> {
  const { altNames, slaveKind, slaveData, ...first } = changes
  const isNewPort = slaveData !== undefined && changes.master !== undefined
  const before = altNames === undefined && !isNewPort ? undefined : yield* present(link)
  const key = yield* keyOf(link, before, changes)
  const message = encodeLink(isNewPort ? first : changes)
  const port = isNewPort ? encodeLink(ownOnly({ slaveKind, slaveData } as AnyLinkChange)) : undefined
  const rollback = new Rollback()
  try {
    // The current name can become an alternative one only when the link has another.
    const early = altNames?.filter((name) => name !== before?.name)
    if (before && early) yield* setAltNames(key, early, before.altNames, rollback)
    if (before && isNewPort) rollback.add(undo('RTM_NEWLINK', { ...key, attrs: { master: before.master ?? 0 } }))
    yield* sendChange(key, message, changes)
    if (port) yield* change('RTM_NEWLINK', { ...key, attrs: port.attrs } as LinkMessage)
    if (altNames && early) yield* setAltNames(key, altNames, early, rollback)
  } catch (error) {
    yield* rollback.run()
    throw yield* explainRefusal(error, key, changes)
  }
}

/** Returns the key of the link for all requests of a change: the index if the name may change or several requests are sent. */
function* keyOf(link: LinkRef, before: Link | undefined, { name }: AnyLinkChange): Operation<LinkKey> {
  if (before === undefined && name === undefined) return linkKey('link', link)
  return { index: before?.index ?? (yield* indexOf('link', link)) }
}

function* sendChange(key: LinkKey, { attrs, ...header }: LinkPart, { alias, netns }: AnyLinkChange): Operation<void> {
  const namespaces = new NetnsFiles()
  try {
    const own = { ...attrs, ...defined({ ifalias: alias }), ...namespaces.attribute(netns) }
    if (Object.keys(own).length === 0 && header.change === 0) return
    // RTM_SETLINK would ignore the data of a kind.
    yield* change('RTM_NEWLINK', { ...key, ...header, attrs: { ...key.attrs, ...own } })
  } finally {
    namespaces.close()
  }
}
