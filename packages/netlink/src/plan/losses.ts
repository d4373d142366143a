import { isPair } from '../api/link/encode.js'
import type { Link } from '../api/link/types.js'
import type { Operation } from '../api/run/operation.js'
import { AF } from '../codec/index.js'
import { NetlinkError } from '../message/index.js'
import {
  type AddressMessage,
  IFA_F,
  IFF,
  type NeighbourMessage,
  NUD,
  type RouteMessage,
  RTM_F,
  RTPROT,
} from '../route/index.js'
import { downPorts } from './link-facts.js'
import type { Planning } from './planning.js'
import type { Snapshot } from './snapshot.js'
import { additionOfAddress, additionOfNeighbour, additionOfNexthop, additionOfRoute, type UndoRequest } from './undo.js'

/** Programs whose routes come back by themselves: those of the kernel for addresses, and those of router advertisements. */
const automatic: ReadonlySet<number> = new Set([RTPROT.KERNEL, RTPROT.RA, RTPROT.REDIRECT])

const usesLink = ({ attrs }: RouteMessage, index: number) =>
  attrs.oif === index || (attrs.multipath ?? []).some(({ ifindex }) => ifindex === index)

/**
 * Returns the request for a route that may not be lost: an IPv4 route is not added next to another one of its key, which may be this one
 * after a change. IPv6 routes of several links can have one key.
 */
const unlessThere = (request: UndoRequest, family: number): UndoRequest =>
  family === AF.INET ? { ...request, options: { create: true, excl: true } } : request

/** Returns the requests that add the next hops of a link, and the routes that use them or, with `isWhole`, the link. */
function* routesThrough(
  snapshot: Snapshot,
  index: number,
  families: readonly number[],
  isWhole = true,
): Operation<UndoRequest[]> {
  const nexthops = (yield* snapshot.nexthops()).filter(({ attrs }) => attrs.oif === index)
  const ids = new Set(nexthops.map(({ attrs }) => attrs.id))
  const requests = nexthops.map((message) => additionOfNexthop(message))
  for (const family of families)
    for (const message of yield* snapshot.routes(family)) {
      const isLost =
        (isWhole && usesLink(message, index)) || (message.attrs.nhId !== undefined && ids.has(message.attrs.nhId))
      if (isLost && !automatic.has(message.protocol) && (message.flags & RTM_F.CLONED) === 0)
        requests.push(unlessThere(yield* additionOfRoute(message), family))
    }
  return requests
}

/**
 * Returns the requests that restore what a link loses when it is set down: its IPv6 addresses, next hops and routes. The kernel
 * restores IPv4 addresses and the routes to their networks itself. The links above it, such as VLANs, lose the same, and the other end
 * of a pair loses its next hops, with its carrier.
 */
export function* lossesOfDown(
  snapshot: Snapshot,
  index: number,
  families: readonly number[] = bothFamilies,
): Operation<UndoRequest[]> {
  if (families.length === 0) return []
  const requests: UndoRequest[] = []
  for (const link of withUppers(snapshot, index)) {
    const addresses = (yield* snapshot.addresses(AF.INET6)).filter(isKept(link))
    requests.push(
      ...addresses.map((message) => additionOfAddress(message)),
      ...(yield* neighboursOf(snapshot, link, families)),
      ...(yield* routesThrough(snapshot, link, families)),
    )
  }
  const peer = peerOf(snapshot, index)
  return peer === undefined ? requests : [...requests, ...(yield* routesThrough(snapshot, peer, families, false))]
}

const bothFamilies: readonly number[] = [AF.INET, AF.INET6]

/** Returns the other end of a pair, if it is in this namespace. */
function peerOf(snapshot: Snapshot, index: number): number | undefined {
  const link = snapshot.indexed(index)
  return isPair(link?.kind) && link?.linkNetnsid === undefined ? link?.link : undefined
}

/** Returns a link and those above it. */
function withUppers(snapshot: Snapshot, index: number): ReadonlySet<number> {
  const found = new Set([index])
  for (const lower of found)
    for (const { link, kind, linkNetnsid, index: upper } of snapshot.links)
      if (link === lower && !isPair(kind) && linkNetnsid === undefined) found.add(upper)
  return found
}

