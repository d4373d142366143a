import type { LinkMessage } from '../../route/index.js'
import { closeFile } from '../../socket/close-file.js'
import { type Netns, openNetns } from '../../socket/netns.js'
import type { LinkKey } from '../link-ref.js'
import { defined, expectGiven } from '../objects.js'
import { change, type Operation, undo } from '../operation.js'
import { checkNewLink } from './accepted.js'
import { flagWish, type LinkPart, linkPart, peerKey, peerPart } from './encode.js'
import { explainRefusal } from './refusal.js'
import { resolveLinks } from './resolve.js'
import type { LinkChange, NewLink, NewPeer } from './types.js'

/** The attribute that says in which namespace; its descriptor lives until the operation has ended. */
type NetnsPart = (netns: Netns | undefined) => { readonly netNsFd?: number }

/** Gives an operation descriptors of namespaces. */
export function* withNetnsPart<T>(use: (part: NetnsPart) => Operation<T>): Operation<T> {
  const opened: number[] = []
  try {
    return yield* use((netns) => {
      if (netns === undefined) return {}
      if (typeof netns === 'number') return { netNsFd: netns }
      const fd = openNetns(netns)
      opened.push(fd)
      return { netNsFd: fd }
    })
  } finally {
    for (const fd of opened) closeFile(fd)
  }
}

/** What of a new link is not heeded when it is made, and so comes in requests of its own. */
function laterOf({ name, netns, peer, altNames = [], slaveKind, slaveData, ...link }: NewLink) {
  const { alias, protoDown, addrGenMode } = link
  const later = {
    ...defined({ protoDown: protoDown || undefined, addrGenMode }),
    ...(alias !== undefined && { alias }),
    ...(altNames.length > 0 && { altNames }),
    ...(slaveData !== undefined && { slaveKind, slaveData }),
  }
  const [first] = Object.keys(later)
  if (peer?.up !== undefined && (peer.netns !== undefined || peer.name === undefined || peer.name.includes('%')))
    throw new TypeError('expected up of peer beside its name, and not beside netns, got it otherwise')
  if (first !== undefined && (netns !== undefined || name.includes('%')))
    throw new TypeError(`expected no ${first} beside netns or a name with '%', got it there`)
  return first === undefined && peer?.up === undefined ? undefined : (later as Partial<NewLink>)
}

/** Makes a link. Where a part of it fails, nothing stays. */
export function* make(link: NewLink): Operation<void> {
  expectGiven('link', link, 'name', 'kind')
  checkNewLink(link)
  const resolved = yield* resolveLinks(link)
  const {
    name,
    kind,
    netns,
    peer,
    index,
    slaveKind: _,
    slaveData: __,
    protoDown: ___,
    addrGenMode: ____,
    ...wish
  } = resolved
  const later = laterOf(resolved as NewLink)
  const { attrs, ...header } = linkPart({ ...wish, name, kind } as NewLink)
  yield* withNetnsPart(function* (part) {
    const linkinfo = peer ? withPeer(attrs.linkinfo, kind, peer, part) : attrs.linkinfo
    const own = { ...attrs, ...part(netns), linkinfo }
    const made = { ...header, ...(index !== undefined && { index }), attrs: own }
    try {
      yield* change('RTM_NEWLINK', made as LinkMessage, { create: true, excl: true })
    } catch (error) {
      throw yield* explainRefusal(error, undefined, link as LinkChange)
    }
  })
  if (later === undefined) return
  try {
    const { attrs, ...header } = linkPart(later)
    const own = { ...attrs, ifname: name, ...(later.alias !== undefined && { ifalias: later.alias }) }
    if (Object.keys(own).length > 1) yield* change('RTM_NEWLINK', { ...header, attrs: own } as LinkMessage)
    yield* setAltNames({ attrs: { ifname: name } }, later.altNames ?? [], [])
    // The kernel brings no end of a pair up before both are there.
    if (peer?.up !== undefined) yield* change('RTM_NEWLINK', { ...flagWish(peer), attrs: { ifname: peer.name ?? '' } })
  } catch (error) {
    yield* undo('RTM_DELLINK', { attrs: { ifname: name } })
    throw error
  }
}

function withPeer(linkinfo: unknown, kind: string, peer: NewPeer, part: NetnsPart) {
  const { data, ...rest } = linkinfo as { data?: object }
  const end: LinkPart = peerPart(peer)
  return { ...rest, data: { ...data, [peerKey(kind)]: { ...end, attrs: { ...end.attrs, ...part(peer.netns) } } } }
}

const without = (names: readonly string[], others: readonly string[]) => names.filter((name) => !others.includes(name))
const prop = ({ attrs, ...key }: LinkKey, name: string) => ({
  ...key,
  attrs: { ...attrs, propList: { altIfname: [name] } },
})
const adding = { create: true, excl: true, append: true }

/** Gives a link alternative names, and takes others away. Where one fails, all are as before. */
export function* setAltNames(link: LinkKey, names: readonly string[], before: readonly string[]): Operation<void> {
  try {
    for (const name of without(names, before)) yield* change('RTM_NEWLINKPROP', prop(link, name), adding)
    for (const name of without(before, names)) yield* change('RTM_DELLINKPROP', prop(link, name))
  } catch (error) {
    yield* restoreAltNames(link, names, before)
    throw error
  }
}

/** Takes back what {@link setAltNames} did, or the part of it that it did: the kernel refuses the rest. */
export function* restoreAltNames(link: LinkKey, names: readonly string[], before: readonly string[]): Operation<void> {
  for (const name of without(names, before)) yield* undo('RTM_DELLINKPROP', prop(link, name))
  for (const name of without(before, names)) yield* undo('RTM_NEWLINKPROP', prop(link, name), adding)
}
