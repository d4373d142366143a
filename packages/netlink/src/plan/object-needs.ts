import type { Operation } from '../api/run/operation.js'
import { AF } from '../codec/index.js'
import { networkOf } from '../ip/index.js'
import type { AddressMessage, NeighbourMessage, NexthopMessage, QdiscMessage, RouteMessage } from '../route/index.js'
import { LinkStates, ownersOf } from './link-carrier.js'
import { MIN_MTU_OF_INET6 } from './link-facts.js'
import { additionOf } from './link-needs.js'
import type { PlannedLinks } from './planned-link.js'
import type { Draft, ObjectDraft, Planning } from './planning.js'

/** Drafts by the networks that they make reachable. */
class Networks {
  readonly #byLength = new Map<number, Map<string, Draft[]>>()

  add(address: string, length: number, draft: Draft): void {
    const networks = this.#byLength.get(length) ?? new Map<string, Draft[]>()
    this.#byLength.set(length, networks)
    const key = String(networkOf({ address, length }).address)
    networks.set(key, [...(networks.get(key) ?? []), draft])
  }

  /** Returns the drafts whose networks contain an address. */
  of(address: string): Draft[] {
    return [...this.#byLength].flatMap(([length, networks]) => {
      const isFamily = address.includes(':') || length <= 32
      return (isFamily && networks.get(String(networkOf({ address, length }).address))) || []
    })
  }
}

/** The steps of other objects that an object may depend on. */
interface Providers {
  readonly networks: Networks
  readonly addresses: ReadonlyMap<string, Draft>
  readonly nexthops: ReadonlyMap<number, Draft>
  readonly qdiscs: ReadonlyMap<string, Draft>
}

const isAddition = ({ verb }: Draft) => verb !== 'remove'

/** Adds the dependencies of objects on links and on each other. */
export function addObjectNeeds(planning: Planning, links: PlannedLinks, drafts: readonly ObjectDraft[]): void {
  const owners = ownersOf(links)
  const providers = providersOf(drafts)
  const removedLocals = new Map(
    drafts.filter((each) => each.object === 'address' && !isAddition(each)).map((each) => [localKey(each), each]),
  )
  for (const draft of drafts.filter(isAddition)) {
    for (const index of linksIn(draft.message)) {
      const name = planning.snapshot.indexed(index)?.name ?? ''
      const link = links.get(name) ?? owners.get(name)
      const added = link && additionOf(link)
      if (added) draft.needs.add(added)
      const needsUp = ['route', 'nexthop', 'mdb'].includes(draft.object)
      // A link that is set down loses these.
      const isLost = link?.drafts.up?.changes.some(isDown) && ['address', 'neighbour'].includes(draft.object)
      if (link?.drafts.up && (needsUp || isLost)) draft.needs.add(link.drafts.up)
      if (link?.drafts.member && ['vlan', 'mdb', 'neighbour'].includes(draft.object))
        draft.needs.add(link.drafts.member)
    }
    for (const need of needsOf(draft, providers)) if (need !== draft) draft.needs.add(need)
    // The kernel has each IPv6 address of a link only once, with one prefix length.
    const removed = draft.object === 'address' ? removedLocals.get(localKey(draft)) : undefined
    if (removed && (draft.message as AddressMessage).family === AF.INET6) draft.needs.add(removed)
  }
}

function localKey({ message }: ObjectDraft): string {
  const { index, attrs } = message as AddressMessage
  return `${index} ${attrs.local ?? attrs.address}`
}

