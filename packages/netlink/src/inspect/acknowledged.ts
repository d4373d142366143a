import type { CommonKind, Objects } from '../cache/kinds.js'
import { AF } from '../codec/index.js'
import type { DissectedMessage } from '../dissect/index.js'
import { NLM_F_NEW } from '../message/index.js'
import type { AddressMessage, LinkMessage, RouteMessage } from '../route/index.js'
import type { Assigned } from './conversations.js'
import { isPair } from './graph/facts.js'

/** Requests whose effect follows from the request alone. */
const changing = /^RTM_((NEW|DEL)(LINK|ADDR|ROUTE)|SETLINK)$/

const isChange = ({ protocol, toKernel, type, error }: DissectedMessage) =>
  protocol === 'NETLINK_ROUTE' && toKernel && !error && changing.test(type)

/**
 * Returns the request that a message acknowledges, if the request changes a link, an address or a route, and if no event reports the
 * result. Captures of one process contain no events.
 */
export function acknowledgedChange({ inspected, role, conversation }: Assigned): DissectedMessage | undefined {
  const { first, outcome, eventCount, answerCount } = conversation
  const isAck = role === 'answer' && inspected.message.type === 'NLMSG_ERROR' && outcome === 'done'
  return isAck && eventCount === 0 && answerCount === 0 && isChange(first.message) ? first.message : undefined
}

/** The effect of a request on an object. The object has the form in which the kernel reports it. */
export type RequestEffect = {
  readonly [K in CommonKind]: {
    readonly kind: K
    readonly object: Objects[K]
    readonly isNew: boolean
    readonly replaces: boolean
  }
}['link' | 'address' | 'route']

/** Looks up the link that a request refers to. */
export type FindLink = (index: number, name: string | undefined) => LinkMessage | undefined

type LinkAttrs = LinkMessage['attrs']

/** True if the request creates the link in another namespace, or moves it to one. */
const isElsewhere = ({ netNsPid, netNsFd, targetNetnsid, newNetnsid }: LinkAttrs) =>
  [netNsPid, netNsFd, targetNetnsid, newNetnsid].some((each) => each !== undefined)

const dataOf = ({ linkinfo }: LinkAttrs) => linkinfo?.data as Readonly<Record<string, unknown>> | undefined

/** Returns a link after a request. */
function changed(link: LinkMessage, { flags, change, attrs }: LinkMessage): LinkMessage {
  const { linkinfo, ...others } = attrs
  const data: object = { ...dataOf(link.attrs), ...dataOf(attrs) }
  const info: object = {
    ...link.attrs.linkinfo,
    ...(linkinfo as object),
    ...(Object.keys(data).length > 0 && { data }),
  }
  // `do_setlink`: flags without a mask are all flags.
  const mask = change === 0 && flags !== 0 ? ~0 : change
  return {
    ...link,
    flags: (link.flags & ~mask) | (flags & mask),
    attrs: { ...link.attrs, ...others, ...(Object.keys(info).length > 0 && { linkinfo: info }) } as LinkAttrs,
  }
}

/** The first number that is no index of a link: indexes are positive 32-bit integers. */
const FIRST_UNKNOWN = 2 ** 31

/** True if a link can have this index. */
export const isIndex = (number: number): boolean => number < FIRST_UNKNOWN

/** Returns the request for the other end of a pair. */
const peerOf = (attrs: LinkAttrs): LinkMessage | undefined => {
  const { peer, peerInfo } = (dataOf(attrs) ?? {}) as { readonly peer?: LinkMessage; readonly peerInfo?: LinkMessage }
  return peer ?? peerInfo
}

/** True if the request contains the whole name: the kernel replaces `%d` by a number. */
const isNamed = ({ attrs }: LinkMessage) => attrs.ifname !== undefined && !attrs.ifname.includes('%')

/** Returns the links that a request creates. An index that the kernel chooses is `next` or the one after it. */
function created(request: LinkMessage, next: number): LinkMessage[] {
  const { linkinfo, ...others } = request.attrs
  const peer = peerOf(request.attrs)
  const { peer: _, peerInfo: __, ...data } = dataOf(request.attrs) ?? {}
  const own: object = { ...(linkinfo as object), ...(Object.keys(data).length > 0 && { data }) }
  const [index, other] = [request.index || next, peer?.index || next + 1]
  const ends: LinkMessage[] = []
  const hasPeer = peer !== undefined && isNamed(peer) && !isElsewhere(peer.attrs)
  if (isNamed(request) && !isElsewhere(request.attrs))
    ends.push({ ...request, index, attrs: { ...others, linkinfo: own, ...(hasPeer && { link: other }) } as LinkAttrs })
  if (hasPeer) {
    const kind = { linkinfo: { kind: linkinfo?.kind } }
    ends.push({
      ...peer,
      index: other,
      attrs: { ...peer.attrs, ...kind, ...(ends.length > 0 && { link: index }) } as LinkAttrs,
    })
  }
  return ends
}

function* ofLink(request: LinkMessage, type: string, flags: number, find: FindLink, count: number) {
  if (request.family !== AF.UNSPEC) return
  const link = find(request.index, request.attrs.ifname)
  const effect = (object: LinkMessage, isNew: boolean) => ({ kind: 'link', object, isNew, replaces: false }) as const
  if (link === undefined) {
    if (type !== 'RTM_NEWLINK' || (flags & NLM_F_NEW.CREATE) === 0) return
    for (const each of created(request, FIRST_UNKNOWN + count)) yield effect(each, true)
  } else if (type === 'RTM_DELLINK') {
    yield effect(link, false)
    const { linkinfo, link: other = 0, linkNetnsid } = link.attrs
    const peer = isPair(linkinfo?.kind) && linkNetnsid === undefined ? find(other, undefined) : undefined
    if (peer && peer !== link) yield effect(peer, false)
  } else if (isElsewhere(request.attrs)) yield effect(link, false)
  else yield effect(changed(link, request), true)
}

/** Returns an address as the kernel reports it: IPv4 ones always with both members, IPv6 ones with the second only for a peer. */
function reportedAddress(request: AddressMessage): AddressMessage {
  const { local, address, ...others } = request.attrs
  const own = local ?? address
  const ends = request.family === AF.INET ? { local: own, address: address ?? own } : { address: address ?? own }
  const peer = request.family === AF.INET || local === undefined || local === ends.address ? {} : { local }
  return { ...request, attrs: { ...others, ...ends, ...peer } as AddressMessage['attrs'] }
}

/** Yields the effects of an acknowledged request. `count` is the number of links so far whose index is unknown. */
export function* requestEffects(
  { type, value, header }: DissectedMessage,
  find: FindLink,
  count: number,
): Generator<RequestEffect, void, undefined> {
  const { flags = 0 } = header ?? {}
  if (type.endsWith('LINK')) return yield* ofLink(value as LinkMessage, type, flags, find, count)
  const isNew = type.startsWith('RTM_NEW')
  const replaces = isNew && (flags & NLM_F_NEW.REPLACE) !== 0
  if (type.endsWith('ADDR'))
    yield { kind: 'address', object: reportedAddress(value as AddressMessage), isNew, replaces: false }
  else {
    const route = value as RouteMessage
    const { oif, multipath, nhId } = route.attrs
    // Only the kernel knows the link of a gateway.
    if (isNew && oif === undefined && multipath === undefined && nhId === undefined) return
    yield { kind: 'route', object: route, isNew, replaces }
  }
}