/** Restores the IPv6 addresses and the neighbours that the desired state contains, after a link was set down: a link that is down can have them. */
export function* restoreDesired({ snapshot, present }: Planning, index: number): Operation<void> {
  const links = withUppers(snapshot, index)
  for (const { object, message } of present) {
    const { family, index: link } = message as AddressMessage
    if (object === 'address' && family === AF.INET6 && links.has(link))
      yield* restore([additionOfAddress(message as AddressMessage)])
    else if (object === 'neighbour' && family !== AF.BRIDGE && links.has((message as NeighbourMessage).ifindex))
      yield* restore([additionOfNeighbour(message as NeighbourMessage)])
  }
}

/** Returns the requests that restore what a link loses with its last IPv4 address. */
export function* lossesOfLastAddress(snapshot: Snapshot, index: number): Operation<UndoRequest[]> {
  return [...(yield* neighboursOf(snapshot, index, [AF.INET])), ...(yield* routesThrough(snapshot, index, [AF.INET]))]
}

/** Returns the requests that add the permanent neighbours of a link. */
function* neighboursOf(snapshot: Snapshot, index: number, families: readonly number[]): Operation<UndoRequest[]> {
  const requests: UndoRequest[] = []
  for (const family of families)
    for (const message of yield* snapshot.neighbours(family))
      if (message.ifindex === index && (message.state & NUD.PERMANENT) !== 0)
        requests.push(additionOfNeighbour(message))
  return requests
}

/** Returns the requests that restore what a link loses when it is deleted, apart from the link itself. */
export function* lossesOfDeletion(snapshot: Snapshot, link: Link): Operation<UndoRequest[]> {
  const { index } = link
  const addresses = (yield* snapshot.addresses(AF.INET)).filter((message) => message.index === index)
  const ports = snapshot.links.filter(({ master }) => master === index)
  return [
    ...addresses.map((message) => additionOfAddress(message)),
    ...(yield* lossesOfDown(snapshot, index)),
    ...(yield* mplsRoutesThrough(snapshot, index)),
    ...ports.flatMap((port) => [
      // Some masters refuse ports that are up, and set them up themselves.
      ...(downPorts.has(link.kind ?? '') ? [request({ index: port.index, flags: 0, change: IFF.UP })] : []),
      request({ index: port.index, attrs: { master: index } }),
    ]),
    ...activeOf(link),
  ]
}

const request = (value: object): UndoRequest => ({ name: 'RTM_NEWLINK', value, options: {}, tolerated: [] })

/** Returns the request that activates the port of a bond that was active. The kernel refuses it until the port has a carrier, and may choose itself. */
function activeOf(link: Link): UndoRequest[] {
  const { activeSlave } = (link.data ?? {}) as { readonly activeSlave?: number }
  if (link.kind !== 'bond' || !activeSlave) return []
  const linkinfo = { kind: link.kind, data: { activeSlave } }
  return [
    { name: 'RTM_NEWLINK', value: { index: link.index, attrs: { linkinfo } }, options: {}, tolerated: ['EINVAL'] },
  ]
}

/** Returns the requests that add the MPLS routes of a link. They stay while the link is down. */
function* mplsRoutesThrough(snapshot: Snapshot, index: number): Operation<UndoRequest[]> {
  const requests: UndoRequest[] = []
  for (const message of yield* snapshot.routes(AF.MPLS))
    if (usesLink(message, index)) requests.push(yield* additionOfRoute(message))
  return requests
}

/** True for permanent addresses of a link. The others come from router advertisements or another program, which renew them. */
const isKept =
  (index: number) =>
  ({ index: own, flags, attrs }: AddressMessage) =>
    own === index && ((attrs.flags ?? flags) & IFA_F.PERMANENT) !== 0

/** Adds what was lost and has not come back. */
export function* restore(requests: readonly UndoRequest[]): Operation<void> {
  for (const { name, value, options, tolerated } of requests)
    try {
      yield { kind: 'change', name, value, options }
    } catch (error) {
      if (!(error instanceof NetlinkError) || !tolerated.includes(error.code)) throw error
    }
}