function providersOf(drafts: readonly ObjectDraft[]): Providers {
  const networks = new Networks()
  const addresses = new Map<string, Draft>()
  const nexthops = new Map<number, Draft>()
  const qdiscs = new Map<string, Draft>()
  for (const draft of drafts.filter(isAddition)) {
    if (draft.object === 'address') {
      const { prefixlen, attrs } = draft.message as AddressMessage
      const own = attrs.local ?? attrs.address
      if (own !== undefined) addresses.set(own, draft)
      if (attrs.address !== undefined) networks.add(attrs.address, prefixlen, draft)
    } else if (draft.object === 'route') {
      const { dstLen, attrs } = draft.message as RouteMessage
      if (isOnLink(attrs) && typeof attrs.dst === 'string') networks.add(attrs.dst, dstLen, draft)
    } else if (draft.object === 'nexthop') nexthops.set((draft.message as NexthopMessage).attrs.id ?? 0, draft)
    else if (draft.object === 'qdisc') qdiscs.set(qdiscKey(draft.message as QdiscMessage, 'handle'), draft)
  }
  return { networks, addresses, nexthops, qdiscs }
}

const isOnLink = ({ gateway, via, multipath, nhId }: RouteMessage['attrs']) =>
  [gateway, via, multipath, nhId].every((each) => each === undefined)

/** Returns a text of a qdisc's link and of the upper half of its handle or parent, which is that of a class of the parent. */
const qdiscKey = (message: QdiscMessage, key: 'handle' | 'parent') => `${message.ifindex} ${message[key] >>> 16}`

/** Returns the steps that an object needs to be done before. */
function needsOf(draft: ObjectDraft, { networks, addresses, nexthops, qdiscs }: Providers): Draft[] {
  const needed = (...drafts: (Draft | undefined)[]) => drafts.filter((each): each is Draft => each !== undefined)
  switch (draft.object) {
    case 'route': {
      const { prefsrc, nhId } = (draft.message as RouteMessage).attrs
      return [
        ...gatewaysOf(draft.message as RouteMessage).flatMap((gateway) => networks.of(gateway)),
        ...needed(addresses.get(String(prefsrc)), nexthops.get(Number(nhId))),
      ]
    }
    case 'nexthop': {
      const { gateway, group = [] } = (draft.message as NexthopMessage).attrs
      return [
        ...(gateway === undefined ? [] : networks.of(gateway)),
        ...needed(...group.map(({ id }) => nexthops.get(id))),
      ]
    }
    case 'qdisc':
      return needed(qdiscs.get(qdiscKey(draft.message as QdiscMessage, 'parent')))
    default:
      return []
  }
}

/** Returns the gateways of a route, those of all next hops. */
function gatewaysOf({ attrs }: RouteMessage): string[] {
  const own = (hop: { readonly gateway?: string; readonly via?: { readonly addr: string } }) =>
    hop.gateway ?? hop.via?.addr
  return [attrs, ...(attrs.multipath ?? []).map((hop) => hop.attrs)].flatMap((hop) => own(hop as never) ?? [])
}

/** Returns the indexes of the links that a message contains. */
function linksIn(message: object): number[] {
  const { index, ifindex, attrs } = message as {
    readonly index?: number
    readonly ifindex?: number
    readonly attrs?: {
      readonly oif?: number
      readonly multipath?: readonly { readonly ifindex: number }[]
      readonly ifindex?: number
      readonly setEntry?: { readonly ifindex: number }
    }
  }
  const all = [
    index,
    ifindex,
    attrs?.oif,
    attrs?.ifindex,
    attrs?.setEntry?.ifindex,
    ...(attrs?.multipath ?? []).map((hop) => hop.ifindex),
  ]
  return all.filter((each): each is number => typeof each === 'number' && each !== 0)
}

const needingUp: Partial<Record<ObjectDraft['object'], string>> = { route: 'a route', nexthop: 'a next hop' }

/**
 * Reports routes and next hops through links that will be down: the kernel refuses new ones with ENETDOWN, and deletes those that exist.
 * Next hops need a carrier too.
 */
