import { ArgumentError, show } from '../../codec/error.js'
import { ownOnly } from '../../codec/own.js'
import type { LinkMessage } from '../../route/index.js'
import { change, type Operation, undo } from '../run/operation.js'
import { Rollback } from '../run/rollback.js'
import { defined, requireKeys } from '../values/objects.js'
import { checkNewLink } from './accepted-data.js'
import { setAltNames } from './alt-names.js'
import { encodeLink, encodePeer, flagBits, peerKey } from './encode.js'
import { NetnsFiles } from './netns-files.js'
import { explainRefusal } from './refusal.js'
import { resolveLinks, withPlaceholders } from './resolve.js'
import type { AnyNewLink, NewPeer } from './types.js'

/** Creates a link. If a part of it fails, the link is deleted. */
export function* createLink(options: AnyNewLink): Operation<void> {
  requireKeys('link', options, 'name', 'kind')
  const checked = withPlaceholders(options) as AnyNewLink
  checkParts(checked)
  checkNewLink(checked)
  laterOptions(checked)
  const link = (yield* resolveLinks(options)) as AnyNewLink
  const later = ownOnly(laterOptions(link))
  const { attrs, ...header } = encodeLink(later)
  const key = { attrs: { ifname: link.name } }
  yield* createAtOnce(link, options)
  const rollback = new Rollback()
  rollback.add(undo('RTM_DELLINK', key))
  try {
    const own = { ...attrs, ...defined({ ifalias: later.alias }) }
    if (Object.keys(own).length > 0) yield* change('RTM_NEWLINK', { ...header, attrs: { ...own, ...key.attrs } })
    yield* setAltNames(key, later.altNames ?? [], [], rollback)
    // The kernel brings up an end of a pair only when both exist.
    const { peer } = link
    if (peer?.up !== undefined) yield* change('RTM_NEWLINK', { ...flagBits(peer), attrs: { ifname: peer.name ?? '' } })
  } catch (error) {
    yield* rollback.run()
    throw error
  }
}

/** Checks all options of a link, whether it exists or not, before anything is sent. @throws {TypeError} */
export function checkParts(link: AnyNewLink): void {
  if (link.peer !== undefined) {
    peerKey(link.kind)
    encodePeer(link.peer)
  }
  encodeLink(link)
}

/** Returns the options that the kernel ignores when it creates a link: they need further requests. @throws {TypeError} */
function laterOptions({ name, netns, peer, altNames = [], ...link }: AnyNewLink): Partial<AnyNewLink> {
  const { alias, protoDown, protoDownReasons, addrGenMode, slaveKind, slaveData, xdp, vfs } = link
  const mtu = link.kind === 'macsec' ? link.mtu : undefined
  const later = {
    ...defined({ protoDown: protoDown || undefined, addrGenMode, alias, xdp, vfs, mtu }),
    ...(protoDownReasons?.length && { protoDownReasons }),
    ...(altNames.length > 0 && { altNames }),
    ...(slaveData !== undefined && { slaveKind, slaveData }),
  }
  const [first] = Object.keys(later)
  if (peer?.up !== undefined && (peer.netns !== undefined || peer.name === undefined || peer.name.includes('%')))
    throw new ArgumentError(`expected up of peer with its name, and not with netns, got ${show(peer.up)}`)
  if (first !== undefined && (netns !== undefined || name.includes('%')))
    throw new ArgumentError(`expected no ${first} with netns or a name with '%', got it`)
  return later as Partial<AnyNewLink>
}

/** Sends the request that creates a link. `options` are the caller's, for errors. */
function* createAtOnce(link: AnyNewLink, options: AnyNewLink): Operation<void> {
  const { netns, peer, index, slaveKind: _, slaveData: __, protoDown: ___, addrGenMode: ____, ...rest } = link
  const { protoDownReasons: _____, xdp: ______, vfs: _______, ...own } = rest
  const { attrs, ...header } = encodeLink(own)
  const namespaces = new NetnsFiles()
  try {
    const linkinfo = peer ? withPeer(attrs.linkinfo, link.kind, peer, namespaces) : attrs.linkinfo
    const message = { ...header, ...defined({ index }), attrs: { ...attrs, ...namespaces.attribute(netns), linkinfo } }
    yield* change('RTM_NEWLINK', message as LinkMessage, { create: true, excl: true })
  } catch (error) {
    throw yield* explainRefusal(error, undefined, options)
  } finally {
    namespaces.close()
  }
}

function withPeer(linkinfo: unknown, kind: string, peer: NewPeer, namespaces: NetnsFiles) {
  const { data, ...rest } = linkinfo as { data?: object }
  const end = encodePeer(peer)
  const attrs = { ...end.attrs, ...namespaces.attribute(peer.netns) }
  return { ...rest, data: { ...data, [peerKey(kind)]: { ...end, attrs } } }
}