export function reportDownLinks(planning: Planning, links: PlannedLinks, drafts: readonly ObjectDraft[]): void {
  const states = new LinkStates(planning.snapshot, links)
  const isLossy = planning.drafts.some(({ object, changes }) => object === 'link' && changes.some(isLoss))
  for (const { object, path, message } of [...drafts.filter(isAddition), ...(isLossy ? planning.present : [])]) {
    // A route of MPLS through a link that is down waits for it: mpls_nh_assign_dev()
    const noun = isOfFamily(AF.MPLS, object, message) ? undefined : needingUp[object]
    for (const index of linksIn(message)) {
      const name = planning.snapshot.indexed(index)?.name
      const other = object === 'nexthop' ? states.keepsFromCarrier(index) : undefined
      const expect = (what: string) => planning.conflict('reference', `${path}.dev`, `expected ${what}`)
      if (noun !== undefined && !states.isUp(index)) expect(`${name} to be up, as the kernel requires for ${noun}`)
      else if (other !== undefined)
        expect(`${name} to have a carrier, for which ${other} must be up, as the kernel requires for ${noun}`)
      else if (isOfFamily(AF.INET6, object, message) && states.mtuOf(index) < MIN_MTU_OF_INET6)
        expect(`${name} to have an MTU of at least ${MIN_MTU_OF_INET6}, as IPv6 needs it`)
    }
  }
}

/** True for objects of an address family. */
const isOfFamily = (family: number, object: ObjectDraft['object'], message: object) =>
  ['address', 'route', 'nexthop', 'neighbour'].includes(object) &&
  (message as { readonly family?: number }).family === family

type DraftChange = Draft['changes'][number]

const isDown = ({ key, after }: DraftChange) => key === 'up' && after === false

/** True for a change with which a link may lose addresses, routes and next hops. */
const isLoss = (each: DraftChange) => isDown(each) || (each.key === 'mtu' && Number(each.after) < MIN_MTU_OF_INET6)

/** Reports next hops that do not exist, and those that are removed although others use them. */
export function* reportNexthops(planning: Planning, drafts: readonly ObjectDraft[]): Operation<void> {
  const { snapshot } = planning
  const removed = new Map(
    drafts
      .filter((each) => each.object === 'nexthop' && !isAddition(each))
      .map((each) => [(each.message as NexthopMessage).attrs.id, each]),
  )
  const added = new Set(
    drafts
      .filter((each) => each.object === 'nexthop' && isAddition(each))
      .map((each) => (each.message as NexthopMessage).attrs.id),
  )
  let known: ReadonlySet<number | undefined> | undefined
  for (const draft of drafts.filter(isAddition))
    for (const [key, id] of idsIn(draft)) {
      if (added.has(id)) continue
      known ??= new Set((yield* snapshot.through(snapshot.nexthops())).map(({ attrs }) => attrs.id))
      if (known.has(id) && !removed.has(id)) continue
      planning.conflict('reference', `${draft.path}.${key}`, `no next hop ${id}`)
    }
  if (removed.size > 0) yield* reportUsers(planning, removed)
}

function* reportUsers(planning: Planning, removed: ReadonlyMap<number | undefined, ObjectDraft>): Operation<void> {
  const { snapshot } = planning
  for (const family of [AF.INET, AF.INET6])
    for (const route of yield* snapshot.routes(family)) {
      const draft = removed.get(route.attrs.nhId)
      if (draft === undefined || planning.isClaimed('route', route)) continue
      planning.conflict(
        'in-use',
        draft.path,
        `expected no route to use ${draft.key}, got one to ${route.attrs.dst ?? 'default'}/${route.dstLen}`,
      )
    }
}

/** Returns the IDs of next hops that an object refers to, with their options. */
function idsIn({ object, message }: ObjectDraft): (readonly [key: string, id: number])[] {
  if (object === 'route') {
    const { nhId } = (message as RouteMessage).attrs
    return nhId === undefined ? [] : [['nexthop', nhId]]
  }
  if (object === 'neighbour') {
    const { nhId } = (message as NeighbourMessage).attrs
    return nhId === undefined ? [] : [['nexthop', nhId]]
  }
  if (object !== 'nexthop') return []
  return ((message as NexthopMessage).attrs.group ?? []).map(({ id }, at) => [`group[${at}].id`, id] as const)
}
